"""Checks of ZIP archives, as office documents are, before anything reads them. Imports nothing of Django."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator

from practices.core.sandbox_child import Rejected

PIECE = 64 * 1024  # bytes
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The compression that office documents use (ECMA-376 part 2 §7.3.4, ODF 1.3 part 2 §2.3)."""
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, ValueError, EOFError, OSError)
"""Errors that zipfile raises for a broken archive; NotImplementedError means an unsupported compression method."""
XML = (".xml", ".rels", ".vml")
ENTITY = tuple("<!ENTITY".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def check(
    content: bytes,
    *,
    most_parts: int,
    most_unpacked: int,
    most_elements: int | None = None,
    longest_text: Callable[[str], int] | None = None,
) -> zipfile.ZipFile:
    """Return the archive once all of it is known to unpack, within `most_unpacked` bytes.

    What the archive says of its sizes is not believed: each part is unpacked, and thrown away. Raises Rejected for
    too many parts, bytes or elements of XML, or more bytes in one of them than `longest_text` allows in a part of that
    name ("too_much"), for a password, for an archive inside the archive ("embedded" with the `part`), for entities in
    XML, which may stand for gigabytes or for other files, and for anything broken ("broken").

    With `most_elements`, every part counts as XML, as it is not its name that makes it be read as such.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
        if len(parts) > most_parts or sum(part.file_size for part in parts) > most_unpacked:
            raise Rejected("too_much")
        if any(part.flag_bits & 1 for part in parts):
            raise Rejected("password")
        if len({part.filename for part in parts}) < len(parts):
            raise Rejected("broken")
        unpacked = elements = 0
        for part in parts:
            is_xml, text = most_elements is not None or part.filename.lower().endswith(XML), 0
            longest = longest_text(part.filename) if longest_text else most_unpacked
            for piece in _unpack(archive, part, is_xml=is_xml):
                unpacked += len(piece)
                if unpacked > most_unpacked:
                    raise Rejected("too_much")
                if most_elements is None:
                    continue
                first, *others = piece.split(b"<")
                elements += len(others)
                text = max(text + len(first), *map(len, others)) if others else text + len(first)
                if elements > most_elements or text > longest:
                    raise Rejected("too_much")
                text = len(others[-1]) if others else text
    except BROKEN as error:
        raise Rejected("broken") from error
    return archive


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo, *, is_xml: bool) -> Iterator[bytes]:
    if part.compress_type not in METHODS:
        raise Rejected("broken")
    before = b""
    with archive.open(part) as unpacked:
        while piece := unpacked.read(PIECE):
            if not before and piece.startswith(b"PK\x03\x04"):
                raise Rejected("embedded", part=part.filename)
            overlapping = before + piece
            if is_xml and any(entity in overlapping for entity in ENTITY):
                raise Rejected("broken")
            before = piece[-16:]
            yield piece
