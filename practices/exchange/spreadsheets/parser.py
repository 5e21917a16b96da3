"""Rows of a filled-in spreadsheet template, XLSX or CSV. Runs in the sandbox; imports nothing of Django."""

import csv
import io
import re
from datetime import date, datetime
from itertools import islice
from typing import Any

from openpyxl import load_workbook

from practices.core import archives
from practices.core.sandbox_child import Rejected

SHEET = "Practice"
HEADINGS = ("field", "question", "your answer", "help", "choices")
ANSWER = HEADINGS.index("your answer")
MOST_ROWS = 300
MOST_PARTS = 200
MOST_SHEETS = 100
"""The time openpyxl takes grows with the square of their number."""
SHEET_ELEMENT = re.compile(rb"<(?:\w+:)?sheet[\s/>]")
MOST_UNPACKED = 20 * 1024 * 1024  # bytes
LONGEST_TEXT = 200_000  # bytes; an answer has at most 20,000 characters
STYLES, LONGEST_FORMAT = "xl/styles.xml", 2_000
"""Part in which openpyxl looks for letters of dates by backtracking, and bytes of the longest number format there."""


def rows(content: bytes, *, most_elements: int) -> tuple[list[tuple[str, str]], bytes]:
    """Return (first cell, answer) of each row, and no bytes.

    Raises Rejected: "broken_xlsx", "broken_csv", "formulas" with the `cells`, "too_much".
    """
    if content.startswith(b"PK"):
        return _from_xlsx(content, most_elements=most_elements), b""
    return _from_csv(content), b""


def _from_xlsx(content: bytes, *, most_elements: int) -> list[tuple[str, str]]:
    try:
        archive = archives.check(
            content,
            most_parts=MOST_PARTS,
            most_unpacked=MOST_UNPACKED,
            most_elements=most_elements,
            longest_text=lambda part: LONGEST_FORMAT if part == STYLES else LONGEST_TEXT,
        )
        if sum(map(_count_sheets, map(archive.read, archive.infolist()))) > MOST_SHEETS:
            raise Rejected("too_much")
        book = load_workbook(io.BytesIO(content), read_only=True)
        sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
        found = list(sheet.iter_rows(max_row=MOST_ROWS, max_col=len(HEADINGS)))
    except Rejected as rejected:
        raise Rejected("too_much" if rejected.reason == "too_much" else "broken_xlsx") from rejected
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises errors of many types for broken files
        raise Rejected("broken_xlsx") from error
    formulas = [cell.coordinate for row in found for cell in row[: ANSWER + 1] if cell.data_type == "f"]
    if formulas:
        raise Rejected("formulas", cells=", ".join(formulas[:5]))
    return [(_text(row[0].value), _text(row[ANSWER].value)) for row in found if len(row) > ANSWER]


def _count_sheets(part: bytes) -> int:
    return len(SHEET_ELEMENT.findall(part.replace(b"\0", b"")))  # also in UTF-16


def _from_csv(content: bytes) -> list[tuple[str, str]]:
    try:
        text = content.decode("utf-8-sig")
        first = text.partition("\n")[0]
        separator = max(",;\t", key=first.count)
        found = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), MOST_ROWS))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Rejected("broken_csv") from error
    return [(row[0].strip(), row[ANSWER]) for row in found if len(row) > ANSWER]


def _text(value: Any) -> str:
    """Return the value of a cell as a person would have typed it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).strip()
