"""CSV for spreadsheets: a row per practice, a column per field, lists separated by "; ", parts of a figure by " | "."""

import csv
import io
from collections.abc import Iterator

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from practices.core.plain_text import plain
from practices.documents import FIELDS
from practices.documents.form_fields import FIGURE_PARTS
from practices.exchange.exports.source import latest_documents
from practices.models import Practice

BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel does not read the file as UTF-8."""

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def write(practices: QuerySet[Practice]) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _line(["url", "published_on", *FIELDS])
    for practice, document in latest_documents(practices):
        address = settings.SITE_URL + practice.get_absolute_url()
        values = [cell(document[name]) for name in FIELDS]
        yield _line([address, timezone.localdate(practice.published_at).isoformat(), *values])


def _line(values: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def cell(value) -> str:
    """Return `value` as the text of a cell that no spreadsheet reads as a formula (OWASP, CSV injection)."""
    text = plain(_in_words(value))
    # Some programs pass over white space before a formula.
    return f"'{text}" if text.startswith(("\t", "\n")) or text.lstrip().startswith(FORMULA_STARTS) else text


def _in_words(value) -> str:
    if isinstance(value, list):
        return "; ".join(map(_in_words, value))
    if isinstance(value, dict):  # a key figure, as a spreadsheet of a submission has it
        return " | ".join(value[part] for part in FIGURE_PARTS)
    return "" if value is None else str(value)
