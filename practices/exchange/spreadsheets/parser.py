"""Rows of a filled-in spreadsheet template, XLSX or CSV. Runs in the sandbox; imports nothing of Django."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from practices.core import archives
from practices.core.sandbox_child import Rejected
from practices.core.titles import folded

type Columns = Mapping[str, str]
"""Folded heading → the column that it stands for: "field", "question" or "answer"."""

MOST_ABOVE = 30
"""Rows above the headings, and one more."""
MOST_ROWS = 300
LAST_ROW = 1_048_576
"""The last row that Excel has."""
MOST_COLUMNS = 40
MOST_READ = 20
"""Sheets that are looked through for the headings."""
MOST_PARTS = 200
MOST_SHEETS = 100
"""The time openpyxl takes grows with the square of their number."""
SHEET_ELEMENT = re.compile(rb"<(?:\w+:)?sheet[\s/>]")
MOST_UNPACKED = 20 * 1024 * 1024  # bytes
LONGEST_HEADING = 40  # characters
LONGEST_TEXT = 200_000  # bytes; an answer has at most 20,000 characters
STYLES, LONGEST_FORMAT = "xl/styles.xml", 2_000
"""Part in which openpyxl looks for letters of dates by backtracking, and bytes of the longest number format there."""
MOST_NAMED = 5
"""Cells that an error names."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Start of files of Excel 97 to 2003, and of newer ones that have a password ([MS-CFB] §2.2)."""
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = ",;\t|"
OTHER_KINDS = {
    "content.xml": "ODS",
    "xl/workbook.bin": "XLSB",
    "Index/Document.iwa": "Numbers",
    "word/document.xml": "DOCX",
}
"""Part of an archive that shows another kind of file → its name."""


def rows(
    content: bytes, *, most_elements: int, columns: Columns
) -> tuple[list[tuple[int, str, str, str]], bytes]:
    """Return (number of the row, field, question, answer) of each row below the headings, and no bytes.

    Columns are found by their headings. A row with an answer alone goes on with the one above. An answer that is an error
    such as “#REF!”, or a formula without its result, stays as it is for the form to mark.

    Raises Rejected: "broken_xlsx", "broken_csv", "password", "other_kind" with the `kind`, "no_headings",
    "several_sheets" with their `sheets`, "outside" with the `cells`, "below" with the `cells` and the last `row` that is
    read, "too_much".
    """
    if old := kind_of_old(content):
        raise old
    if content.startswith(b"PK"):
        return _from_xlsx(content, most_elements=most_elements, columns=columns), b""
    return _from_csv(content, columns), b""


def kind_of_old(content: bytes) -> Rejected | None:
    """Return the reason why a file of Excel 97 to 2003, or one with a password, cannot be read."""
    if not content.startswith(OLE):
        return None
    return Rejected("password") if ENCRYPTED in content else Rejected("other_kind", kind="XLS")


def kind_of_archive(names: Collection[str]) -> Rejected | None:
    """Return the reason why an archive with parts of these names is not XLSX."""
    kinds = [kind for part, kind in OTHER_KINDS.items() if part in names]
    return Rejected("other_kind", kind=kinds[0]) if kinds else None


def _from_xlsx(content: bytes, *, most_elements: int, columns: Columns) -> list[tuple[int, str, str, str]]:
    try:
        archive = archives.check(
            content,
            most_parts=MOST_PARTS,
            most_unpacked=MOST_UNPACKED,
            most_elements=most_elements,
            longest_text=lambda part: LONGEST_FORMAT if part == STYLES else LONGEST_TEXT,
        )
        names = archive.namelist()
        if other := kind_of_archive(names):
            raise other
        if sum(map(_count_sheets, map(archive.read, archive.infolist()))) > MOST_SHEETS:
            raise Rejected("too_much")
        book = load_workbook(io.BytesIO(content), read_only=True)
        sheets = _sheets_with_headings(book, columns)
        below = _cells_below(book[next(iter(sheets))]) if len(sheets) == 1 else []
    except Rejected as rejected:
        known = rejected.reason in ("too_much", "password", "other_kind")
        raise rejected if known else Rejected("broken_xlsx") from rejected
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises errors of many types for broken files
        raise Rejected("broken_xlsx") from error
    if not sheets:
        raise Rejected("no_headings")
    if len(sheets) > 1:
        raise Rejected("several_sheets", sheets=", ".join(sheets))
    [(title, (found, headings))] = sheets.items()
    if below:
        raise Rejected("below", row=MOST_ROWS, cells=", ".join(below))
    texts = [[text_of(cell) for cell in row] for row in found]
    if formulas := _formulas(found, headings):
        results = _results(content, title)
        for cell in formulas:
            row, column = cell.row - 1, cell.column - 1
            texts[row][column] = text_of(results[row][column]) or texts[row][column]
    return _below(texts, headings, columns)


class _Headings(NamedTuple):
    row: int
    """Number of their row, from 1."""
    columns: dict[str, int]
    """Places of "field", "question" and "answer", from 0; one of the first two may be missing."""


def _headings(found: list[list[str]], known: Columns) -> _Headings | None:
    for number, row in enumerate(found[:MOST_ABOVE], 1):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row[:MOST_COLUMNS]):
            if column := known.get(folded(cell[:LONGEST_HEADING])):
                columns.setdefault(column, place)
        if "answer" in columns and len(columns) > 1:
            return _Headings(number, columns)
    return None


