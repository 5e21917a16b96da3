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
def locator(countries):
    """Draw the part of the world around these countries: a ring for one, dots for several.

    Empty if none of them is on the map.
    """
    numbers = {country.code.lower(): 1 for country in countries}
    window = land.window(numbers, width=LOCATOR[0], height=LOCATOR[1])
    if window is None:
        return ""
    left, top, width, height = window
    top = round(round(top / ROW) * ROW)  # between two rows of dots, so that none is cut
    grown = width / LOCATOR[0]
    spot = round((SPOT if len(numbers) == 1 else 2 * SPOT) * grown)
    spots = land.circles(numbers, land.WORLD, land.Scale(1, unit=spot, limit=spot), gap=spot // 3)
    rings = [(each.x, each.y, round(RING * grown)) for each in spots if len(numbers) == 1]
    return format_html(
        '<svg class="dotted-map" viewBox="{} {} {} {}" aria-hidden="true" focusable="false">{}{}{}</svg>',
        left,
        top,
        width,
        height,
        draw_land(land.PICTURE),
        format_html_join("", '<circle class="ring" cx="{}" cy="{}" r="{}"/>', rings),
        _drawn(spots),
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


def _drawn(circles):
    return format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="{}"/>',
        ((each.x, each.y, each.radius) for each in circles),
    )
