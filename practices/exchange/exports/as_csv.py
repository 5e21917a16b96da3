"""CSV for spreadsheets: a row per practice, items of a list separated by "; ", parts of an item by " | "."""

import csv
import io
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from practices.core.plain_text import plain
from practices.exchange.exports.columns import COLUMNS
from practices.exchange.exports.records import records
from practices.models import Practice

BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel does not read the file as UTF-8."""

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def write(practices: QuerySet[Practice]) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _line([*COLUMNS])
    for record in records(practices):
        yield _line([cell(column.value(record), column.parts) for column in COLUMNS.values()])


def _line(values: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def cell(value, parts: Sequence[str] = ()) -> str:
    """Return `value` as the text of a cell that no spreadsheet reads as a formula (OWASP, CSV injection).

    Each item that is an object is written by its `parts`, in their order.
    """
    text = plain(_in_words(value, parts))
    # Some programs pass over white space before a formula.
    return f"'{text}" if text.startswith(("\t", "\n")) or text.lstrip().startswith(FORMULA_STARTS) else text


def _in_words(value, parts: Sequence[str]) -> str:
    if isinstance(value, list):
        return "; ".join(_in_words(item, parts) for item in value)
    if isinstance(value, dict):  # as a spreadsheet of a submission has it
        return " | ".join(str(value[part]) for part in parts)
    return "" if value is None else str(value)
