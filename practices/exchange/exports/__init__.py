"""Export formats. To add one, write a module with `write` and add its line to FORMATS."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from practices.exchange.exports import as_csv, as_json, as_xlsx
from practices.models import Practice


@dataclasses.dataclass(frozen=True)
class Format:
    extension: str
    label: Any
    content_type: str
    write: Callable[[QuerySet[Practice]], Iterator[str] | Iterator[bytes]]
    """Function that writes published practices, in order, as pieces of the file."""


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS = {
    each.extension: each
    for each in [
        Format("csv", _("CSV"), "text/csv; charset=utf-8", as_csv.write),
        Format("xlsx", _("Excel (XLSX)"), XLSX, as_xlsx.write),
        Format("json", _("JSON"), "application/json", as_json.write),
    ]
}

__all__ = ["FORMATS", "Format"]
