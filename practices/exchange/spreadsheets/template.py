"""Template of the spreadsheet in which a practice is prepared offline, with help and choices for each answer."""

import csv
import io
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import get_language_bidi
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from practices.exchange.spreadsheets.headings import ANSWER, HEADINGS, sheet_title

WIDTHS = (18, 26, 60, 50, 60)
CHOICES = "Choices"
"""Hidden sheet with a column of choices for each cell that offers some."""


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
    writer.writerow(map(str, HEADINGS))
    for row in rows:
        writer.writerow(_cells(row))
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Row]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = sheet_title()
    sheet.append([str(heading) for heading in HEADINGS])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, row in enumerate(rows, 2):
        sheet.append(_cells(row))
        for cell in sheet[number]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        place = sheet.cell(number, ANSWER + 1)
        place.fill = PatternFill("solid", fgColor="FAEEE6")
        place.protection = Protection(locked=False)
        if row.choices and not row.is_multiple:
            validation = DataValidation(
                type="list", formula1=_list_of(book, row.choices), allow_blank=True, showErrorMessage=False
            )
            sheet.add_data_validation(validation)
            validation.add(place)
    for column, width in zip("ABCDE", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "B2"
    sheet.sheet_view.rightToLeft = get_language_bidi()
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cells(row: Row) -> list[str]:
    return [row.name, row.label, row.answer, row.help_text, "; ".join(row.choices)]


def _list_of(book: Workbook, choices: list[str]) -> str:
    """Write `choices` into the next column of the hidden sheet and return its address."""
    if CHOICES not in book.sheetnames:
        book.create_sheet(CHOICES).sheet_state = "hidden"
    column = book[CHOICES].max_column + bool(book[CHOICES]["A1"].value)  # an empty sheet has one column
    for number, choice in enumerate(choices, 1):
        book[CHOICES].cell(number, column, choice)
    letter = get_column_letter(column)
    return f"{CHOICES}!${letter}$1:${letter}${len(choices)}"
