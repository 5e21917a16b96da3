"""Kits: practices that a reader has put together, as one document. To add a format, write a module with `write`."""

import dataclasses
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from practices.exchange.kits import as_docx, as_epub, as_pdf
from practices.exchange.kits.kit import MOST, Entry, Kit, keys_of_list, kit_of

__all__ = ["FORMATS", "MOST", "Entry", "Format", "Kit", "keys_of_list", "kit_of"]


@dataclasses.dataclass(frozen=True)
class Format:
    extension: str
    label: Any
    content_type: str
    write: Callable[[Kit], bytes]
    """Return the file. Raises sandbox.Busy and sandbox.Rejected if it is heavy work."""
    is_available: Callable[[], bool] = lambda: True
    """Return whether this installation can write it."""
    is_quick: bool = True
    """False if it is made in the sandbox, one at a time."""


FORMATS = {
    each.extension: each
    for each in [
        Format("pdf", _("PDF"), "application/pdf", as_pdf.write, as_pdf.is_available, is_quick=False),
        Format(
            "docx",
            _("Word (DOCX)"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            as_docx.write,
        ),
        Format("epub", _("E-book (EPUB)"), "application/epub+zip", as_epub.write),
    ]
}
