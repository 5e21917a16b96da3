"""HTML documents as tagged PDF, by WeasyPrint. `make` runs in the sandbox and imports nothing of Django.

WeasyPrint is the optional extra `pdf`, and needs Pango from the system. Typefaces of Latin, Greek, Cyrillic and Arabic
letters are installed with the catalogue; all others are those of the system.
"""

import ctypes
import gc
import logging
import os
import sysconfig
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

VARIANT = "pdf/ua-1"
"""PDF/UA, ISO 14289-1: what screen readers need."""
LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
"""Libraries of the system that WeasyPrint loads. Those that they need themselves are installed with them."""
LACKS_SIGNS = b"<html data-lacks-signs "
"""Start of a document that says so where no typeface has one of its signs."""


@cache
def is_available() -> bool:
    """Return whether WeasyPrint and its libraries are installed. Loads the libraries only, as WeasyPrint is large."""
    return is_installed() and all(map(_is_on_system, LIBRARIES))


def is_installed() -> bool:
    """Return whether WeasyPrint is installed, perhaps without its libraries."""
    return find_spec("weasyprint") is not None


def _is_on_system(library: str) -> bool:
    for name in (f"lib{library}.so.0", f"lib{library}.0.dylib"):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def make(html: bytes) -> tuple[list[str], bytes]:
    """Return the signs that no typeface has, and the PDF document. Nothing is fetched, whatever the HTML asks for.

    Where signs are missing, the `html` element has the attribute `data-lacks-signs`, so that the document can say so.
    """
    # Read when WeasyPrint loads fontconfig: our typefaces beside those of the system.
    os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts.conf"))
    os.environ["XDG_DATA_HOME"] = sysconfig.get_path("purelib")
    gc.disable()  # this process ends soon, and collecting would take a fifteenth of its time
    missing = _MissingSigns()
    logging.getLogger("weasyprint").addHandler(missing)
    made = _pdf(html)
    if missing.signs:
        made = _pdf(html.replace(b"<html ", LACKS_SIGNS, 1))
    return sorted(missing.signs), made


def _pdf(html: bytes) -> bytes:
    import weasyprint  # noqa: PLC0415 - optional, and 40 MiB

    class NoFetcher(weasyprint.URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            raise ValueError(f"Not fetched: {url}")

    document = weasyprint.HTML(string=html.decode(), url_fetcher=NoFetcher())
    return document.write_pdf(pdf_variant=VARIANT)


class _MissingSigns(logging.Handler):
    """Collects the signs for which WeasyPrint logs that no typeface has them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.signs: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(".notdef glyph") and isinstance(record.args, tuple):
            self.signs.add(str(record.args[0]))
