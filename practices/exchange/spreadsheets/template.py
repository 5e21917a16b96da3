"""The spreadsheet in which a practice is prepared offline, with help and allowed values beside each answer."""

import csv
import io
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation

from practices.exchange.spreadsheets.reader import ANSWER, HEADINGS, SHEET

WIDTHS = (18, 26, 60, 50, 60)
LONGEST_LIST = 255  # characters, of the choices a cell can offer

type Row = tuple[str, str, str, str, list[str], bool]
"""(field, label, "", help, what can be chosen, whether several can be)."""


def as_csv(rows: Iterable[Row]) -> bytes:
    """Beginning with a mark by which spreadsheet programs know UTF-8."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    for name, label, answer, help_text, choices, _several in rows:
        writer.writerow([name, label, answer, help_text, "; ".join(choices)])
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Row]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.append(HEADINGS)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, (name, label, answer, help_text, choices, several) in enumerate(rows, 2):
        sheet.append([name, label, answer, help_text, "; ".join(choices)])
        for cell in sheet[number]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        place = sheet.cell(number, ANSWER + 1)
        place.fill = PatternFill("solid", fgColor="FAEEE6")
        place.protection = Protection(locked=False)
        offered = ",".join(choices)
        if choices and not several and len(offered) < LONGEST_LIST and not any("," in c for c in choices):
            offer = DataValidation(type="list", formula1=f'"{offered}"', allow_blank=True)
            sheet.add_data_validation(offer)
            offer.add(place)
    for column, width in zip("ABCDE", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "B2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
