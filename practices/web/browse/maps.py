"""Seeing the catalogue as a whole: the gap map, the world map, statistics."""

import csv
import io
from datetime import timedelta

from django.http import HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from practices.core import catalogue_version
from practices.core.http.caching import public
from practices.core.http.guards import site_address, waiting_time
from practices.discovery import statistics
from practices.discovery.filters import PracticeFilter
from practices.discovery.gap_map import AXES, Shades, build_gap_map, by_country
from practices.exchange.exports.as_csv import BYTE_ORDER_MARK, cell
from practices.models import Practice
from practices.web.browse.sidebar import Sidebar

NOT_DRAWN = {"aq"}
"""Countries that static/img/world.svg has no shape of."""


@public
@require_safe
def world_map(request):
    practice_filter = PracticeFilter(request.GET, queryset=Practice.objects.published())
    context = {
        "address": _address("world-map", practice_filter),
        "words": practice_filter.description,
        "content": _kept("map", practice_filter, lambda: _world_map(practice_filter)),
    }
    return TemplateResponse(request, "web/browse/world_map.html", context)


def _world_map(practice_filter):
    """The map and its table, as HTML."""
    across = _across(practice_filter, "country")
    chosen = [value for value, _words in practice_filter.values.get("country", [])]
    counted = catalogue_version.cached(f"map {across.query}", lambda: by_country(across))
    lines = [line for line in counted if not chosen or line.value in chosen]
    shades = Shades(max((line.count for line in lines), default=0))
    listing = reverse("practices:practice-list")
    countries = [
        {
            "line": line,
            "address": f"{listing}?country={line.value}&{across.query}"
            if across.query
            else line.item.get_absolute_url(),
            "shade": shades.shade_of(line.count),
            "drawn": line.value not in NOT_DRAWN,
        }
        for line in lines
    ]
    context = {
        "filter": practice_filter,
        "sidebar": Sidebar(practice_filter),
        "countries": countries,
        "spans": [(shades.shade_of(most), fewest, most) for fewest, most in reversed(shades.spans)],
    }
    return render_to_string("web/browse/world_map_table.html", context)


@public
@require_safe
def gap_map(request):
    practice_filter = PracticeFilter(request.GET, queryset=Practice.objects.published())
    by = _axis(request)
    context = {
        "address": _address("gap-map", practice_filter, by=by),
        "words": practice_filter.description,
        "content": _kept(f"gap map by {by}", practice_filter, lambda: _gap_map(by, practice_filter)),
    }
    return TemplateResponse(request, "web/browse/gap_map.html", context)


def _gap_map(by, practice_filter):
    """The table and what stands around it, as HTML."""
    axis, base, gaps = _gaps(by, practice_filter)
    shades = gaps.shades
    rows = [
        (row, [(count, shades.shade_of(count), f"objective={row.value}&{axis.facet}={column.value}{base}")
               for column, count in zip(gaps.columns, counts, strict=True)])
        for row, counts in gaps.rows
    ]  # fmt: skip
    context = {
        "by": by,
        "axis": axis,
        "axes": [(name, each.label) for name, each in AXES.items()],
        "filter": practice_filter,
        "sidebar": Sidebar(practice_filter),
        "base": base,
        "gaps": gaps,
        "rows": rows,
    }
    return render_to_string("web/browse/gap_map_table.html", context)


def _kept(name, practice_filter, make):
    """What `make` renders. Faults are told in the words they were made in, so such a page is nobody else's."""
    if practice_filter.error_messages:
        return make()
    return catalogue_version.cached(f"{name} of {practice_filter.query}", make)


@public
@require_safe
def gap_map_file(request):
    """The same table for spreadsheets."""
    by = _axis(request)
    _facet, _base, gaps = _gaps(by, PracticeFilter(request.GET, queryset=Practice.objects.published()))
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["objective", "title", *[cell(str(column.item)) for column in gaps.columns], "practices"])
    for row, counts in gaps.rows:
        writer.writerow([row.item.number, cell(row.item.title), *counts, row.count])
    writer.writerow(["", "practices", *[column.count for column in gaps.columns], gaps.count])
    response = HttpResponse(BYTE_ORDER_MARK + lines.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="gaps-by-{by}.csv"'
    return response


@public
@require_safe
def statistics_page(request):
    address = site_address(reverse("practices:statistics"))
    context = {"address": address, **catalogue_version.cached("statistics", _statistics)}
    return TemplateResponse(request, "web/browse/statistics.html", context)


def _statistics():
    """What the page of statistics says."""
    practices = Practice.objects.published()
    published = statistics.by_year(practices, "published_at")
    waits = statistics.waiting_times()
    years = statistics.bars(
        [(year, _days(median)) for year, (median, _count) in waits.by_year.items()],
        {year: count for year, (_median, count) in waits.by_year.items()},
    )
    listing = reverse("practices:practice-list")
    return {
        "count": sum(bar.number for bar in published),
        "charts": [
            (
                "submitted",
                _("By year of submission"),
                _("Year"),
                _dated(statistics.by_year(practices, "submitted_on")),
            ),
            ("published", _("By year of publication here"), _("Year"), _dated(published)),
            ("objective", _("By objective"), _("Objective"), _linked(statistics.by_objective())),
            ("region", _("By region"), _("Region"), _linked(statistics.by_region())),
            (
                "type",
                _("By type"),
                _("Type of practice"),
                [(bar.item, f"{listing}?type={bar.item.slug}", bar) for bar in statistics.by_type()],
            ),
        ],
        "latest_wait": waiting_time(waits.latest),
        "latest_count": waits.latest_count,
        "published_days": _days(waits.published),
        "years": years,
    }


def _dated(bars):
    return [(_("not stated") if bar.item is None else bar.item, "", bar) for bar in bars]


def _linked(bars):
    return [(bar.item, bar.item.get_absolute_url(), bar) for bar in bars]


def _days(span):
    """Days, to a tenth; None for none."""
    return None if span is None else round(span / timedelta(days=1), 1)


def _axis(request):
    """What the columns are: as asked for, or the first there is."""
    by = request.GET.get("by")
    return by if by in AXES else next(iter(AXES))


def _gaps(by, practice_filter):
    """(the axis of the columns, what else their links ask for, the numbers)."""
    axis = AXES[by]
    across = _across(practice_filter, "objective", axis.facet)
    gaps = catalogue_version.cached(
        f"gaps {by} {practice_filter.query}",
        lambda: build_gap_map(
            across,
            axis,
            objectives=[value for value, _words in practice_filter.values.get("objective", [])],
            columns=[value for value, _words in practice_filter.values.get(axis.facet, [])],
        ),
    )
    return axis, across.query and f"&{across.query}", gaps


def _across(practice_filter, *names):
    """The same filter but for `names`, which are rows and columns here."""
    if not practice_filter.values.keys() & set(names):
        return practice_filter
    query = QueryDict(practice_filter.query, mutable=True)
    for name in names:
        query.pop(name, None)
    return PracticeFilter(query, queryset=Practice.objects.published())


def _address(name, practice_filter, **extra):
    """Where an overview of these filters is for good."""
    query = QueryDict(practice_filter.query, mutable=True)
    for key, value in extra.items():
        query[key] = value
    path = reverse(f"practices:{name}")
    return site_address(f"{path}?{query.urlencode()}" if query else path)
