"""Statistics of the catalogue."""

from datetime import timedelta
from functools import cache as once

from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.core.http.guards import site_address, waiting_time
from practices.discovery import statistics
from practices.models import Practice


@public
@require_safe
def statistics_page(request):
    address = site_address(reverse("practices:statistics"))
    context = {"address": address, "statistics": once(_statistics)}
    return TemplateResponse(request, "web/browse/statistics.html", context)


def _statistics():
    practices = Practice.objects.published()
    published = statistics.by_year(practices, "published_at")
    waits = statistics.waiting_times()
    years = statistics.bars(
        [(year, _days(median)) for year, (median, _count) in waits.by_year.items()],
        {year: count for year, (_median, count) in waits.by_year.items()},
    )
    listing = reverse("practices:practice-list")
    types = [(bar.item, f"{listing}?type={bar.item.slug}", bar) for bar in statistics.by_type()]
    submitted = statistics.by_year(practices, "submitted_on")
    return {
        "count": sum(bar.number for bar in published),
        "charts": [
            ("submitted", _("By year of submission"), _("Year"), _dated(submitted)),
            ("published", _("By year of publication here"), _("Year"), _dated(published)),
            ("objective", _("By objective"), _("Objective"), _linked(statistics.by_objective())),
            ("region", _("By region"), _("Region"), _linked(statistics.by_region())),
            ("type", _("By type"), _("Type of practice"), types),
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
    """Return a span in days, to a tenth."""
    return None if span is None else round(span / timedelta(days=1), 1)
