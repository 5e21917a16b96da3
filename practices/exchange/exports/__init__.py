"""Export formats. To add one, write a module with `write` and add its line to FORMATS."""

import dataclasses
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from practices.documents import citations
from practices.exchange.exports import as_citations, as_csv, as_json, as_jsonl, as_xlsx
from practices.exchange.exports.columns import COLUMNS, MEMBERS, SCHEMA, Column
from practices.models import Practice


@dataclasses.dataclass(frozen=True)
class Format:
    extension: str
    label: Any
    content_type: str
    write: Callable[[QuerySet[Practice]], Iterator[str] | Iterator[bytes]]
    """Function that writes published practices, in order, as pieces of the file."""
    columns: Collection[str] = tuple(COLUMNS)
    """Names of the columns that the file contains."""


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS = {
    each.extension: each
    for each in [
        Format("csv", _("CSV"), "text/csv; charset=utf-8", as_csv.write),
        Format("xlsx", _("Excel (XLSX)"), XLSX, as_xlsx.write),
        Format("json", _("JSON"), "application/json", as_json.write, tuple(MEMBERS)),
        Format("jsonl", _("JSON Lines"), "application/jsonl", as_jsonl.write, tuple(MEMBERS)),
        *(
            Format(
                form.extension,
                form.label,
                form.content_type,
                partial(as_citations.write, form),
                as_citations.COLUMNS,
            )
            for form in citations.FORMATS.values()
        ),
    ]
}

__all__ = ["COLUMNS", "FORMATS", "MEMBERS", "SCHEMA", "Column", "Format"]
