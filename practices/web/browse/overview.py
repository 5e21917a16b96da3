"""Shared parts of the maps and the statistics: filters, addresses, and tables as files."""

import csv
import io

from django.http import HttpResponse, QueryDict
from django.urls import reverse

from practices.core.http.guards import site_address
from practices.discovery import PracticeFilter
from practices.exchange.exports.as_csv import BYTE_ORDER_MARK, cell
from practices.web.browse.sidebar import Sidebar

FILTERS = ("objective", "type", "evidence")
"""Facets that the maps offer. Those of the listing work as well."""


def filter_without(practice_filter, *names):
    """Return the same filter without these names."""
    if not practice_filter.values.keys() & set(names):
        return practice_filter
    query = QueryDict(practice_filter.query, mutable=True)
    for name in names:
        query.pop(name, None)
    return PracticeFilter(query)


def chosen(practice_filter, name):
    return tuple(value for value, _label in practice_filter.values.get(name, []))


def filter_choices(practice_filter, names=FILTERS):
    """Return the facets that a map offers as selects, and the (name, value) pairs that its form carries along.

    A select holds one value, so a facet with several in force is carried along as it is.
    """
    offered = [name for name in names if len(chosen(practice_filter, name)) < 2]
    carried = [(name, value) for name, value in practice_filter.pairs if name not in offered]
    return {"facets": Sidebar(practice_filter).shown(offered), "carried": carried}


def overview_address(name, practice_filter, **extra):
    """Return the canonical address of a map."""
    query = QueryDict(practice_filter.query, mutable=True)
    for key, value in extra.items():
        query[key] = value
    path = reverse(f"practices:{name}")
    return site_address(f"{path}?{query.urlencode()}" if query else path)


def table_file(filename, rows):
    """Return rows as a file for spreadsheets. Texts are made safe; numbers stay numbers."""
    lines = io.StringIO()
    csv.writer(lines).writerows(
        [value if isinstance(value, int | float) else cell(str(value)) for value in row] for row in rows
    )
    response = HttpResponse(BYTE_ORDER_MARK + lines.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
