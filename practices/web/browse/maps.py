"""The world map and the gap map."""

import csv
import io
from functools import cache as once

from django.http import HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.core.http.open_data import open_data
from practices.discovery import PracticeFilter
from practices.discovery.gap_map import AXES, Shades, build_gap_map, by_country
from practices.exchange.exports.as_csv import BYTE_ORDER_MARK, cell
from practices.web.browse.lazy_filter import finds_practices, fragment_key, has_known_query, lazy_filter
from practices.web.browse.sidebar import Sidebar

DEFAULT_AXIS = next(iter(AXES))
NOT_DRAWN = {"aq"}
"""Countries without a shape in static/img/world.svg."""


@public(has_known_query=has_known_query)
@require_safe
def world_map(request):
    practice_filter = lazy_filter(request)
    context = {
        "address": lambda: _address("world-map", practice_filter),
        "key": fragment_key(request),
        "fragments_last": lambda: finds_practices(request),
        "filter": practice_filter,
        "sidebar": Sidebar(practice_filter),
        "map": once(lambda: _world_map(practice_filter)),
    }
    return TemplateResponse(request, "web/browse/world_map.html", context)


def _world_map(practice_filter):
    """Return the countries of the map and the spans of its legend."""
    others = _without(practice_filter, "country")
    chosen = [value for value, _label in practice_filter.values.get("country", [])]
    lines = [line for line in by_country(others.selection) if not chosen or line.value in chosen]
    shades = Shades(max((line.count for line in lines), default=0))
    listing = reverse("practices:practice-list")
    countries = [
        {
            "line": line,
            "address": f"{listing}?country={line.value}&{others.query}"
            if others.query
            else line.item.get_absolute_url(),
            "shade": shades.shade_of(line.count),
            "drawn": line.value not in NOT_DRAWN,
        }
        for line in lines
    ]
    spans = [(shades.shade_of(most), fewest, most) for fewest, most in reversed(shades.spans)]
    return {"countries": countries, "spans": spans}


@public(has_known_query=lambda request: has_known_query(request, "by") and _has_known_axis(request))
@require_safe
def gap_map(request):
    practice_filter = lazy_filter(request)
    by = _axis_name(request)
    context = {
        "address": lambda: _address("gap-map", practice_filter, **({} if by == DEFAULT_AXIS else {"by": by})),
        "is_default_axis": by == DEFAULT_AXIS,
        "key": fragment_key(request),
        "fragments_last": lambda: finds_practices(request),
        "by": by,
        "axis": AXES[by],
        "axes": AXES.items(),
        "filter": practice_filter,
        "sidebar": Sidebar(practice_filter),
        "base": once(lambda: _base(by, practice_filter)),
        "gaps": once(lambda: _gaps(by, practice_filter)),
        "rows": lambda: _rows(_gaps(by, practice_filter)),
    }
    return TemplateResponse(request, "web/browse/gap_map.html", context)


def _base(by, practice_filter):
    """Return the part of a cell's query string that all cells share."""
    query = _others(by, practice_filter).query
    return query and f"&{query}"


def _rows(gaps):
    """Return (objective, [(column, count, shade) of each column]) of each row."""
    shades = gaps.shades
    return [
        (
            row,
            [
                (column, count, shades.shade_of(count))
                for column, count in zip(gaps.columns, counts, strict=True)
            ],
        )
        for row, counts in gaps.rows
    ]


@public(has_known_query=lambda request: has_known_query(request, "by") and _has_known_axis(request))
@open_data
@require_safe
def gap_map_file(request):
    """The gap map for spreadsheets."""
    by = _axis_name(request)
    gaps = _gaps(by, lazy_filter(request))
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["objective", "title", *[cell(str(column.item)) for column in gaps.columns], "practices"])
    for row, counts in gaps.rows:
        writer.writerow([row.item.number, cell(row.item.title), *counts, row.count])
    writer.writerow(["", "practices", *[column.count for column in gaps.columns], gaps.count])
    response = HttpResponse(BYTE_ORDER_MARK + lines.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="gaps-by-{by}.csv"'
    return response


def _gaps(by, practice_filter):
    return build_gap_map(
        _others(by, practice_filter).selection,
        by,
        objectives=_chosen(practice_filter, "objective"),
        columns=_chosen(practice_filter, AXES[by].facet),
    )


def _others(by, practice_filter):
    """Return the filter without what is shown as rows and columns."""
    return _without(practice_filter, "objective", AXES[by].facet)


def _chosen(practice_filter, name):
    return tuple(value for value, _label in practice_filter.values.get(name, []))


def _has_known_axis(request):
    asked = request.GET.getlist("by")
    return len(asked) <= 1 and set(asked) <= AXES.keys()


def _axis_name(request):
    """Return the name of the axis that was asked for, or of the default one."""
    by = request.GET.get("by")
    return by if by in AXES else DEFAULT_AXIS


# Filters of the maps ------------------------------------------------------------------------


def _without(practice_filter, *names):
    """Return the same filter without these names."""
    if not practice_filter.values.keys() & set(names):
        return practice_filter
    query = QueryDict(practice_filter.query, mutable=True)
    for name in names:
        query.pop(name, None)
    return PracticeFilter(query)


def _address(name, practice_filter, **extra):
    """Return the canonical address of a map."""
    query = QueryDict(practice_filter.query, mutable=True)
    for key, value in extra.items():
        query[key] = value
    path = reverse(f"practices:{name}")
    return site_address(f"{path}?{query.urlencode()}" if query else path)
