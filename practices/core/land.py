"""Land of the dotted maps, places of countries on them, and circles that do not overlap.

The numbers are in practices/core/land.json, which fixtures/make_land.py makes.
"""

import dataclasses
import json
import math
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

WORLD = "world"
PICTURE = "picture"
"""The world with few dots, for small pictures."""
PASSES = 200
"""Most rounds in which circles are moved apart; a world of 249 countries takes about 100."""
RISE = 0.18
"""Height of the control point of a curve between two places, as a share of their distance."""
HOMING = 0.04
"""Share of the way back to its country that a circle moves in a round, while the circles are still moved apart."""


@dataclasses.dataclass(frozen=True)
class Circle:
    """A circle for a country, in whole units of its map, which are written alike in all languages.

    `reach` is the radius that it keeps free of others.
    """

    code: str
    number: int
    x: int
    y: int
    radius: int
    reach: int


@dataclasses.dataclass(frozen=True)
class Scale:
    """Radii whose area shows a number: `unit` for 1, unless `most` would then be wider than `limit`."""

    most: int
    unit: int
    limit: int
    least: int = 5
    """Radius below which a circle cannot be seen."""

    def radius(self, number: int) -> int:
        unit = min(self.unit, self.limit / math.sqrt(max(self.most, 1)))
        return max(self.least, round(unit * math.sqrt(number)))


@cache
def _land() -> dict:
    return json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


def outline(name: str) -> str:
    """Return the attributes of an SVG path that draws the land of a map: `WORLD`, `PICTURE` or the slug of a region."""
    return str(_land()[name]["land"])


def size_of(name: str) -> tuple[int, int]:
    """Return the width and height of a map: `WORLD` or the slug of a region."""
    width, height = _land()[name]["size"]
    return width, height


def place_of(code: str, name: str = WORLD) -> tuple[int, int] | None:
    """Return where a country, named by its lower-case alpha-2 code, is on a map. None if it is not drawn."""
    place = _land()[name]["places"].get(code)
    return (place[0], place[1]) if place else None


def nearest(place: tuple[int, int], others: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Return the nearest of other places."""
    return min(others, key=lambda other: math.dist(place, other))


def bend(start: tuple[int, int], end: tuple[int, int]) -> tuple[int, int]:
    """Return the control point of a curve from place to place that rises a little, so that lines lie apart."""
    return round((start[0] + end[0]) / 2), round((start[1] + end[1]) / 2 - math.dist(start, end) * RISE)


@cache
def middle_of(region: str) -> tuple[int, int]:
    """Return the middle of a region's countries on the world map."""
    places = [_land()[WORLD]["places"][code] for code in _land()[region]["places"]]
    return round(sum(x for x, _y in places) / len(places)), round(sum(y for _x, y in places) / len(places))


def circles(
    numbers: Mapping[str, int], name: str, scale: Scale, *, reach: int = 0, gap: int = 2
) -> list[Circle]:
    """Return a circle for each country that the map `name` shows, moved apart, the largest first.

    Neighbours keep `gap` units between them, and each has at least `reach` units around its middle for itself, so that
    one can be pointed at. The circles stay near their countries and within the map (Dorling, 1996).
    """
    drawn = [
        (code, number, place)
        for code, number in numbers.items()
        if number and (place := place_of(code, name))
    ]
    drawn.sort(key=lambda each: (-each[1], each[0]))
    radii = [scale.radius(number) for _code, number, _place in drawn]
    reaches = [max(radius + gap // 2, reach) for radius in radii]
    places = _apart([place for _code, _number, place in drawn], reaches, size_of(name))
    return [
        Circle(code, number, round(x), round(y), radius, own)
        for (code, number, _place), radius, own, (x, y) in zip(drawn, radii, reaches, places, strict=True)
    ]


def _apart(
    homes: list[tuple[int, int]], radii: list[int], size: tuple[int, int]
) -> list[tuple[float, float]]:
    """Return places near `homes` for circles of these radii, which do not overlap and lie within `size`."""
    places = [[float(x), float(y)] for x, y in homes]
    widest = 2 * max(radii, default=0)
    for turn in range(PASSES):
        homing = HOMING if turn < PASSES / 2 else 0
        order = sorted(range(len(places)), key=lambda at: places[at][0])
        moved = False
        for rank, one in enumerate(order):
            for other in order[rank + 1 :]:
                if places[other][0] - places[one][0] > widest:
                    break
                moved |= _push(places[one], places[other], radii[one] + radii[other], one - other)
        for place, home, radius in zip(places, homes, radii, strict=True):
            for axis in (0, 1):
                at = place[axis] + (home[axis] - place[axis]) * homing
                place[axis] = min(max(at, radius), size[axis] - radius)
        if not (moved or homing):
            break
    return [(x, y) for x, y in places]


def _push(one: list[float], other: list[float], wanted: float, tie: int) -> bool:
    """Move two circles apart until `wanted` units are between their middles. Return whether they were too near."""
    dx, dy = other[0] - one[0], other[1] - one[1]
    far = math.hypot(dx, dy)
    if far >= wanted - 0.05:
        return False
    if not far:  # such as two islands on one spot: any direction will do, if it is always the same
        dx, dy, far = math.cos(tie), math.sin(tie), 1.0
        step = wanted / 2
    else:
        step = (wanted - far) / 2
    one[0] -= dx / far * step
    one[1] -= dy / far * step
    other[0] += dx / far * step
    other[1] += dy / far * step
    return True


def window(
    codes: Iterable[str], *, width: int, height: int, margin: int = 60
) -> tuple[int, int, int, int] | None:
    """Return x, y, width and height of the part of the world map around these countries. None if it shows none.

    The part has the proportions of `width` to `height`, is at least as large, and lies within the map where that is
    wide enough.
    """
    places = [place for code in codes if (place := place_of(code))]
    if not places:
        return None
    (left, right), (top, bottom) = ((min(axis), max(axis)) for axis in zip(*places, strict=True))
    grown = max(1, (right - left + 2 * margin) / width, (bottom - top + 2 * margin) / height)
    size = (round(width * grown), round(height * grown))
    whole = size_of(WORLD)
    corner = [
        (whole[axis] - size[axis]) // 2
        if size[axis] >= whole[axis]
        else min(max(round((low + high - size[axis]) / 2), 0), whole[axis] - size[axis])
        for axis, (low, high) in enumerate([(left, right), (top, bottom)])
    ]
    return corner[0], corner[1], size[0], size[1]
