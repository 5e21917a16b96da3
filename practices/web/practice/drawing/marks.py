"""Marks of the objectives and of the catalogue, drawn from their SVG paths."""

import math
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from django.conf import settings
from PIL import Image, ImageDraw

UNITS = 24
"""Width and height of a mark in SVG units."""
STROKE = 1.6
STEPS = 24
"""Straight segments per curve."""
OVERSAMPLED = 6
_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
_PARAMETERS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "A": 7, "Z": 0}

type Point = tuple[float, float]


BRAND_UNITS, BRAND_STROKE = 36, 2.6
BRAND = [
    "M6 25C11.5 25 12.5 11 18 11C23.5 11 24.5 25 30 25",
    "M11 28C14.5 28 15.2 19.5 18 19.5C20.8 19.5 21.5 28 25 28",
    "M17 6.5a1 1 0 0 1 2 0a1 1 0 0 1 -2 0",
]
"""Paths of the catalogue's mark, as in templates/components/mark.svg."""


@cache
def mask(number: int, size: int) -> Image.Image:
    """Coverage mask of an objective's mark in static/img/marks.svg, `size` pixels square."""
    return _mask(_lines()[number], size, UNITS, STROKE)


@cache
def brand(size: int) -> Image.Image:
    """Coverage mask of the catalogue's mark, `size` pixels square."""
    return _mask([line for data in BRAND for line in path(data)], size, BRAND_UNITS, BRAND_STROKE)


def _mask(lines: list[list[Point]], size: int, units: float, stroke: float) -> Image.Image:
    scale = size * OVERSAMPLED / units
    image = Image.new("L", (size * OVERSAMPLED, size * OVERSAMPLED))
    pen = ImageDraw.Draw(image)
    width = round(stroke * scale)
    radius = (width - 1) / 2  # Pillow's ellipse includes both edges
    for line in lines:
        points = [(x * scale, y * scale) for x, y in line]
        pen.line(points, fill=255, width=width, joint="curve")
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return image.resize((size, size), Image.Resampling.LANCZOS)


@cache
def _lines() -> dict[int, list[list[Point]]]:
    root = ElementTree.fromstring(Path(settings.BASE_DIR, "static/img/marks.svg").read_bytes())  # nosec B314 # noqa: S314 - our own file
    return {
        int(symbol.attrib["id"].removeprefix("objective-")): [
            line for shape in symbol for line in _shape(shape)
        ]
        for symbol in root.iter("{http://www.w3.org/2000/svg}symbol")
    }


def _shape(shape: ElementTree.Element) -> list[list[Point]]:
    match shape.tag.rpartition("}")[2], shape.attrib:
        case "path", {"d": data}:
            return path(data)
        case "circle", {"cx": x, "cy": y, "r": r}:
            return path(
                f"M{float(x) - float(r)} {y}a{r} {r} 0 0 1 {2 * float(r)} 0a{r} {r} 0 0 1 -{2 * float(r)} 0"
            )
        case "rect", {"x": x, "y": y, "width": w, "height": h, "rx": r}:
            across, down = float(w) - 2 * float(r), float(h) - 2 * float(r)
            return path(
                f"M{float(x) + float(r)} {y}h{across}a{r} {r} 0 0 1 {r} {r}v{down}a{r} {r} 0 0 1 -{r} {r}"
                f"h-{across}a{r} {r} 0 0 1 -{r} -{r}v-{down}a{r} {r} 0 0 1 {r} -{r}z"
            )
        case tag, _:
            raise ValueError(f"marks.svg has an unsupported element: {tag}")


def path(data: str) -> list[list[Point]]:
    """Convert an SVG path (SVG 2 §9.3) to polylines. Knows the commands M L H V C A Z, absolute and relative."""
    tokens = _TOKEN.findall(data)
    lines: list[list[Point]] = []
    x = y = 0.0
    command = ""
    while tokens:
        if tokens[0].isalpha():
            command = tokens.pop(0)
        count = _PARAMETERS[command.upper()]
        values, tokens = [float(token) for token in tokens[:count]], tokens[count:]
        at_x, at_y = (x, y) if command.islower() else (0.0, 0.0)
        match command.upper(), values:
            case "M", [dx, dy]:
                x, y = at_x + dx, at_y + dy
                lines.append([(x, y)])
                command = "l" if command == "m" else "L"
                continue
            case "Z", []:
                pieces = [lines[-1][0]]
            case "L", [dx, dy]:
                pieces = [(at_x + dx, at_y + dy)]
            case "H", [dx]:
                pieces = [(at_x + dx, y)]
            case "V", [dy]:
                pieces = [(x, at_y + dy)]
            case "C", [x1, y1, x2, y2, x3, y3]:
                corners = [(x, y), (at_x + x1, at_y + y1), (at_x + x2, at_y + y2), (at_x + x3, at_y + y3)]
                pieces = [_bezier(corners, step / STEPS) for step in range(1, STEPS + 1)]
            case "A", [radius, _same, _turn, large, sweep, dx, dy]:
                pieces = _arc((x, y), (at_x + dx, at_y + dy), radius, large=large != sweep, sweep=bool(sweep))
        lines[-1] += pieces
        x, y = pieces[-1]
    return lines


def _bezier(corners: list[Point], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    return (
        sum(weight * corner[0] for weight, corner in zip(weights, corners, strict=True)),
        sum(weight * corner[1] for weight, corner in zip(weights, corners, strict=True)),
    )


def _arc(start: Point, end: Point, radius: float, *, large: bool, sweep: bool) -> list[Point]:
    """Points on a circular arc (SVG 2 §B.2.4). `large` tells whether its large-arc and sweep flags differ."""
    half_x, half_y = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    half = math.hypot(half_x, half_y)
    radius = max(radius, half)
    away = math.sqrt(max(radius**2 - half**2, 0)) / half * (1 if large else -1)
    center_x = (start[0] + end[0]) / 2 + away * half_y
    center_y = (start[1] + end[1]) / 2 - away * half_x
    first = math.atan2(start[1] - center_y, start[0] - center_x)
    last = math.atan2(end[1] - center_y, end[0] - center_x)
    if sweep and last <= first:
        last += 2 * math.pi
    if not sweep and last >= first:
        last -= 2 * math.pi
    return [
        (center_x + radius * math.cos(angle), center_y + radius * math.sin(angle))
        for angle in (first + (last - first) * step / STEPS for step in range(1, STEPS + 1))
    ]
