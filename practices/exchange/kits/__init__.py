"""Kits: practices that a reader has put together, as one document. To add a format, write a module with `write`."""

import dataclasses
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from practices.exchange.kits import as_docx, as_epub
from practices.exchange.kits.kit import MOST, Entry, Kit, keys_of_list, kit_of

__all__ = ["FORMATS", "MOST", "Entry", "Format", "Kit", "keys_of_list", "kit_of"]


@dataclasses.dataclass(frozen=True)
class Format:
    extension: str
    label: Any
    content_type: str
    write: Callable[[Kit], bytes]


FORMATS = {
    each.extension: each
    for each in [
        Format(
            "docx",
            _("Word (DOCX)"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            as_docx.write,
        ),
        Format("epub", _("E-book (EPUB)"), "application/epub+zip", as_epub.write),
    ]
}
