"""The gap map: objectives against regions, country groups or types, and where practices are missing."""

from functools import cache as once
from itertools import groupby

from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from practices.core import land
from practices.core.country_groups import AS_OF
from practices.core.http.caching import public
from practices.core.http.crawlers import has_many_filters
from practices.core.http.open_data import open_data
from practices.core.punctuation import listed
from practices.discovery import ANYWHERE, Selection, results
from practices.discovery.gap_map import AXES, build_gap_map
from practices.web.browse.lazy_filter import finds_practices, fragment_key, has_known_query, lazy_filter
from practices.web.browse.overview import (
    FILTERS,
    chosen,
    filter_choices,
    filter_without,
    overview_address,
    table_file,
)
from practices.web.browse.sidebar import Sidebar

DEFAULT_AXIS = next(iter(AXES))
CIRCLE = {"unit": 60, "limit": 150, "least": 30}
"""Radii of the circles, in units of which a drawing has 320."""
FEW_COLUMNS = 6
"""Columns that fit on a phone."""
MOST_NAMED = 3
"""Empty columns that the introduction names."""


@public(has_known_query=lambda request: has_known_query(request, "by") and _has_known_axis(request))
@require_safe
def gap_map(request):
    practice_filter = lazy_filter(request)
    by = _axis_name(request)
    context = {
        "address": lambda: overview_address(
            "gap-map", practice_filter, **({} if by == DEFAULT_AXIS else {"by": by})
        ),
        "is_default_axis": by == DEFAULT_AXIS,
        "key": fragment_key(request),
        "fragments_last": lambda: finds_practices(request),
        "has_many_filters": lambda: has_many_filters(practice_filter.query),
        "by": by,
        "axis": AXES[by],
        "groups_as_of": AS_OF,
        "axes": once(_offered_axes),
        "filter": practice_filter,
        "sidebar": Sidebar(practice_filter),
        "choices": once(lambda: filter_choices(practice_filter, [n for n in FILTERS if n != AXES[by].facet])),
        "base": once(lambda: _base(by, practice_filter)),
        "gaps": once(lambda: _gaps(by, practice_filter)),
        "table": once(lambda: _table(by, _gaps(by, practice_filter))),
    }
    return TemplateResponse(request, "web/browse/gap_map.html", context)


def _offered_axes():
    """Return the columns to choose from: regions of use elsewhere once any use is reported."""
    counts = results.facet_counts(Selection())
    return [(name, axis) for name, axis in AXES.items() if name != "used" or counts.get(f"used:{ANYWHERE}")]


def _base(by, practice_filter):
    """Return the part of a cell's query string that all cells share."""
    query = _others(by, practice_filter).query
    return query and f"&{query}"


def _table(by, gaps):
    """Return what the page shows of a gap map.

    `groups` are (region, number of its columns) where the columns are sub-regions. `rows` are (objective, cells); a
    cell is (column, count, radius of its circle, query string of the form to submit).
    """
    axis = AXES[by]
    scale = land.Scale(gaps.most, **CIRCLE)
    rows = [
        (
            row,
            [
                (
                    column,
                    count,
                    scale.radius(count),
                    urlencode(
                        {"objective": row.value, **({axis.facet: column.value} if axis.is_place else {})}
                    ),
                )
                for column, count in zip(gaps.columns, counts, strict=True)
            ],
        )
        for row, counts in gaps.rows
    ]
    empty = [column.item for column in gaps.columns if not column.count]
    return {
        "rows": rows,
        "groups": [
            (region, len(list(columns)))
            for region, columns in groupby(gaps.columns, lambda column: column.item.parent)
        ]
        if by == "subregion"
        else [],
        "is_wide": len(gaps.columns) > FEW_COLUMNS,
        "filled": gaps.size - gaps.empty,
        "empty_columns": listed(empty) if len(empty) <= MOST_NAMED else "",
    }


@public(has_known_query=lambda request: has_known_query(request, "by") and _has_known_axis(request))
@open_data
@require_safe
def gap_map_file(request):
    """The gap map for spreadsheets."""
    by = _axis_name(request)
    gaps = _gaps(by, lazy_filter(request))
    rows = [
        ["objective", "title", *[str(column.item) for column in gaps.columns], "practices"],
        *([row.item.number, row.item.title, *counts, row.count] for row, counts in gaps.rows),
        ["", "practices", *[column.count for column in gaps.columns], gaps.count],
    ]
    return table_file(f"gaps-by-{by}.csv", rows)


def _gaps(by, practice_filter):
    return build_gap_map(
        _others(by, practice_filter).selection,
        by,
        objectives=chosen(practice_filter, "objective"),
        columns=chosen(practice_filter, AXES[by].facet),
    )


def _others(by, practice_filter):
    """Return the filter without what is shown as rows and columns."""
    return filter_without(practice_filter, "objective", AXES[by].facet)


def _has_known_axis(request):
    asked = request.GET.getlist("by")
    return len(asked) <= 1 and set(asked) <= AXES.keys()


def _axis_name(request):
    """Return the name of the axis that was asked for, or of the default one."""
    by = request.GET.get("by")
    return by if by in AXES else DEFAULT_AXIS
