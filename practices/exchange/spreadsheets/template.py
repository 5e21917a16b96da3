"""Template of the spreadsheet in which a practice is prepared offline, with help and choices for each answer."""

import csv
import io
from collections.abc import Iterable
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation

from practices.exchange.spreadsheets.parser import ANSWER, HEADINGS, SHEET

WIDTHS = (18, 26, 60, 50, 60)
LONGEST_LIST = 255  # characters, the limit of Excel for a list of choices


class Row(NamedTuple):
    """A line of the template: one form field."""

    name: str
    label: str
    answer: str
    help_text: str
    choices: list[str]
    is_multiple: bool
    """True if several choices can be given."""


def as_csv(rows: Iterable[Row]) -> bytes:
    """Starts with a byte order mark, without which Excel does not read UTF-8."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    for row in rows:
        writer.writerow(_cells(row))
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Row]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.append(HEADINGS)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, row in enumerate(rows, 2):
        sheet.append(_cells(row))
        for cell in sheet[number]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        place = sheet.cell(number, ANSWER + 1)
        place.fill = PatternFill("solid", fgColor="FAEEE6")
        place.protection = Protection(locked=False)
        if choices := _dropdown(row):
            validation = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
            sheet.add_data_validation(validation)
            validation.add(place)
    for column, width in zip("ABCDE", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "B2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cells(row: Row) -> list[str]:
    return [row.name, row.label, row.answer, row.help_text, "; ".join(row.choices)]


def _dropdown(row: Row) -> str:
    """Return the choices of a cell as Excel wants them; empty where it cannot offer them."""
    choices = ",".join(row.choices)
    is_possible = not row.is_multiple and len(choices) < LONGEST_LIST
    return choices if is_possible and not any("," in choice for choice in row.choices) else ""
