"""Text shaped and rasterized by HarfBuzz: any script, in either direction, without libraries of the system."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

import uharfbuzz as harfbuzz
from PIL import Image

from practices.web.practice.drawing import bidi

SUBPIXELS = 64
"""Units per pixel in which glyphs are positioned."""
SEMIBOLD = {"wght": 600.0, "wdth": 100.0}
"""Weight and width of variable fonts; other fonts ignore them."""
SHARED_SCRIPTS = (None, "Zyyy", "Zinh", "Zzzz")
"""Digits, punctuation and marks, which take the script of the letters around them."""


@dataclass(frozen=True)
class Glyph:
    """A positioned glyph, in units of 1/SUBPIXELS pixel from the origin of its line."""

    index: int
    x: int
    y: int


@dataclass(frozen=True)
class Mask:
    """Coverage of a line of text, to be pasted `left` and `top` pixels from its origin on the baseline."""

    image: Image.Image
    left: int
    top: int


@dataclass(frozen=True)
class Font:
    """A font file at a size in pixels."""

    path: Path
    size: int

    @cached_property
    def ascent(self) -> float:
        """Pixels from the baseline to the top of a line."""
        return self._font.get_font_extents("ltr").ascender / SUBPIXELS

    def has(self, characters: str) -> bool:
        """Return whether the font has a glyph for every character."""
        return all(self._font.get_nominal_glyph(ord(character)) is not None for character in characters)

    def width(self, text: str, *, is_rtl: bool = False) -> float:
        """Width of a line of text in pixels."""
        return self._shape(text, is_rtl=is_rtl)[1] / SUBPIXELS

    def mask(self, text: str, *, is_rtl: bool = False) -> Mask:
        """Rasterize a line of text; `is_rtl` is the direction of the line as a whole."""
        raster = harfbuzz.RasterDraw()
        raster.scale_factor = (SUBPIXELS, SUBPIXELS)
        for glyph in self._shape(text, is_rtl=is_rtl)[0]:
            raster.transform = (1, 0, 0, 1, glyph.x, glyph.y)
            raster.draw_glyph(self._font, glyph.index)
        rendered = raster.render()
        extents = rendered.extents
        size = (extents.width, extents.height)
        bottom_up = ("raw", "L", extents.stride, -1)
        image = Image.frombytes("L", size, rendered.buffer, *bottom_up) if all(size) else Image.new("L", size)
        return Mask(image, extents.x_origin, -(extents.y_origin + extents.height))

    @cached_property
    def _font(self) -> harfbuzz.Font:
        font = harfbuzz.Font(_face(self.path))
        font.scale = (self.size * SUBPIXELS, self.size * SUBPIXELS)
        font.set_variations(SEMIBOLD)
        return font

    def _shape(self, text: str, *, is_rtl: bool) -> tuple[list[Glyph], int]:
        """Return the glyphs of a line from left to right, and its width."""
        glyphs: list[Glyph] = []
        x = 0
        for run, script, direction in _runs(text, is_rtl=is_rtl):
            buffer = harfbuzz.Buffer()
            buffer.add_str(run)
            buffer.direction = direction
            if script:
                buffer.script = script
            buffer.guess_segment_properties()
            harfbuzz.shape(self._font, buffer)
            for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
                glyphs.append(Glyph(info.codepoint, x + position.x_offset, position.y_offset))
                x += position.x_advance
        return glyphs, x


@cache
def _face(path: Path) -> harfbuzz.Face:
    return harfbuzz.Face(harfbuzz.Blob.from_file_path(str(path)))


def _runs(text: str, *, is_rtl: bool) -> Iterator[tuple[str, str | None, str]]:
    """Yield stretches of one script and direction from left to right, as (text, script, direction)."""
    levels = bidi.levels(text, is_rtl=is_rtl)
    for start, end in bidi.runs(levels):
        runs = _split_by_script(text[start:end])
        if levels[start] % 2:
            yield from ((run, script, "rtl") for run, script in reversed(runs))
        else:
            yield from ((run, script, "ltr") for run, script in runs)


def _split_by_script(text: str) -> list[tuple[str, str | None]]:
    runs: list[tuple[str, str | None]] = []
    for character in text:
        script = _script(character)
        if runs and (script is None or runs[-1][1] in (None, script)):
            runs[-1] = (runs[-1][0] + character, runs[-1][1] or script)
        else:
            runs.append((character, script))
    return runs


@lru_cache(maxsize=4096)
def _script(character: str) -> str | None:
    """ISO 15924 code of a letter's script; None for characters that several scripts share."""
    buffer = harfbuzz.Buffer()
    buffer.add_str(character)
    buffer.guess_segment_properties()
    return None if buffer.script in SHARED_SCRIPTS else buffer.script
