"""Drawing: a panel with marks, what the page is about, its title as large as fits, and whose it is."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from PIL.ImageFont import FreeTypeFont

from practices.web.practice.drawing import fonts, marks

WIDTH, HEIGHT = 1200, 630
PAPER, INK, INK_SOFT, ACCENT, ON_ACCENT, LINE = (
    "#fbfaf6",
    "#1b2430",
    "#465160",
    "#0a4a6b",
    "#ffffff",
    "#dbd6c9",
)
"""The light colours of static/css/tokens.css."""
COLOURS = 96  # of the palette; a smooth edge of a letter needs some between ink and paper
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
STRAIGHT_ABOVE = 0x2E80
"""From here on: Chinese, Japanese and Korean, which may break between any two signs."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What a picture says. A text in a script that no font here can write is left out."""

    title: str
    eyebrow: str = ""
    facts: str = ""
    site: str
    objective: int | None = None
    title_is_rtl: bool = False
    is_rtl: bool = False


@lru_cache(maxsize=128)
def draw(picture: Picture) -> bytes:
    """The picture as a PNG of some 20 KB. A tenth of a second of work, kept by each process for the last 128."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(image)
    _draw_panel(image, pen, picture)
    left = MARGIN if picture.is_rtl else PANEL + MARGIN
    area = (left, WIDTH - PANEL - MARGIN if picture.is_rtl else WIDTH - MARGIN)
    _draw_line(pen, picture.eyebrow, area, 70, INK_SOFT, is_rtl=picture.is_rtl)
    _draw_title(pen, picture, area)
    pen.line((area[0], 536, area[1], 536), fill=LINE, width=2)
    _draw_brand(image, pen, picture, area)
    output = BytesIO()
    image.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        output, "PNG", optimize=True
    )
    return output.getvalue()


def _draw_panel(image: Image.Image, pen: ImageDraw.ImageDraw, picture: Picture) -> None:
    left = WIDTH - PANEL if picture.is_rtl else 0
    pen.rectangle((left, 0, left + PANEL - 1, HEIGHT), fill=ACCENT)
    if picture.objective:
        image.paste(ON_ACCENT, (left + (PANEL - MARK) // 2, 108), marks.mask(picture.objective, MARK))
        font = fonts.load(fonts.OURS[0], 132)
        pen.text((left + PANEL / 2, 500), str(picture.objective), ON_ACCENT, font, anchor="ms")
        return
    for number in range(1, SITE_MARKS + 1):
        row, column = divmod(number - 1, 3)
        image.paste(ON_ACCENT, (left + 42 + column * 78, 30 + row * 72), marks.mask(number, 54))


def _draw_brand(
    image: Image.Image, pen: ImageDraw.ImageDraw, picture: Picture, area: tuple[int, int]
) -> None:
    left, right = area
    image.paste(ACCENT, (right - BRAND if picture.is_rtl else left, 553), marks.brand(BRAND))
    beside = (left, right - BRAND - 14) if picture.is_rtl else (left + BRAND + 14, right)
    _draw_line(pen, picture.site, beside, 554, ACCENT, is_rtl=picture.is_rtl)


def _draw_title(pen: ImageDraw.ImageDraw, picture: Picture, area: tuple[int, int]) -> None:
    """The title in the largest size that fits, its facts right below it."""
    facts_room = FACTS_GAP + 2 * SMALL if picture.facts else 0
    room = TITLE_BOTTOM - TITLE_TOP - facts_room
    path = fonts.find(picture.title)
    y = float(TITLE_TOP)
    if path:
        font, lines = _fit(picture.title, path, area[1] - area[0], room)
        y += (room - len(lines) * font.size * LEADING) / 3
        x, anchor = (area[1], "ra") if picture.is_rtl else (area[0], "la")
        for line in lines:
            pen.text(
                (x, y), line, INK, font, anchor=anchor, direction=_direction(is_rtl=picture.title_is_rtl)
            )
            y += font.size * LEADING
    if picture.facts:
        _draw_line(pen, picture.facts, area, y + FACTS_GAP, INK_SOFT, is_rtl=picture.is_rtl)


def _draw_line(pen, text: str, area: tuple[int, int], y: float, colour: str, *, is_rtl: bool) -> None:
    """One small line, cut where the room ends."""
    path = fonts.find(text)
    if not path or not text:
        return
    font = fonts.load(path, SMALL)
    lines = wrap(text, font, area[1] - area[0] - SMALL)
    line = lines[0] if len(lines) == 1 else lines[0].rstrip(" ,·") + " …"
    x, anchor = (area[1], "ra") if is_rtl else (area[0], "la")
    pen.text((x, y), line, colour, font, anchor=anchor, direction=_direction(is_rtl=is_rtl))


def _direction(*, is_rtl: bool) -> str | None:
    return ("rtl" if is_rtl else "ltr") if fonts.CAN_SHAPE else None


def _fit(title: str, path: Path, width: int, height: float) -> tuple[FreeTypeFont, list[str]]:
    """The font, and the lines in it, of the largest size at which `title` fits, if it can with no word broken."""
    fitting = []
    for size in TITLE_SIZES:
        font = fonts.load(path, size)
        lines = wrap(title, font, width)
        if len(lines) * size * LEADING <= height:
            if all(font.getlength(word.strip()) <= width for word in _pieces(title)):
                return font, lines
            fitting.append((font, lines))
    if fitting:
        return fitting[0]
    lines = lines[: int(height / (size * LEADING))]
    lines[-1] = lines[-1][:-1].rstrip() + "…"
    return font, lines


def wrap(text: str, font: FreeTypeFont, width: float) -> list[str]:
    """Lines of at most `width` pixels, broken at spaces, between Chinese signs, and in words that are longer."""
    lines = [""]
    for word in _pieces(text):
        if font.getlength((lines[-1] + word).rstrip()) <= width:
            lines[-1] += word
            continue
        if lines[-1].strip():
            lines.append("")
        for sign in word.lstrip():
            if lines[-1] and font.getlength(lines[-1] + sign) > width:
                lines.append("")
            lines[-1] += sign
    return [line.strip() for line in lines]


def _pieces(text: str) -> list[str]:
    """Words with the space before them; each Chinese sign is a word."""
    pieces: list[str] = []
    for sign in text:
        if sign.isspace() or not pieces or ord(sign) >= STRAIGHT_ABOVE:
            pieces.append(" " if sign.isspace() else sign)
        else:
            pieces[-1] += sign
    return pieces
