"""Views of the home page, the objectives and the listing.

Each page keeps its fragments in its template. What the context holds as a function, a lazy object or a QuerySet costs
nothing while they are kept.
"""

from functools import cache as once

from django.http import Http404, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.discovery import PracticeFilter, Selection, results
from practices.documents.lookup import rows_named
from practices.exchange.exports import FORMATS
from practices.models import Objective
from practices.web.browse.cards import cards
from practices.web.browse.lazy_filter import finds_practices, fragment_key, has_known_query, lazy_filter
from practices.web.browse.pagination import Position, paginate
from practices.web.browse.sidebar import Sidebar

NEWEST_ON_HOME = 3
OBJECTIVE_FACETS = ["region", "country", "type", "status"]
"""Facets by which the page of an objective links to the listing."""
MAX_FACET_LINKS = 8


@public
@require_safe
def home(request):
    context = {
        "address": site_address(reverse("practices:home")),
        "practice_count": lambda: results.total(Selection()).number,
        "country_count": _country_count,
        "submitter_count": results.submitter_count,
        "objectives": _counted_objectives,
        "newest": lambda: cards(results.page(Selection(), sort="newest", size=NEWEST_ON_HOME)),
    }
    return TemplateResponse(request, "web/browse/home.html", context)


def _country_count():
    return sum(key.startswith("country:") for key in results.facet_counts(Selection()))


def _counted_objectives():
    """Return (objective, number of its practices) of every objective."""
    counts = results.facet_counts(Selection())
    return [
        (objective, counts.get(f"objective:{objective.number}", 0)) for objective in Objective.objects.all()
    ]


@public(has_known_query=lambda request: request.GET.keys() <= {"page"} and Position.is_known(request.GET))
@require_safe
def objective_detail(request, number):
    objective = next(iter(rows_named(Objective, [number])), None)
    if objective is None:
        raise Http404
    selection, query = Selection(facet_keys=((f"objective:{number}",),)), f"objective={number}"
    position = Position.from_query(request.GET)
    page = once(lambda: paginate(selection, position, path=objective.get_absolute_url(), objective=number))
    context = {
        "objective": objective,
        "query": query,
        "position": position,
        "page": page,
        "fragments_last": lambda: page().is_exact,
        "facets": lambda: _facet_links(PracticeFilter(QueryDict(query))),
    }
    return TemplateResponse(request, "web/browse/objective_detail.html", context)


def _facet_links(practice_filter):
    """Return (name, label, options) of each facet that narrows a list down."""
    facets = [
        (facet.name, facet.label, [option for option in facet.options if option.count][:MAX_FACET_LINKS])
        for facet in Sidebar(practice_filter).shown(OBJECTIVE_FACETS)
    ]
    return [(name, label, options) for name, label, options in facets if options]


@public(has_known_query=lambda request: has_known_query(request, "page") and Position.is_known(request.GET))
@require_safe
def practice_list(request):
    practice_filter = lazy_filter(request)
    position = Position.from_query(request.GET)
    key = fragment_key(request)
    page = once(
        lambda: paginate(
            practice_filter.selection,
            position,
            path=reverse("practices:practice-list"),
            query=practice_filter.listing_query,
            sort=practice_filter.sort,
        )
    )
    context = {
        "key": key,
        "is_indexed": lambda: _is_indexed(practice_filter),
        "facets_key": lambda: None if key is None else practice_filter.query,
        "position": position,
        "filter": practice_filter,
        "sidebar": Sidebar(practice_filter),
        "page": page,
        "fragments_last": lambda: finds_practices(request) and page().is_exact,
        "formats": FORMATS.values(),
    }
    return TemplateResponse(request, "web/browse/practice_list.html", context)


def _is_indexed(practice_filter):
    """Return whether search engines should list a listing: no searches, other orders, or empty lists."""
    return (
        practice_filter.sort == practice_filter.default_sort
        and "q" not in practice_filter.values
        and not practice_filter.error_messages
        and practice_filter.total.number > 0
    )
