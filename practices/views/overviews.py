"""Seeing the catalogue as a whole: the gap map, the world map, statistics."""

import csv
import io

from django.http import HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices import overviews
from practices.exports.as_csv import BYTE_ORDER_MARK, cell
from practices.filters import PracticeFilter
from practices.models import Practice
from practices.views.helpers import public, site_address


@public
@require_safe
def gap_map(request):
    by, axis, practice_filter, base, gaps = _gaps(request)
    shades = gaps.shades
    rows = [
        (row, [(count, shades.of(count), f"objective={row.value}&{axis.facet}={column.value}{base}")
               for column, count in zip(gaps.columns, counts, strict=True)])
        for row, counts in gaps.rows
    ]  # fmt: skip
    context = {
        "address": _address("gap-map", practice_filter, by=by),
        "by": by,
        "axis": axis,
        "axes": [(name, each.label) for name, each in overviews.AXES.items()],
        "filter": practice_filter,
        "base": base,
        "gaps": gaps,
        "rows": rows,
    }
    return TemplateResponse(request, "practices/gap_map.html", context)


@public
@require_safe
def gap_map_file(request):
    """The same table for spreadsheets."""
    by, _axis, _filter, _base, gaps = _gaps(request)
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["objective", "title", *[cell(str(column.of)) for column in gaps.columns], "practices"])
    for row, counts in gaps.rows:
        writer.writerow([row.of.number, cell(row.of.title), *counts, row.count])
    writer.writerow(["", "practices", *[column.count for column in gaps.columns], gaps.count])
    response = HttpResponse(BYTE_ORDER_MARK + lines.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="gaps-by-{by}.csv"'
    return response


def _gaps(request):
    by = request.GET.get("by")
    by = by if by in overviews.AXES else next(iter(overviews.AXES))
    axis = overviews.AXES[by]
    practice_filter, across = _across(request, "objective", axis.facet)
    gaps = overviews.gaps(
        across.practices,
        axis,
        objectives=[value for value, _label in practice_filter.values.get("objective", [])],
        columns=[value for value, _label in practice_filter.values.get(axis.facet, [])],
    )
    return by, axis, practice_filter, across.query and f"&{across.query}", gaps


def _across(request, *names):
    """The listing's filter that is asked for, and the same but for `names`, which are rows and columns here."""
    practices = Practice.objects.published()
    asked = PracticeFilter(request.GET, queryset=practices)
    if not asked.values.keys() & set(names):
        return asked, asked
    query = QueryDict(asked.query, mutable=True)
    for name in names:
        query.pop(name, None)
    return asked, PracticeFilter(query, queryset=practices)


def _address(name, practice_filter, **extra):
    """Where an overview of these filters is for good."""
    query = QueryDict(practice_filter.query, mutable=True)
    for key, value in extra.items():
        query[key] = value
    path = reverse(f"practices:{name}")
    return site_address(f"{path}?{query.urlencode()}" if query else path)
