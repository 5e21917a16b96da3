"""Which font can write a text. Ours write Latin, Greek, Cyrillic and Arabic; the machine's write the rest."""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path

import fontpkg_amiri
import fontpkg_noto_serif
from PIL import ImageFont, features

OURS = [
    Path(fontpkg_noto_serif.ROOT, "files", "NotoSerif[wdth,wght].ttf"),
    Path(fontpkg_amiri.ROOT, "files", "Amiri-Bold.ttf"),
]
FOLDERS = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
"""Where the machine keeps its fonts (Debian: fonts-noto-core and fonts-noto-cjk write nearly every script)."""
UNFIT = (
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
SEMIBOLD = [600.0, 100.0]  # weight and width of a variable font
SAMPLE_SIZE = 24
COMPLEX = range(0x0590, 0x1D00)
"""From Hebrew to the Indic and Southeast Asian scripts: letters that join, stack or run from right to left."""
CAN_SHAPE = features.check("raqm")
"""Debian: libfribidi0. Without it letters of those scripts would stand apart or in the wrong order."""


def find(text: str) -> Path | None:
    """A font that has every letter of `text` and can be trusted to join them, or None."""
    if not CAN_SHAPE and any(ord(sign) in COMPLEX for sign in text):
        return None
    return _find("".join(sorted(set(filter(_is_drawn, text)))))


def load(path: Path, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(path, size)
    if "[" in path.name:
        font.set_variation_by_axes(SEMIBOLD)
    return font


def _is_drawn(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMNPS"


@lru_cache(maxsize=1024)
def _find(signs: str) -> Path | None:
    return next((path for path in (*OURS, *_of_the_machine()) if _has_all(path, signs)), None)


@cache
def _of_the_machine() -> list[Path]:
    """The upright fonts of this machine, bold ones of the same make as ours first."""
    paths = [
        path
        for folder in FOLDERS
        for path in folder.rglob("*.[to]t[fc]")
        if not any(word in path.name.lower() for word in UNFIT)
    ]
    wanted = ("bold", "serif", "noto")
    return sorted(paths, key=lambda path: ([word not in path.name.lower() for word in wanted], path.name))


def _has_all(path: Path, signs: str) -> bool:
    try:
        font = ImageFont.truetype(path, SAMPLE_SIZE, layout_engine=ImageFont.Layout.BASIC)
    except OSError:
        return False
    missing = _shape(font, "\U0010ffff")
    return all(_shape(font, sign) != missing for sign in signs)


def _shape(font: ImageFont.FreeTypeFont, sign: str) -> tuple:
    mask = font.getmask(sign)
    return mask.size, bytes(mask)
