"""Practices as files. A new format is a module with `write` and its line in FORMATS."""

import dataclasses
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from practices.exports import as_csv, as_json
from practices.models import Practice


@dataclasses.dataclass(frozen=True)
class Format:
    extension: str
    label: Any
    content_type: str
    write: Callable[[QuerySet[Practice]], str]
    """From published practices, in order, to the whole file."""


FORMATS = {
    each.extension: each
    for each in [
        Format("csv", _("CSV, for spreadsheets"), "text/csv; charset=utf-8", as_csv.write),
        Format("json", _("JSON, as import reads it"), "application/json", as_json.write),
    ]
}

__all__ = ["FORMATS", "Format"]
