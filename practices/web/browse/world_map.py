"""The world map: a circle for each country, and a section for each region."""

import dataclasses
from functools import cache as once
from typing import Any

from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.core import land
from practices.core.http.caching import public
from practices.core.http.crawlers import has_many_filters
from practices.core.http.open_data import open_data
from practices.discovery import results, uses
from practices.discovery.gap_map import by_country, by_region, outside_regions
from practices.documents import load_local
from practices.models import Practice
from practices.web.browse.lazy_filter import finds_practices, fragment_key, has_known_query, lazy_filter
from practices.web.browse.overview import (
    chosen,
    filter_choices,
    filter_without,
    overview_address,
    table_file,
)
from practices.web.browse.sidebar import Sidebar

# Radii in the units of the maps. The large map is shown with a circle for each country where the window is at least
# 75rem wide, and the map of a region at 0.48 pixels to the unit or more. REACH keeps 24 pixels for each circle there.
REACH = {land.WORLD: 21, "region": 26, "whole region": 80}
SIZES = {
    land.WORLD: {"unit": 15, "limit": 60},
    "region": {"unit": 16, "limit": 66},
    "whole region": {"unit": 70, "limit": 130, "least": 12},
}
DIGIT = {land.WORLD: 5.8, "region": 7.2, "whole region": 26}
"""Half the width of a digit, in the same units."""
KEY = (70, 760)
"""Left and middle of the key in the world map."""
MOST_NAMED = 20
"""Practices outside all regions: the number of those named."""


@public(has_known_query=has_known_query)
@require_safe
def world_map(request):
    practice_filter = lazy_filter(request)
    context = {
        "address": lambda: overview_address("world-map", practice_filter),
        "key": fragment_key(request),
        "fragments_last": lambda: finds_practices(request),
        "has_many_filters": lambda: has_many_filters(practice_filter.query),
        "filter": practice_filter,
        "sidebar": Sidebar(practice_filter),
        "choices": once(lambda: filter_choices(practice_filter)),
        "map": once(lambda: _world_map(practice_filter)),
    }
    return TemplateResponse(request, "web/browse/world_map.html", context)


@public(has_known_query=has_known_query)
@open_data
@require_safe
def world_map_file(request):
    """The numbers of the map for spreadsheets."""
    lines = _countries(lazy_filter(request))
    rows = [[line.item.code, str(line.item), line.count] for line in lines]
    return table_file("practices-by-country.csv", [["code", "country", "practices"], *rows])


@dataclasses.dataclass(frozen=True)
class Spot:
    """A circle of a map: what it stands for, where it leads, and whether its number fits into it."""

    circle: land.Circle
    name: Any
    address: str
    shows_number: bool


@dataclasses.dataclass(frozen=True)
class Part:
    """A region: its practices, its countries that have any, and its own map."""

    region: Any
    count: int
    address: str
    countries: list[dict[str, Any]]
    spots: list[Spot]


def _countries(practice_filter):
    others = filter_without(practice_filter, "country")
    only = chosen(practice_filter, "country")
    return [line for line in by_country(others.selection) if not only or line.value in only]


def _world_map(practice_filter):
    others = filter_without(practice_filter, "country")
    lines = _countries(practice_filter)
    listing = reverse("practices:practice-list")
    addresses = {
        line.value: f"{listing}?country={line.value}&{others.query}"
        if others.query
        else line.item.get_absolute_url()
        for line in lines
    }
    countries = [{"line": line, "address": addresses[line.value]} for line in lines]
    most = max((line.count for line in lines), default=0)
    parts = [_part(line, countries, practice_filter, most) for line in by_region(practice_filter.selection)]
    nowhere = outside_regions(practice_filter.selection)
    return {
        "total": results.total(practice_filter.selection),
        "countries": countries,
        "spots": _spots(lines, addresses, land.WORLD, most),
        "sizes": _sizes(most),
        "parts": parts,
        "whole_regions": _whole_regions(parts),
        "unplaced": [country for country in countries if not country["line"].item.subregion],
        "nowhere": results.total(nowhere).number,
        "named": _named(nowhere),
        "uses": uses.latest(practice_filter.selection),
    }


def _part(line, countries, practice_filter, most):
    region = line.item
    inside = [
        country
        for country in countries
        if (subregion := country["line"].item.subregion) and subregion.parent_id == region.pk
    ]
    lines = [country["line"] for country in inside]
    addresses = {country["line"].value: country["address"] for country in inside}
    others = filter_without(practice_filter, "region")
    address = region.get_absolute_url()
    if others.query:
        address = f"{reverse('practices:practice-list')}?region={region.slug}&{others.query}"
    return Part(region, line.count, address, inside, _spots(lines, addresses, region.slug, most))


def _spots(lines, addresses, name, most):
    """Return the circles of countries on a map, the largest first. `most` is the largest number of any country."""
    kind = name if name == land.WORLD else "region"
    items = {line.value: line.item for line in lines}
    sizes = land.Scale(most, **SIZES[kind])
    circles = land.circles({line.value: line.count for line in lines}, name, sizes, reach=REACH[kind])
    return [
        Spot(each, items[each.code], addresses[each.code], _fits(each.number, each.radius, DIGIT[kind]))
        for each in circles
    ]


def _fits(number, radius, digit):
    """Return whether a number can be read inside a circle, with a digit's width of air."""
    return radius >= digit * (len(str(number)) + 0.9)


def _whole_regions(parts):
    """Return a circle for each region, for windows too small for one of each country. They lead to its section."""
    shown = {part.region.slug: part for part in parts if part.count}
    scale = land.Scale(max((part.count for part in shown.values()), default=0), **SIZES["whole region"])
    circles = [
        land.Circle(slug, part.count, *land.middle_of(slug), scale.radius(part.count), REACH["whole region"])
        for slug, part in shown.items()
    ]
    return [
        Spot(
            each,
            shown[each.code].region,
            f"#{each.code}",
            _fits(each.number, each.radius, DIGIT["whole region"]),
        )
        for each in circles
    ]


def _sizes(most):
    """Return the circles of the key, side by side in the empty south-west of the map, each with its number."""
    scale = land.Scale(most, **SIZES[land.WORLD])
    sizes, x = [], KEY[0]
    for number in sorted({1, round(most / 4), most} - {0}):
        radius = scale.radius(number)
        text_x = x + 2 * radius + 8
        sizes.append({"number": number, "x": x + radius, "y": KEY[1], "radius": radius, "text_x": text_x})
        x = text_x + 12 * len(f"{number:,}") + 20
    return sizes


def _named(selection):
    """Return the newest practices of a selection, as links need them."""
    found = [each.practice for each in results.page(selection, sort="newest", size=MOST_NAMED)]
    practices = Practice.objects.with_versions().only("title", "area", "language").in_bulk(found)
    load_local(practices.values())
    return [practices[key] for key in found if key in practices]
