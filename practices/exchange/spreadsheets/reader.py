"""Reader of filled-in spreadsheet templates, XLSX or CSV."""

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from practices.documents import plain

SHEET = "Practice"
HEADINGS = ("field", "what it is", "your answer", "help", "what can be chosen")
ANSWER = HEADINGS.index("your answer")
MOST_BYTES = 1024 * 1024
MOST_UNPACKED = 20 * 1024 * 1024  # bytes
MOST_ROWS = 300


class Unreadable(Exception):
    """The file is not a filled-in template; the message says why, and what to do."""


def answers(content: bytes, *, fields: Iterable[str]) -> dict[str, str]:
    """Return the answer to each of `fields` that the first column names. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_("This file is larger than 1 MB; the filled-in template is much smaller."))
    rows = _from_xlsx(content) if content.startswith(b"PK") else _from_csv(content)
    known = set(fields)
    found = {name: answer for name, answer in rows if name in known}
    if not found:
        raise Unreadable(
            _(
                "This is not our template: its first column names the fields. Please download it and fill it in."
            )
        )
    return {name: plain(answer).strip() for name, answer in found.items()}


def _from_xlsx(content: bytes) -> list[tuple[str, str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise Unreadable(_("This file unpacks to more than can be read."))
        book = load_workbook(io.BytesIO(content), read_only=True)
        sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
        rows = list(sheet.iter_rows(max_row=MOST_ROWS, max_col=len(HEADINGS)))
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises errors of many types for broken files
        raise Unreadable(
            _("This spreadsheet cannot be read. Please save it as XLSX or CSV again.")
        ) from error
    formulas = [cell.coordinate for row in rows for cell in row[: ANSWER + 1] if cell.data_type == "f"]
    if formulas:
        raise Unreadable(
            _("Formulas are not read: please put plain values into %(cells)s.")
            % {"cells": ", ".join(formulas[:5])}
        )
    return [(_text(row[0].value), _text(row[ANSWER].value)) for row in rows if len(row) > ANSWER]


def _from_csv(content: bytes) -> list[tuple[str, str]]:
    try:
        text = content.decode("utf-8-sig")
        first = text.partition("\n")[0]
        separator = max(",;\t", key=first.count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))[:MOST_ROWS]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(
            _("This file cannot be read. Please save it as CSV in UTF-8, or as XLSX.")
        ) from error
    return [(row[0].strip(), row[ANSWER]) for row in rows if len(row) > ANSWER]


def _text(value: Any) -> str:
    """Return the value of a cell as a person would have typed it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).strip()
