"""Layout of a share image: a panel with marks, a line on the subject, the title as large as fits, and the site."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from practices.web.practice.drawing import fonts, marks
from practices.web.practice.drawing.text import Font

WIDTH, HEIGHT = 1200, 630
PAPER, INK, INK_SOFT, LINE = "#fbfaf6", "#1b2430", "#465160", "#dbd6c9"
"""Colours of the light scheme in static/css/tokens.css."""
COLOURS = 96  # size of the palette, with enough shades between ink and paper for smooth edges
PANEL = 300
MARGIN = 64
TITLE_SIZES = (76, 68, 60, 54, 48, 42, 38, 34)
SMALL = 30
FACTS_GAP = 32
LEADING = 1.24
TITLE_TOP, TITLE_BOTTOM = 150, 500
MARK = 188
BRAND = 44
SITE_MARKS = 23
FIRST_CJK = 0x2E80
"""First code point of Chinese, Japanese and Korean, where a line may break between any two characters."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Texts of a share image. A text is left out if no font has all its letters."""

    title: str
    eyebrow: str = ""
    facts: str = ""
    site: str
    accent: str
    """Colour of the panel and of the name of the site, as #rrggbb."""
    on_accent: str
    has_mark: bool = True
    """False for a catalogue with a logo of its own, which pictures do not show."""
    objective: int | None = None
    title_is_rtl: bool = False
    is_rtl: bool = False


@lru_cache(maxsize=128)
def draw(picture: Picture) -> bytes:
    """Draw the picture as a PNG of about 20 KB, in about a tenth of a second. Each process caches the last 128."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    _draw_panel(image, pen, picture)
    left = MARGIN if picture.is_rtl else PANEL + MARGIN
    area = (left, WIDTH - PANEL - MARGIN if picture.is_rtl else WIDTH - MARGIN)
    _draw_line(image, picture.eyebrow, area, 70, INK_SOFT, is_rtl=picture.is_rtl)
    _draw_title(image, picture, area)
    pen.line((area[0], 536, area[1], 536), fill=LINE, width=2)
    _draw_brand(image, picture, area)
    output = BytesIO()
    image.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        output, "PNG", optimize=True
    )
    return output.getvalue()


def _draw_panel(image: Image.Image, pen: ImageDraw.ImageDraw, picture: Picture) -> None:
    left = WIDTH - PANEL if picture.is_rtl else 0
    pen.rectangle((left, 0, left + PANEL - 1, HEIGHT), fill=picture.accent)
    if picture.objective:
        image.paste(picture.on_accent, (left + (PANEL - MARK) // 2, 108), marks.mask(picture.objective, MARK))
        label, font = str(picture.objective), fonts.load(fonts.BUNDLED[0], 132)
        _paste_text(image, label, (left + (PANEL - font.width(label)) / 2, 500), picture.on_accent, font)
        return
    for number in range(1, SITE_MARKS + 1):
        row, column = divmod(number - 1, 3)
        image.paste(picture.on_accent, (left + 42 + column * 78, 30 + row * 72), marks.mask(number, 54))


def _draw_brand(image: Image.Image, picture: Picture, area: tuple[int, int]) -> None:
    left, right = area
    if not picture.has_mark:
        _draw_line(image, picture.site, area, 554, picture.accent, is_rtl=picture.is_rtl)
        return
    image.paste(picture.accent, (right - BRAND if picture.is_rtl else left, 553), marks.brand(BRAND))
    beside = (left, right - BRAND - 14) if picture.is_rtl else (left + BRAND + 14, right)
    _draw_line(image, picture.site, beside, 554, picture.accent, is_rtl=picture.is_rtl)


def _draw_title(image: Image.Image, picture: Picture, area: tuple[int, int]) -> None:
    """Draw the title in the largest size that fits, and the facts directly below it."""
    facts_room = FACTS_GAP + 2 * SMALL if picture.facts else 0
    room = TITLE_BOTTOM - TITLE_TOP - facts_room
    path = fonts.find(picture.title)
    y = float(TITLE_TOP)
    if path:
        font, lines = _fit(picture.title, path, area[1] - area[0], room)
        y += (room - len(lines) * font.size * LEADING) / 3
        for line in lines:
            x = area[1] - font.width(line, is_rtl=picture.title_is_rtl) if picture.is_rtl else area[0]
            _paste_text(image, line, (x, y + font.ascent), INK, font, is_rtl=picture.title_is_rtl)
            y += font.size * LEADING
    if picture.facts:
        _draw_line(image, picture.facts, area, y + FACTS_GAP, INK_SOFT, is_rtl=picture.is_rtl)


def _draw_line(
    image: Image.Image, text: str, area: tuple[int, int], y: float, colour: str, *, is_rtl: bool
) -> None:
    """Draw one small line, truncated to the width of the area."""
    path = fonts.find(text)
    if not path or not text:
        return
    font = fonts.load(path, SMALL)
    lines = wrap(text, font, area[1] - area[0] - SMALL)
    line = lines[0] if len(lines) == 1 else lines[0].rstrip(" ,·") + " …"
    x = area[1] - font.width(line, is_rtl=is_rtl) if is_rtl else area[0]
    _paste_text(image, line, (x, y + font.ascent), colour, font, is_rtl=is_rtl)


def _paste_text(
    image: Image.Image,
    text: str,
    origin: tuple[float, float],
    colour: str,
    font: Font,
    *,
    is_rtl: bool = False,
) -> None:
    """Draw a line of text whose baseline starts at `origin` on the left."""
    mask = font.mask(text, is_rtl=is_rtl)
    image.paste(colour, (round(origin[0]) + mask.left, round(origin[1]) + mask.top), mask.image)


def _fit(title: str, path: Path, width: int, height: float) -> tuple[Font, list[str]]:
    """Return the largest font in which `title` fits, preferably without breaking a word, and its lines."""
    fitting = []
    for size in TITLE_SIZES:
        font = fonts.load(path, size)
        lines = wrap(title, font, width)
        if len(lines) * size * LEADING <= height:
            if all(font.width(word.strip()) <= width for word in _pieces(title)):
                return font, lines
            fitting.append((font, lines))
    if fitting:
        return fitting[0]
    lines = lines[: int(height / (size * LEADING))]
    lines[-1] = lines[-1][:-1].rstrip() + "…"
    return font, lines


def wrap(text: str, font: Font, width: float) -> list[str]:
    """Break text into lines of up to `width` pixels: at spaces, between CJK characters, and inside longer words."""
    lines = [""]
    for word in _pieces(text):
        if font.width((lines[-1] + word).rstrip()) <= width:
            lines[-1] += word
            continue
        if lines[-1].strip():
            lines.append("")
        for character in word.lstrip():
            if lines[-1] and font.width(lines[-1] + character) > width:
                lines.append("")
            lines[-1] += character
    return [line.strip() for line in lines]


def _pieces(text: str) -> list[str]:
    """Split text into words, each with the space before it; every CJK character is a word."""
    pieces: list[str] = []
    for character in text:
        if character.isspace() or not pieces or ord(character) >= FIRST_CJK:
            pieces.append(" " if character.isspace() else character)
        else:
            pieces[-1] += character
    return pieces
