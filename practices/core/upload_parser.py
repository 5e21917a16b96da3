"""Detection of the type of an uploaded file from its content. Runs in the sandbox; imports nothing of Django."""

import io
import posixpath
import re
from typing import Any

from PIL import ExifTags, Image, UnidentifiedImageError

from practices.core import archives
from practices.core.sandbox_child import Rejected

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
"""Format of Pillow → content type."""
SEVERAL_JPEGS = "MPO"
"""Format of Pillow for a JPEG with more pictures behind it, as phones take them (CIPA DC-007). The first one is kept."""
ORIENTATIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""Orientation in the metadata (Exif 3.0 §4.6.5.1.6) → what makes the picture upright."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Start of files of Office 97 to 2003, and of newer ones that have a password ([MS-CFB] §2.2)."""
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
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
_ACTIVE_PDF = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)\b")
_PROTECTED_PDF = re.compile(rb"/Encrypt\b")
_START_OF_PDF = re.compile(rb"%PDF-\d")
MOST_BEFORE_PDF = 1024
"""Bytes before a PDF that readers skip (PDF Reference 1.7, appendix H.3.4.1): byte order marks, headers of a server."""
STARTS_OF_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
"""Starts of JPEG and PNG; Pillow does not know them any more if the rest of their headers is damaged."""
_HEIC = re.compile(rb"(?s).{4}ftyp(?:hei|hev|mif1|msf1|avif)")
_WORKBOOK_PART = re.compile(r"(^|/)embeddings/[^/]*\.xls[xmb]$", re.IGNORECASE)
_LINK_PART = re.compile(r"^xl/externallinks/", re.IGNORECASE)
_TYPES_PART = "[content_types].xml"
_MAIN_PARTS = (
    ("word/document.xml", b"wordprocessingml.document.main+xml", DOCX),
    ("xl/workbook.xml", b"spreadsheetml.sheet.main+xml", XLSX),
    ("ppt/presentation.xml", b"presentationml.", None),
)
"""Usual name of the main part, what the list of types says of it under any name, such as word/document2.xml of Office on
the web, and the type of the document."""
_ACTIVE_PART = re.compile(
    r"vbaproject|vbadata|(^|/)(basic|scripts|macros|activex|embeddings)/"
    r"|\.(exe|dll|js|vbs|bat|cmd|ps1|jar|sh|zip|rar|7z|svg|html?|swf)$",
    re.IGNORECASE,
)


def recognise(
    content: bytes, *, most_pixels: int, most_parts: int, most_unpacked: int, most_bytes: int
) -> tuple[str, bytes]:
    """Return the content type, and a picture saved anew without its metadata, of up to `most_bytes`.

    A PDF is returned too if something stood before it.

    Raises Rejected: "unknown", "unreadable", "old_office", "heic", "active_pdf", "protected_pdf", "active_document" with
    the `part`, "workbook_inside", "linked_workbook", "presentation", "password", "pixels", "large_picture",
    "broken_picture", "too_much".
    """
    if content.startswith(b"PK\x03\x04"):
        return _office(content, most_parts=most_parts, most_unpacked=most_unpacked), b""
    if content.startswith(OLE):
        raise Rejected("password" if ENCRYPTED in content else "old_office")
    if _HEIC.match(content):
        raise Rejected("heic")
    if not content.startswith(STARTS_OF_PICTURES) and (
        start := _START_OF_PDF.search(content, 0, MOST_BEFORE_PDF + len(b"%PDF-1"))
    ):
        return PDF, _pdf(content, start=start.start())
    return _picture(content, most_pixels=most_pixels, most_bytes=most_bytes)


def _pdf(content: bytes, *, start: int) -> bytes:
    """Return a PDF without what stands before it, or nothing if it begins at once."""
    if _PROTECTED_PDF.search(content):
        raise Rejected("protected_pdf")
    if _ACTIVE_PDF.search(content):
        raise Rejected("active_pdf")
    return content[start:] if start else b""


def _picture(content: bytes, *, most_pixels: int, most_bytes: int) -> tuple[str, bytes]:
    try:
        picture: Any = Image.open(io.BytesIO(content), formats=list(PICTURES))
        kind = "JPEG" if picture.format == SEVERAL_JPEGS else picture.format
        if picture.width * picture.height > most_pixels:
            raise Rejected("pixels")
        if kind == "JPEG" and content.count(SCAN) > MOST_SCANS:
            raise Rejected("too_much")
        picture.load()
        turn = ORIENTATIONS.get(_orientation(picture))
        if picture.mode not in ("RGB", "RGBA", "L"):
            picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
        upright = picture.transpose(turn) if turn is not None else picture
        del picture  # it takes as much memory as the new one
        bare = Image.new(upright.mode, upright.size)
        bare.paste(upright)
        del upright
        made = io.BytesIO()
        bare.save(made, kind, **SAVING[kind])
    except (Rejected, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise Rejected("pixels") from error
    except UnidentifiedImageError as error:
        is_picture = content.startswith(STARTS_OF_PICTURES)
        raise Rejected("broken_picture" if is_picture else "unknown") from error
    except Exception as error:  # Pillow's decoders raise many kinds of errors
        raise Rejected("broken_picture") from error
    if made.tell() > most_bytes:
        raise Rejected("large_picture")
    return PICTURES[kind], made.getvalue()


def _orientation(picture: Any) -> Any:
    """Return the orientation in the metadata; None if they are damaged, as the picture itself may be whole."""
    try:
        return picture.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # Pillow raises errors of many types for broken metadata
        return None


def _office(content: bytes, *, most_parts: int, most_unpacked: int) -> str:
    """Return the type of an office document. Raises Rejected for other archives, macros and embedded files."""
    try:
        archive = archives.check(content, most_parts=most_parts, most_unpacked=most_unpacked)
    except Rejected as rejected:
        if rejected.reason == "embedded":
            raise _has_part(rejected.details["part"]) from rejected
        raise Rejected("unreadable" if rejected.reason == "broken" else rejected.reason) from rejected
    # Names of parts are the same in any case (ECMA-376 part 2 §6.2.2.3), and some programs write "\\" for "/".
    parts = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
    if any(map(_LINK_PART.search, parts)):
        raise Rejected("linked_workbook")
    if active := sorted(filter(_ACTIVE_PART.search, parts)):
        raise _has_part(parts[active[0]])
    if "mimetype" in parts and archive.read(parts["mimetype"]) == ODT.encode():
        return ODT
    types = archive.read(parts[_TYPES_PART]) if _TYPES_PART in parts else b""
    if b"macroEnabled" in types:
        raise _has_part("vbaProject.bin")
    for part, main, content_type in _MAIN_PARTS:
        if types and (part in parts or main in types):
            if content_type is None:
                raise Rejected("presentation")
            return content_type
    raise Rejected("unknown")


def _has_part(name: str) -> Rejected:
    """Return the error for a part of a document that is a file or program of its own."""
    if _WORKBOOK_PART.search(name):
        return Rejected("workbook_inside")
    return Rejected("active_document", part=re.sub(r"[^\w. -]", "", posixpath.basename(name))[:60])
