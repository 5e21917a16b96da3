"""Browsing: home, objectives, the listing and its exports."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.exports import FORMATS
from practices.filters import PracticeFilter
from practices.forms import SubscriptionForm
from practices.models import Country, Objective, Practice
from practices.views.helpers import public, site_address

NEWEST_ON_HOME = 5


@public
@require_safe
def home(request):
    practices = Practice.objects.published()
    context = {
        "address": site_address(reverse("practices:home")),
        "objectives": Objective.objects.with_practice_counts(),
        "newest": practices.for_listing()[:NEWEST_ON_HOME],
        "practice_count": practices.count(),
        "country_count": Country.objects.filter(practices__in=practices.order_by()).distinct().count(),
    }
    return TemplateResponse(request, "practices/home.html", context)


@public
@require_safe
def objective_detail(request, number):
    objective = get_object_or_404(Objective, number=number)
    practices = Practice.objects.published().for_listing().filter(placements__objective=objective)
    page = _page(request, practices)
    context = {
        "objective": objective,
        "page": page,
        "address": _page_address(objective.get_absolute_url(), "", page),
        "subscription_form": SubscriptionForm(),
    }
    return TemplateResponse(request, "practices/objective_detail.html", context)


@public
@require_safe
def practice_list(request):
    practice_filter = PracticeFilter(request.GET, queryset=Practice.objects.published().for_listing())
    page = _page(request, practice_filter.practices)
    context = {
        "filter": practice_filter,
        "page": page,
        "address": _page_address(reverse("practices:practice-list"), practice_filter.query, page),
        "formats": FORMATS.values(),
    }
    return TemplateResponse(request, "practices/practice_list.html", context)


def _page(request, practices):
    """The page asked for, or the nearest there is."""
    paginator = Paginator(practices, settings.PRACTICES_PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    page.numbers = list(paginator.get_elided_page_range(page.number))
    return page


def _page_address(path, query, page):
    """Where a page of a list is for good: valid filters in one order, and no number on the first page."""
    parts = [query] if query else []
    if page.number > 1:
        parts.append(f"page={page.number}")
    return site_address(f"{path}?{'&'.join(parts)}" if parts else path)


@public
@require_safe
def practice_export(request, extension):
    """The practices of a filter as a file. 404 for an unknown format, 400 for a filter that is not valid."""
    if extension not in FORMATS:
        raise Http404
    practice_filter = PracticeFilter(request.GET, queryset=Practice.objects.published())
    if not practice_filter.is_valid():
        return HttpResponse(
            "\n".join(practice_filter.fault_messages), status=400, content_type="text/plain; charset=utf-8"
        )
    export = FORMATS[extension]
    response = HttpResponse(export.write(practice_filter.practices), content_type=export.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="practices.{extension}"'
    return response