def _sheets_with_headings(book: Any, columns: Columns) -> dict[str, tuple[list, _Headings]]:
    """Return the cells of each visible sheet that has our headings, by its name."""
    sheets = {}
    for sheet in book.worksheets[:MOST_READ]:
        if sheet.sheet_state != "visible":
            continue
        found = _cells(sheet)
        if headings := _headings([[text_of(cell) for cell in row] for row in found[:MOST_ABOVE]], columns):
            sheets[sheet.title] = found, headings
    return sheets


def _cells(sheet: Any) -> list[Any]:
    return list(sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS))


def _cells_below(sheet: Any) -> list[str]:
    """Return the names of the first cells with text below the rows that are read: their answers would be lost."""
    names, before = list[str](), None
    for row in sheet.iter_rows(min_row=MOST_ROWS + 1, max_row=LAST_ROW, max_col=MOST_COLUMNS):
        if row is before:  # rows that are not in the file are one and the same empty row
            continue
        before = row
        names += [cell.coordinate for cell in row if cell.value is not None and text_of(cell)]
        if len(names) >= MOST_NAMED:
            break
    return names[:MOST_NAMED]


def _formulas(found: list[Any], headings: _Headings) -> list[Any]:
    """Return the cells of our columns that hold a formula."""
    return [
        cell
        for row in found[headings.row :]
        for column in headings.columns.values()
        if column < len(row) and (cell := row[column]).data_type == "f"
    ]


def _results(content: bytes, title: str) -> list[Any]:
    """Return the cells of a sheet, with the results of formulas that the office program has stored."""
    return _cells(load_workbook(io.BytesIO(content), read_only=True, data_only=True)[title])


def _outside(found: list[list[str]], headings: _Headings, columns: Columns) -> list[str]:
    """Return the names of cells beside our questions whose text would be lost: somebody has answered there.

    They are in another column of answers, or to the right of it in one without a heading.
    """
    answer = headings.columns["answer"]
    names = [columns.get(folded(cell[:LONGEST_HEADING]), cell.strip()) for cell in found[headings.row - 1]]
    ours = [headings.columns[column] for column in ("field", "question") if column in headings.columns]
    return [
        f"{get_column_letter(place + 1)}{number}"
        for number, row in enumerate(found[headings.row :], headings.row + 1)
        if any(row[place].strip() for place in ours if place < len(row))
        for place, cell in enumerate(row[:MOST_COLUMNS])
        if cell.strip() and place != answer
        for name in [names[place] if place < len(names) else ""]
        if name == "answer" or (not name and place > answer)
    ]


def _below(found: list[list[str]], headings: _Headings, columns: Columns) -> list[tuple[int, str, str, str]]:
    if outside := _outside(found, headings, columns):
        raise Rejected("outside", cells=", ".join(outside[:MOST_NAMED]))
    said: list[tuple[int, str, str, str]] = []
    for number, row in enumerate(found[headings.row :], headings.row + 1):
        cells = {name: row[place] if place < len(row) else "" for name, place in headings.columns.items()}
        name, question, answer = (cells.get(column, "").strip() for column in ("field", "question", "answer"))
        if name or question:
            said.append((number, name, question, answer))
        elif answer and said:
            number_above, name_above, question_above, before = said[-1]
            said[-1] = (number_above, name_above, question_above, f"{before}\n{answer}".strip())
        elif answer:
            said.append((number, "", "", answer))
    return said


def _count_sheets(part: bytes) -> int:
    return len(SHEET_ELEMENT.findall(part.replace(b"\0", b"")))  # also in UTF-16


def _from_csv(content: bytes, columns: Columns) -> list[tuple[int, str, str, str]]:
    try:
        text = content.decode("utf-16" if content.startswith(UTF_16) else "utf-8-sig")
        for separator in SEPARATORS:
            lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            found = list(islice(lines, MOST_ROWS))
            if headings := _headings(found, columns):
                below = (f"{get_column_letter(place)}{number}" for number, place in _texts_of(lines))
                if cells := list(islice(below, MOST_NAMED)):
                    raise Rejected("below", row=MOST_ROWS, cells=", ".join(cells))
                return _below(found, headings, columns)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Rejected("broken_csv") from error
    raise Rejected("no_headings")


def _texts_of(lines: Iterator[list[str]]) -> Iterator[tuple[int, int]]:
    """Yield the row and the column, from 1, of each text in the rows of a CSV file that are not read."""
    for number, row in enumerate(lines, MOST_ROWS + 1):
        for place, cell in enumerate(row, 1):
            if cell.strip():
                yield number, place


def text_of(cell: Any) -> str:
    """Return the value of a cell as a person would have typed it."""
    value = getattr(cell.value, "text", cell.value)  # of a formula for several cells
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, timedelta):
        return _duration(value)
    return str(value).strip()


def _number(value: float, number_format: str) -> str:
    if number_format.endswith("%"):
        return f"{value * 100:.10g}%"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _duration(value: timedelta) -> str:
    """Return hours, minutes and seconds, as in a cell of the format `[h]:mm:ss`."""
    seconds = round(value.total_seconds())
    minutes, seconds_left = divmod(abs(seconds), 60)
    sign = "-" if seconds < 0 else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds_left:02}"
