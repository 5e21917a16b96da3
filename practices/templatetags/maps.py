"""Tags that draw small maps: land as dots, countries as circles. The words stand beside them.

Larger maps with links are in templates/web/browse/world_map.html.
"""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from practices.core import land

register = template.Library()

ROW = 24.22
"""Units from a row of dots of the picture to the next."""
LOCATOR = (760, round(18 * ROW))
"""Smallest part of the world that a locator shows: about a continent."""
RING, SPOT = 40, 12
"""Radii of a ring and of a country in it, where the locator is at its smallest."""


@register.simple_tag
def draw_land(name):
    """Draw the land of a map, whose name `land.outline` knows."""
    return format_html('<path class="land" {}/>', mark_safe(land.outline(name)))  # noqa: S308 - our own file


@register.simple_tag
def locator(countries, adaptations=()):
    """Draw the part of the world around these countries: a ring for one, dots for several.

    A line leads from there to the country of each adaptation, which has a ring. Empty if none of the countries is on
    the map.
    """
    numbers = {country.code.lower(): 1 for country in countries}
    elsewhere = dict.fromkeys(adaptation.country.code.lower() for adaptation in adaptations)
    window = land.window({**numbers, **elsewhere}, width=LOCATOR[0], height=LOCATOR[1]) if numbers else None
    if window is None:
        return ""
    left, top, width, height = window
    top = round(round(top / ROW) * ROW)  # between two rows of dots, so that none is cut
    grown = width / LOCATOR[0]
    spot = round((SPOT if len(numbers) == 1 else 2 * SPOT) * grown)
    spots = land.circles(numbers, land.WORLD, land.Scale(1, unit=spot, limit=spot), gap=spot // 3)
    rings = [(each.x, each.y, round(RING * grown)) for each in spots if len(numbers) == 1]
    starts = [(each.x, each.y) for each in spots]
    ends = [place for code in elsewhere if code not in numbers and (place := land.place_of(code))]
    return format_html(
        '<svg class="dotted-map" viewBox="{} {} {} {}" aria-hidden="true" focusable="false">{}{}{}{}</svg>',
        left,
        top,
        width,
        height,
        draw_land(land.PICTURE),
        format_html_join("", '<circle class="ring" cx="{}" cy="{}" r="{}"/>', rings),
        _drawn(spots),
        _routes([(land.nearest(end, starts), end) for end in ends] if starts else [], width=round(6 * grown)),
    )


@register.simple_tag
def world_picture(lines):
    """Draw the world with a circle for each country, as a picture that leads to the map.

    `lines` have the lower-case code of a country as `value`, and its number of practices as `count`.
    """
    numbers = {line.value: line.count for line in lines}
    scale = land.Scale(max(numbers.values(), default=0), unit=19, limit=70, least=10)
    return format_html(
        '<svg class="dotted-map" viewBox="50 0 1950 840" aria-hidden="true" focusable="false">{}{}</svg>',
        draw_land(land.PICTURE),
        _drawn(land.circles(numbers, land.WORLD, scale, gap=6)),
    )


@register.simple_tag
def draw_uses(adaptations):
    """Draw a line on the world map from the practice of each adaptation, its nearest country, to where it was used."""
    pairs = []
    for adaptation in adaptations:
        end = land.place_of(adaptation.country.code.lower())
        codes = [country.code.lower() for country in adaptation.practice.countries.all()]
        starts = [place for code in codes if (place := land.place_of(code))]
        if end and starts and end not in starts:
            pairs.append((land.nearest(end, starts), end))
    return _routes(dict.fromkeys(pairs), width=4)


def _routes(pairs, *, width):
    """Draw curves from place to place, each with a ring at its end."""
    return format_html_join(
        "",
        '<path class="route" stroke-width="{}" d="M{} {}Q{} {} {} {}"/>'
        '<circle class="route" stroke-width="{}" cx="{}" cy="{}" r="{}"/>',
        ((width, *start, *land.bend(start, end), *end, width, *end, 2 * width) for start, end in pairs),
    )


def _drawn(circles):
    return format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="{}"/>',
        ((each.x, each.y, each.radius) for each in circles),
    )
