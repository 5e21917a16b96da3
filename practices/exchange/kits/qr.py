"""QR codes (ISO/IEC 18004) that open the live kit on a phone."""

import re
from collections.abc import Iterator
from io import BytesIO

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString

BORDER = 4
"""Modules of white around a code, as the standard asks."""


def svg(address: str, *, title: str) -> SafeString:
    """Return the code of an address as an SVG element, which fills its place and has a title for screen readers."""
    rows = [bytes(row) for row in _code(address).matrix_iter(border=BORDER)]
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img"><title>{title}</title>'
        '<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path d="{path}"/></svg>',
        size=len(rows),
        title=title,
        path="".join(
            f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row)
        ),
    )


def png(address: str) -> bytes:
    made = BytesIO()
    _code(address).save(made, kind="png", scale=8, border=BORDER)
    return made.getvalue()


def _code(address: str) -> segno.QRCode:
    return segno.make_qr(address, error="m", boost_error=False)


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Yield the place and the length of each run of dark modules of a row."""
    return ((found.start(), len(found[0])) for found in re.finditer(b"\x01+", row))
