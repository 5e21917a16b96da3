"""Checks of uploaded files. The type is detected from the content; the name only has to agree with it."""

import dataclasses
import hashlib
import posixpath
import re
from typing import IO, Any

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practices.core import sandbox
from practices.core.punctuation import listed
from practices.core.sandbox import Busy, Rejected
from practices.core.upload_parser import DOCX, ODT, XLSX, recognise

TYPES = {
    "application/pdf": ("pdf", "PDF"),
    "image/png": ("png", "PNG"),
    "image/jpeg": ("jpg", "JPEG"),
    "image/webp": ("webp", "WebP"),
    DOCX: ("docx", "DOCX"),
    XLSX: ("xlsx", "XLSX"),
    ODT: ("odt", "ODT"),
}
"""Content type → (extension, common name) of the accepted types."""
EXTENSION_ALIASES = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "mpo": "jpg"}
EXTENSIONS = [*(extension for extension, _kind in TYPES.values()), *EXTENSION_ALIASES]
"""Extensions that browsers offer files of."""
_EXTENSION = re.compile(r"(.+)\.([A-Za-z][A-Za-z0-9]{1,4})", re.DOTALL)
"""Name and extension of a file; “Report v1.2” and “Report no. 7” have none."""
MEGABYTE = 1024 * 1024

_REASONS = {
    "unknown": gettext_lazy("This type of file is not accepted. Please save it as one of these: %(kinds)s."),
    "old_office": gettext_lazy(
        "This is a file of an older version of Office (DOC, XLS or PPT). Please save it as DOCX, XLSX or PDF."
    ),
    "presentation": gettext_lazy("Presentations are not accepted as they are. Please save yours as a PDF."),
    "heic": gettext_lazy("This picture is in the format HEIC or AVIF. Please save it as JPEG or PNG."),
    "active_pdf": gettext_lazy("This PDF contains scripts or other files. Please print it to a new PDF."),
    "protected_pdf": gettext_lazy(
        "This PDF is protected by a password, even if it opens without one. "
        "Please save it without protection, or print it to a new PDF."
    ),
    "active_document": gettext_lazy(
        "This document contains macros or other files (“%(part)s”). Please save it without them, or as a PDF."
    ),
    "workbook_inside": gettext_lazy(
        "This document has a chart or table from Excel that contains its whole workbook, which readers could open. "
        "Please paste it as a picture, or save the document as a PDF."
    ),
    "linked_workbook": gettext_lazy(
        "This workbook takes values from other files. Please break these links in Excel, or save it as a PDF."
    ),
    "password": gettext_lazy("This file has a password. Please save it without one."),
    "pixels": gettext_lazy(
        "This picture has more than %(megapixels)s million pixels. Please save it at a smaller size."
    ),
    "large_picture": gettext_lazy(
        "Without its metadata, this picture is larger than %(most)s MB. Please save it at a smaller size."
    ),
    "broken_picture": gettext_lazy(
        "This picture is damaged or incomplete. Please open it and save it again, or choose another one."
    ),
    "too_much": gettext_lazy(
        "This file is too complex to check. Please save it with less in it, or as a PDF."
    ),
    "unreadable": gettext_lazy("This file cannot be read. Please save it again, or as a PDF."),
}
"""Sentences for the reasons for which `upload_parser` and the sandbox reject a file."""


class Refused(Exception):
    """Error for a file that is not accepted. Its message tells the submitter why."""


@dataclasses.dataclass(frozen=True)
class Upload:
    """File that passed the checks."""

    name: str
    content: bytes
    content_type: str
    sha256: str


def validate(file: IO[bytes], *, name: str) -> Upload:
    """Return `file` as it is stored. Pictures are re-encoded without their metadata.

    Raises Refused, and Busy while other files are being checked.
    """
    most = settings.ATTACHMENT_MB * MEGABYTE
    content = file.read(most + 1)
    if len(content) > most:
        raise Refused(
            _("This file is larger than %(most)s MB. Please choose a smaller one.")
            % {"most": settings.ATTACHMENT_MB}
        )
    try:
        content_type, made = sandbox.run(recognise, content, **budgets())
    except Rejected as rejected:
        raise Refused(_sentence(rejected)) from rejected
    content = made or content
    extension, kind = TYPES[content_type]
    base = posixpath.basename(name.replace("\\", "/"))
    stem, called = found.groups() if (found := _EXTENSION.fullmatch(base)) else (base, "")
    if called and EXTENSION_ALIASES.get(called.lower(), called.lower()) != extension:
        raise Refused(
            _(
                "This file's name ends in “.%(called)s”, but it is a %(kind)s file. "
                "Please change the end of its name to “.%(extension)s”."
            )
            % {"called": called, "kind": kind, "extension": extension}
        )
    safe = slugify(stem)[:60] or "file"
    return Upload(f"{safe}.{extension}", content, content_type, hashlib.sha256(content).hexdigest())


def budgets() -> dict[str, Any]:
    """Return the most that a file may hold, as options of `upload_parser.recognise`."""
    return {
        "most_pixels": settings.PICTURE_MEGAPIXELS * 1_000_000,
        "most_parts": settings.DOCUMENT_PARTS,
        "most_unpacked": settings.DOCUMENT_UNPACKED_MB * MEGABYTE,
        "most_bytes": settings.ATTACHMENT_MB * MEGABYTE,
    }


def _sentence(rejected: Rejected) -> str:
    return _REASONS[rejected.reason] % {
        **rejected.details,
        "kinds": listed(kind for _extension, kind in TYPES.values()),
        "megapixels": settings.PICTURE_MEGAPIXELS,
        "most": settings.ATTACHMENT_MB,
    }


__all__ = ["DOCX", "EXTENSIONS", "ODT", "TYPES", "XLSX", "Busy", "Refused", "Upload", "validate"]
