"""Tables with a practice per row, CSV or XLSX. Runs in the sandbox too; imports nothing of Django."""

import csv
import io
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import datetime
from itertools import islice
from typing import IO, Any

from openpyxl import load_workbook

from practices.core import archives
from practices.core.sandbox_child import Rejected
from practices.exchange.spreadsheets.parser import (
    LONGEST_FORMAT,
    MOST_SHEETS,
    SEPARATORS,
    STYLES,
    UTF_16,
    kind_of_archive,
    kind_of_old,
    text_of,
)

MOST_COLUMNS = 200
MOST_PARTS = 2_000
MOST_UNPACKED = 200 * 1024 * 1024  # bytes
MOST_ELEMENTS = 20_000_000
LONGEST_TEXT = 1024 * 1024  # bytes; a text has at most 20,000 characters
EXAMPLES = 20
"""Rows in which an example of each column is looked for."""
LONGEST_EXAMPLE = 80  # characters
SAMPLE = 64 * 1024  # bytes


def head(content: bytes, *, extension: str) -> tuple[list[tuple[str, str]], bytes]:
    """Return (heading, example) of each column of a file that somebody has uploaded, and no bytes.

    Raises Rejected as `rows` does, and "too_much".
    """
    if extension == ".xlsx" and content.startswith(b"PK"):
        try:
            archives.check(
                content,
                most_parts=MOST_PARTS,
                most_unpacked=MOST_UNPACKED,
                most_elements=MOST_ELEMENTS,
                longest_text=lambda part: LONGEST_FORMAT if part == STYLES else LONGEST_TEXT,
            )
        except Rejected as rejected:
            known = rejected.reason in ("too_much", "password")
            raise rejected if known else Rejected("broken_xlsx") from rejected
    with closing(rows(io.BytesIO(content), extension=extension)) as found:
        _number, headings = next(found)
        examples = [""] * len(headings)
        for _number, row in islice(found, EXAMPLES):
            for place, cell in enumerate(row[: len(headings)]):
                examples[place] = examples[place] or cell
    return [
        (heading, example[:LONGEST_EXAMPLE])
        for heading, example in zip(headings, examples, strict=True)
        if heading or example
    ], b""


def rows(file: IO[bytes], *, extension: str) -> Generator[tuple[int, list[str]]]:
    """Yield (number, texts of the cells) of each row that is not empty, in little memory. The first has the headings.

    Raises Rejected: "broken_xlsx", "broken_csv", "password", "other_kind" with the `kind`, "errors" with the `cells`,
    "no_rows".
    """
    found = _from_xlsx(file) if extension == ".xlsx" else _from_csv(file)
    first = next(found, None)
    if first is None:
        raise Rejected("no_rows")
    yield first
    yield from found


def _from_xlsx(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    start = file.read(64 * 1024)
    file.seek(0)
    if old := kind_of_old(start):
        raise old
    try:
        book = load_workbook(file, read_only=True, data_only=True)
        if other := kind_of_archive(book._archive.namelist()):
            raise other
        sheets = [sheet for sheet in book.worksheets[:MOST_SHEETS] if sheet.sheet_state == "visible"]
        for sheet in sheets[:1]:
            for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
                if any(cell.value not in (None, "") for cell in row):
                    yield number, [_text(cell) for cell in row]
    except Rejected:
        raise
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises errors of many types for broken files
        raise Rejected("broken_xlsx") from error


def _from_csv(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    sample = file.read(SAMPLE)
    file.seek(0)
    encoding = "utf-16" if sample.startswith(UTF_16) else "utf-8-sig"
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        reader = csv.reader(text, delimiter=_separator(sample.decode(encoding, errors="ignore")))
        for number, row in enumerate(reader, 1):  # as spreadsheets count; a record may be of several lines
            if any(cell.strip() for cell in row):
                yield number, [cell.strip() for cell in row[:MOST_COLUMNS]]
    except (UnicodeError, csv.Error) as error:
        raise Rejected("broken_csv") from error
    finally:
        text.detach()


def _separator(sample: str) -> str:
    """Return the separator that occurs most often in the first line that has any."""
    for line in sample.splitlines():
        counts = Counter(sign for sign in line if sign in SEPARATORS)
        if counts:
            return counts.most_common(1)[0][0]
    return SEPARATORS[0]


def _text(cell: Any) -> str:
    """Return the value of a cell as a person would have typed it; an instant keeps its time.

    Raises Rejected: "errors".
    """
    value = cell.value
    if isinstance(value, datetime) and (value.hour or value.minute or value.second):
        return value.isoformat()
    if value is not None and cell.data_type == "e":
        raise Rejected("errors", cells=cell.coordinate)
    return text_of(cell)
