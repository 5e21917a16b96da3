"""Page of an objective.

What the context holds as a function, a lazy object or a QuerySet costs nothing while the template has its fragments.
"""

from functools import cache as once

from django.http import Http404, QueryDict
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.discovery import PracticeFilter, Selection
from practices.documents.lookup import rows_named
from practices.models import Objective
from practices.notifications import subscriptions
from practices.web.browse.pagination import Position, paginate
from practices.web.browse.sidebar import Sidebar

OBJECTIVE_FACETS = ["region", "country", "type", "status"]
"""Facets by which the page of an objective links to the listing."""
MAX_FACET_LINKS = 8


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
        "estimate": lambda: subscriptions.estimate(query),
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
