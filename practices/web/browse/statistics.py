"""Statistics of the catalogue."""

import dataclasses
from datetime import timedelta
from functools import cache as once
from typing import Any

from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.core.http.guards import site_address, waiting_time
from practices.core.http.open_data import open_data
from practices.discovery import Selection, results, statistics
from practices.discovery.statistics import Chart
from practices.web.browse.overview import table_file

ENOUGH_DECISIONS = 10
"""Decisions from which on the page says how long they take."""
MOST_DOTS = 20
"""Largest number drawn with a dot for each practice. With larger ones, all charts of the page have bars."""

YEARS = {"year": statistics.by_publication_year, "start": statistics.by_start_year}
HEADINGS = {
    "start": (gettext_lazy("By start year"), gettext_lazy("Start year")),
    "year": (gettext_lazy("By year of publication"), gettext_lazy("Year")),
    "objective": (gettext_lazy("By objective"), gettext_lazy("Objective")),
    "region": (gettext_lazy("By region"), gettext_lazy("Region")),
    "used": (gettext_lazy("By region of use elsewhere"), gettext_lazy("Region")),
    "type": (gettext_lazy("By type of practice"), gettext_lazy("Type of practice")),
    "implementer": (gettext_lazy("By type of organisation"), gettext_lazy("Type of organisation")),
    "sdg": (
        gettext_lazy("By Sustainable Development Goal"),
        gettext_lazy("Sustainable Development Goal"),
    ),
    "evidence": (gettext_lazy("By evidence"), gettext_lazy("Evidence")),
}
"""Name of a table, in its order → (heading, heading of its first column)."""
OWN_PAGES = {"objective": "objective-detail", "region": "region-detail"}
"""Tables whose values have a page of their own."""
GAPS_SHOWN = {"start", "year", "objective", "region"}
"""Tables that show values without practices."""
SEVERAL = {"objective", "region", "used", "implementer", "sdg"}
"""Tables in which a practice can count more than once."""


@dataclasses.dataclass(frozen=True)
class Table:
    """A chart of the page with its words."""

    name: str
    heading: Any
    column: Any
    lines: list[tuple[statistics.Bar, str]]
    """Each bar and where it leads."""
    unstated: int
    counts_several: bool


@public
@require_safe
def statistics_page(request):
    address = site_address(reverse("practices:statistics"))
    context = {"address": address, "statistics": once(_statistics)}
    return TemplateResponse(request, "web/browse/statistics.html", context)


@public
@open_data
@require_safe
def statistics_file(request, name):
    """One table of the page for spreadsheets."""
    if name not in HEADINGS:
        raise Http404
    rows = [[bar.label, bar.number] for bar in _chart(name).bars]
    return table_file(f"practices-by-{name}.csv", [[name, "practices"], *rows])


def _statistics():
    waits = statistics.waiting_times()
    years = [(str(year), str(year), _days(median)) for year, (median, _count) in waits.by_year.items()]
    charts = {name: _chart(name) for name in HEADINGS}
    told = {name: chart for name, chart in charts.items() if chart.says_something}
    return {
        "total": results.total(Selection()),
        "tables": [_table(name, chart) for name, chart in told.items()],
        # One kind of drawing on the page: side by side, dots and bars would look like different numbers.
        "has_dots": max((chart.most for chart in told.values()), default=0) <= MOST_DOTS,
        "latest_wait": waiting_time(waits.latest),
        "tells_waits": waits.latest_count >= ENOUGH_DECISIONS,
        "published_days": _days(waits.published),
        "years": statistics.bars(
            years, {str(year): count for year, (_median, count) in waits.by_year.items()}
        ),
    }


def _chart(name: str) -> Chart:
    return YEARS[name]() if name in YEARS else statistics.by_facet(name)


def _table(name, chart):
    heading, column = HEADINGS[name]
    lines = [(bar, _address(name, bar)) for bar in chart.bars if bar.number or name in GAPS_SHOWN]
    return Table(name, heading, column, lines, chart.unstated, name in SEVERAL)


def _address(name, bar):
    if name in YEARS:
        return ""
    if name in OWN_PAGES:
        return reverse(f"practices:{OWN_PAGES[name]}", args=[bar.value])
    return f"{reverse('practices:practice-list')}?{name}={bar.value}"


def _days(span):
    """Return a span in days, to a tenth."""
    return None if span is None else round(span / timedelta(days=1), 1)
