"""Choice of a font for a text.

Bundled fonts cover Latin, Greek, Cyrillic and Arabic; other scripts need a system font.
"""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import fontpkg_amiri
import fontpkg_noto_serif
import uharfbuzz as harfbuzz

from practices.web.practice.drawing.text import Font

BUNDLED = [
    Path(fontpkg_noto_serif.ROOT, "files", "NotoSerif[wdth,wght].ttf"),
    Path(fontpkg_amiri.ROOT, "files", "Amiri-Bold.ttf"),
]
SYSTEM_FOLDERS = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
"""Folders of system fonts (Debian: fonts-noto-core and fonts-noto-cjk cover nearly every script)."""
UNSUITABLE = (
    "italic",
    "oblique",
    "mono",
    "condensed",
    "thin",
    "black",
    "light",
    "symbol",
    "math",
    "emoji",
    "display",
)
SAMPLE_SIZE = 24


def find(text: str) -> Path | None:
    """Return a font with a glyph for every letter of `text`, or None."""
    return _find("".join(sorted(set(filter(_is_visible, text)))))


@lru_cache(maxsize=64)
def load(path: Path, size: int) -> Font:
    """Open a font at a size in pixels."""
    return Font(path, size)


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMNPS"


@lru_cache(maxsize=1024)
def _find(characters: str) -> Path | None:
    return next((path for path in (*BUNDLED, *_system_fonts()) if _has_all(path, characters)), None)


@cache
def _system_fonts() -> list[Path]:
    """Return upright system fonts, those most like the bundled ones first."""
    paths = [
        path
        for folder in SYSTEM_FOLDERS
        for path in folder.rglob("*.[to]t[fc]")
        if not any(word in path.name.lower() for word in UNSUITABLE)
    ]
    wanted = ("bold", "serif", "noto")
    return sorted(paths, key=lambda path: ([word not in path.name.lower() for word in wanted], path.name))


def _has_all(path: Path, characters: str) -> bool:
    try:
        return load(path, SAMPLE_SIZE).has(characters)
    except harfbuzz.HarfBuzzError:
        return False
