"""Checks of uploaded files. The type is detected from the content; the name only has to agree with it."""

import dataclasses
import hashlib
import io
import lzma
import posixpath
import re
import warnings
import zipfile
import zlib
from typing import IO, Any

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
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
EXTENSION_ALIASES = {"jpeg": "jpg", "jpe": "jpg"}

MOST_PIXELS = 40_000_000
MOST_PARTS = 5_000
MOST_UNPACKED = 200 * 1024 * 1024  # bytes
PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
# Longer names only: shorter ones, such as /JS, turn up by chance in compressed data.
_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|Encrypt)\b")
_ACTIVE_PART = re.compile(
    r"vbaproject|vbadata|(^|/)(basic|scripts|macros|activex|embeddings|externallinks)/"
    r"|\.(exe|dll|js|vbs|bat|cmd|ps1|jar|sh|zip|rar|7z|svg|html?|swf)$",
    re.IGNORECASE,
)


class Refused(Exception):
    """Error for a file that is not accepted. Its message tells the submitter why."""


@dataclasses.dataclass(frozen=True)
class Upload:
    """File that passed the checks."""

    name: str
    content: bytes
    content_type: str
    sha256: str


_BROKEN_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, ValueError, EOFError, OSError,
)  # fmt: skip
"""Errors that zipfile raises for a broken archive; NotImplementedError means an unsupported compression method."""


def validate(file: IO[bytes], *, name: str) -> Upload:
    """Return `file` as it is stored. Pictures are re-encoded without their metadata.

    Raises Refused.
    """
    most = settings.ATTACHMENT_MB * 1024 * 1024
    content = file.read(most + 1)
    if len(content) > most:
        raise Refused(_("It is larger than %(most)s MB.") % {"most": settings.ATTACHMENT_MB})
    content_type, content = _recognise(content)
    extension, kind = TYPES[content_type]
    stem, _dot, called = posixpath.basename(name.replace("\\", "/")).rpartition(".")
    called = EXTENSION_ALIASES.get(called.lower(), called.lower())
    if stem and called != extension:
        raise Refused(
            _("It is called “.%(called)s”, but it is a %(kind)s file.")
            % {"called": called[:10], "kind": kind}
        )
    safe = slugify(stem or called)[:60] or "file"
    return Upload(f"{safe}.{extension}", content, content_type, hashlib.sha256(content).hexdigest())


def _recognise(content: bytes) -> tuple[str, bytes]:
    if content.startswith(b"%PDF-"):
        if _ACTIVE_PDF.search(content):
            raise Refused(
                _("This PDF holds scripts, other files or a password. Please print it to a plain PDF.")
            )
        return "application/pdf", content
    if content.startswith(b"PK\x03\x04"):
        return _office(content), content
    return _picture(content)


def _picture(content: bytes) -> tuple[str, bytes]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture: Any = Image.open(io.BytesIO(content), formats=list(PICTURES))
            content_type = PICTURES[picture.format]
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused(_("This picture has too many pixels; 40 million are the most."))
            picture = ImageOps.exif_transpose(picture)
            if picture.mode not in ("RGB", "RGBA", "L"):
                picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
            bare = Image.new(picture.mode, picture.size)
            bare.paste(picture)
            made = io.BytesIO()
            bare.save(made, TYPES[content_type][1].upper(), quality=88)
    except Refused:
        raise
    except Exception as error:  # Pillow's decoders raise many kinds of errors
        raise Refused(_unknown_type()) from error
    return content_type, made.getvalue()


def _office(content: bytes) -> str:
    """Return the type of an office document. Raises Refused for other archives, macros and embedded files."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Refused(_("This file unpacks to more than can be checked."))
            if any(part.flag_bits & 1 for part in parts):
                raise Refused(_("This file has a password. Please save it without."))
            if any(_ACTIVE_PART.search(name) for name in names):
                raise Refused(
                    _("This document holds macros or other files. Please save it without, or as PDF.")
                )
            if "mimetype" in names and archive.read("mimetype") == ODT.encode():
                return ODT
            types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
    except _BROKEN_ARCHIVE as error:
        raise Refused(_unknown_type()) from error
    if b"macroEnabled" in types:
        raise Refused(_("This document holds macros or other files. Please save it without, or as PDF."))
    for part, content_type in (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX)):
        if types and part in names:
            return content_type
    raise Refused(_unknown_type())


def _unknown_type() -> str:
    kinds = ", ".join(kind for _extension, kind in TYPES.values())
    return _("This is none of the files that can be taken: %(kinds)s.") % {"kinds": kinds}
