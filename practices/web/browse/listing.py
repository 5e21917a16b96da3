"""Browsing: home, objectives, the listing and its exports."""

from functools import cache as once

from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.core import catalogue_version
from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.discovery import results
from practices.discovery.filters import PracticeFilter
from practices.discovery.results import Selection
from practices.exchange.exports import FORMATS
from practices.models import Objective, Practice
from practices.web.browse.listing_page import page_of
from practices.web.browse.sidebar import Sidebar

NEWEST_ON_HOME = 5
NARROWING = ["region", "country", "type", "status"]
"""Facets by which the page of an objective leads on to the listing."""
MOST_WAYS = 8
MOST_AT_ONCE = 1_000
"""Practices of an export that is put together before it is sent; longer ones are sent as they are read."""


@public
@require_safe
def home(request):
    context = {
        "address": site_address(reverse("practices:home")),
        "body": catalogue_version.cached("home", _home_body),
    }
    return TemplateResponse(request, "web/browse/home.html", context)


def _home_body():
    """What of the home page changes with the catalogue, as HTML."""
    counts = results.facet_counts(Selection())
    objectives = list(Objective.objects.all())
    for objective in objectives:
        objective.practice_count = counts.get(f"objective:{objective.number}", 0)
    context = {
        "objectives": objectives,
        "newest": Practice.objects.published().for_listing()[:NEWEST_ON_HOME],
        "practice_count": results.total(Selection()).number,
        "country_count": sum(key.startswith("country:") for key in counts),
        "submitter_count": results.submitter_count(),
    }
    return render_to_string("web/browse/home_body.html", context)


@public
@require_safe
def objective_detail(request, number):
    kept = catalogue_version.cached(
        f"objective {number} {_where(request.GET)}", lambda: _objective(number, request.GET)
    )
    return TemplateResponse(request, "web/browse/objective_detail.html", {"kept": kept})


def _objective(number, asked):
    """What the page of an objective says, as HTML. Raises Http404 for one that there is not."""
    objective = get_object_or_404(Objective, number=number)
    selection = Selection(facet_keys=((f"objective:{number}",),))
    page = page_of(selection, asked, list_query=f"objective={number}")
    context = {
        "objective": objective,
        "page": page,
        "address": _page_address(objective.get_absolute_url(), "", page),
        "aside": catalogue_version.cached(
            f"aside of objective {number}", lambda: _objective_aside(objective)
        ),
    }
    return {
        "number": number,
        "label": objective.short_label,
        "title": str(objective),
        "meaning": objective.meaning,
        "page": page.number,
        "head": render_to_string("web/browse/objective_head.html", context),
        "content": render_to_string("web/browse/objective_body.html", context),
    }


def _where(asked):
    """What of a query string tells the page of a list."""
    return [asked.get(name) for name in ("page", "after", "before")]


def _objective_aside(objective):
    """The form to subscribe and the ways into the listing, as HTML."""
    sidebar = Sidebar(PracticeFilter(QueryDict(f"objective={objective.number}")))
    ways = [
        (shown.name, shown.label, [option for option in shown.options if option.count][:MOST_WAYS])
        for shown in sidebar.shown(NARROWING)
    ]
    context = {
        "objective": objective,
        "query": f"objective={objective.number}",
        "ways": [way for way in ways if way[2]],
    }
    return render_to_string("web/browse/objective_aside.html", context)


@public
@require_safe
def practice_list(request):
    practice_filter = once(lambda: PracticeFilter(request.GET, queryset=Practice.objects.published()))
    make = lambda: _listing(practice_filter(), request.GET)  # noqa: E731
    # What an address asks for is understood once a version.
    name = catalogue_version.cached(
        f"list of {request.META['QUERY_STRING']}", lambda: _name_of_list(practice_filter(), request.GET)
    )
    kept = catalogue_version.cached(name, make) if name else make()
    return TemplateResponse(request, "web/browse/practice_list.html", {"kept": kept})


def _name_of_list(practice_filter, asked):
    """What the list is kept under, however it is asked for; empty for one that is not.

    Faults are told in the words they were made in, so such a page is nobody else's.
    """
    if practice_filter.error_messages:
        return ""
    return f"listing {practice_filter.listing_query} {_where(asked)}"


def _listing(practice_filter, asked):
    """What of the listing follows from its filters and its page, as HTML."""
    query = practice_filter.query
    page = page_of(
        practice_filter.selection, asked, sort=practice_filter.sort, query=practice_filter.listing_query
    )
    context = {
        "filter": practice_filter,
        "sidebar": Sidebar(practice_filter),
        "page": page,
        "typed": {name: _typed(practice_filter, name) for name in ("q", "since", "until")},
        "address": _page_address(reverse("practices:practice-list"), practice_filter.listing_query, page),
        "facets": catalogue_version.cached(f"facets {query}", lambda: _facets(practice_filter)),
        "formats": FORMATS.values(),
    }
    return {
        "words": practice_filter.description,
        "number": page.number,
        "head": render_to_string("web/browse/listing_head.html", context),
        "content": render_to_string("web/browse/listing.html", context),
    }


def _typed(practice_filter, name):
    """What stands in a field: as it was typed where it is no valid value, else in its one spelling."""
    if practice_filter.error_messages:
        return practice_filter.form[name].value() or ""
    [(value, _label)] = practice_filter.values.get(name, [("", "")])
    return value


def _facets(practice_filter):
    """The sidebar's facets as HTML."""
    context = {"facets": Sidebar(practice_filter).facets, "main": "main" in practice_filter.values}
    return render_to_string("web/browse/facets.html", context)


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
            "\n".join(practice_filter.error_messages), status=400, content_type="text/plain; charset=utf-8"
        )
    export = FORMATS[extension]
    answer = StreamingHttpResponse if practice_filter.total.number > MOST_AT_ONCE else HttpResponse
    response = answer(export.write(practice_filter.practices), content_type=export.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="practices.{extension}"'
    return response
