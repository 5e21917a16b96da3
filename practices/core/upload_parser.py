"""Detection of the type of an uploaded file from its content. Runs in the sandbox; imports nothing of Django."""

import io
import re
from typing import Any

from PIL import Image, ImageOps

from practices.core import archives
from practices.core.sandbox_child import Rejected

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
"""Format of Pillow → content type."""
QUALITY = 88
SCAN = b"\xff\xda"
MOST_SCANS = 100
"""Passes over all pixels that a progressive JPEG may need; common encoders make 10 of them."""
SAVING: dict[str, dict[str, Any]] = {
    "PNG": {},
    "JPEG": {"quality": QUALITY},
    "WEBP": {"quality": QUALITY, "method": 1},  # the default, 4, takes three times as long
}

# Longer names only: shorter ones, such as /JS, turn up by chance in compressed data.
_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|Encrypt)\b")
_ACTIVE_PART = re.compile(
    r"vbaproject|vbadata|(^|/)(basic|scripts|macros|activex|embeddings|externallinks)/"
    r"|\.(exe|dll|js|vbs|bat|cmd|ps1|jar|sh|zip|rar|7z|svg|html?|swf)$",
    re.IGNORECASE,
)


def recognise(
    content: bytes, *, most_pixels: int, most_parts: int, most_unpacked: int, most_bytes: int
) -> tuple[str, bytes]:
    """Return the content type, and a picture saved anew without its metadata, of up to `most_bytes`.

    Raises Rejected: "unknown", "active_pdf", "active_document", "password", "pixels", "large_picture", "too_much".
    """
    if content.startswith(b"%PDF-"):
        if _ACTIVE_PDF.search(content):
            raise Rejected("active_pdf")
        return PDF, b""
    if content.startswith(b"PK\x03\x04"):
        return _office(content, most_parts=most_parts, most_unpacked=most_unpacked), b""
    return _picture(content, most_pixels=most_pixels, most_bytes=most_bytes)


def _picture(content: bytes, *, most_pixels: int, most_bytes: int) -> tuple[str, bytes]:
    try:
        picture: Any = Image.open(io.BytesIO(content), formats=list(PICTURES))
        kind = picture.format
        if picture.width * picture.height > most_pixels:
            raise Rejected("pixels")
        if kind == "JPEG" and content.count(SCAN) > MOST_SCANS:
            raise Rejected("too_much")
        picture = ImageOps.exif_transpose(picture)
        if picture.mode not in ("RGB", "RGBA", "L"):
            picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
        bare = Image.new(picture.mode, picture.size)
        bare.paste(picture)
        del picture  # it takes as much memory as the new one
        made = io.BytesIO()
        bare.save(made, kind, **SAVING[kind])
    except (Rejected, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise Rejected("pixels") from error
    except Exception as error:  # Pillow's decoders raise many kinds of errors
        raise Rejected("unknown") from error
    if made.tell() > most_bytes:
        raise Rejected("large_picture")
    return PICTURES[kind], made.getvalue()


def _office(content: bytes, *, most_parts: int, most_unpacked: int) -> str:
    """Return the type of an office document. Raises Rejected for other archives, macros and embedded files."""
    try:
        archive = archives.check(content, most_parts=most_parts, most_unpacked=most_unpacked)
    except Rejected as rejected:
        others = {"broken": "unknown", "embedded": "active_document"}
        raise Rejected(others.get(rejected.reason, rejected.reason)) from rejected
    names = set(archive.namelist())
    if any(_ACTIVE_PART.search(name) for name in names):
        raise Rejected("active_document")
    if "mimetype" in names and archive.read("mimetype") == ODT.encode():
        return ODT
    types = archive.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
    if b"macroEnabled" in types:
        raise Rejected("active_document")
    for part, content_type in (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX)):
        if types and part in names:
            return content_type
    raise Rejected("unknown")
