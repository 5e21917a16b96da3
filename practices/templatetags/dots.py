"""Tags that draw numbers of practices as dots. The numbers stand beside them in words."""

from itertools import count
from math import sqrt

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()

COLUMN, BASE, RISE = 10, 96, 7.6
"""Width of a column of the chart, height of its lowest dot from the top, distance of two dots that have room."""
IN_A_ROW = 10
"""Dots for which a row of a tally has room."""
CELL, LARGEST, OF_ONE = (18, 20), 8.9, 4
"""Size of a cell of the gap map's picture, radius of its largest dot, radius of one practice."""


@register.simple_tag
def dot_step(most, room=IN_A_ROW):
    """Return the number of practices that one dot stands for, so that `most` of them take at most `room` dots."""
    steps = (step for power in count() for step in (10**power, 2 * 10**power, 5 * 10**power))
    return next(step for step in steps if most <= step * room)


def _dots(number, step):
    """Return how many dots stand for a number of practices: at least one where there is any."""
    return max(1, round(number / step)) if number else 0


@register.simple_tag
def dot_columns(numbers, step):
    """Draw a column of dots for each number, and a dash for none. A page names what it shows."""
    columns = [(COLUMN * place + COLUMN // 2, _dots(number, step)) for place, number in enumerate(numbers)]
    highest = max((dots for _x, dots in columns), default=0)
    rise = min(RISE, (BASE - 5) / max(1, highest - 1))
    return format_html(
        '<path d="{}"/><path class="dot-chart-none" d="{}"/>',
        "".join(f"M{x} {BASE}h0" + f"m0-{rise:.3g}h0" * (dots - 1) for x, dots in columns if dots),
        "".join(f"M{x - 1.1:.4g} {BASE}h2.2" for x, dots in columns if not dots),
    )


@register.simple_tag
def dot_row(number, step):
    """Draw a number of practices as a row of dots, for a tally."""
    return format_html(
        '<svg viewBox="0 0 110 10" preserveAspectRatio="xMinYMid meet" aria-hidden="true" focusable="false">'
        '<path d="M5 5h{}"/></svg>',
        11 * (_dots(number, step) - 1) + 0.1,
    )


@register.simple_tag
def gap_picture(gaps):
    """Draw a gap map as a picture: a row for each of its columns, a dot for each number, a cross for each gap."""
    width, height = CELL
    rows = [
        (width * place + 10, height * row + 12, number)
        for place, (_objective, numbers) in enumerate(gaps.rows)
        for row, number in enumerate(numbers)
    ]
    most = max((number for _x, _y, number in rows), default=0)
    unit = min(OF_ONE, LARGEST / sqrt(most)) if most else OF_ONE
    return format_html(
        '<svg class="gap-picture" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">'
        '<path d="{}"/>{}</svg>',
        width * len(gaps.rows) + 2,
        height * len(gaps.columns) + 4,
        "".join(f"M{x - 2.5} {y}h5m-2.5-2.5v5" for x, y, number in rows if not number),
        format_html_join(
            "",
            '<circle cx="{}" cy="{}" r="{}"/>',
            ((x, y, round(max(2.5, unit * sqrt(number)), 1)) for x, y, number in rows if number),
        ),
    )
