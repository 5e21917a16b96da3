"""The listing of practices that a filter finds.

What the context holds as a function, a lazy object or a QuerySet costs nothing while the template has its fragments.
"""

from functools import cache as once

from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.core.http.crawlers import has_many_filters
from practices.exchange.exports import FORMATS
from practices.notifications import subscriptions
from practices.web.browse.lazy_filter import finds_practices, fragment_key, has_known_query, lazy_filter
from practices.web.browse.no_results import NoResults
from practices.web.browse.pagination import Position, paginate
from practices.web.browse.sidebar import Sidebar
from practices.web.browse.signposts import signposts


@public(has_known_query=lambda request: has_known_query(request, "page") and Position.is_known(request.GET))
@require_safe
def practice_list(request):
    practice_filter = lazy_filter(request)
    position = Position.from_query(request.GET)
    key = fragment_key(request)
    page = once(
        lambda: paginate(
            practice_filter.ranked_selection,
            position,
            path=reverse("practices:practice-list"),
            query=practice_filter.listing_query,
            sort=practice_filter.sort,
        )
    )
    sidebar = Sidebar(practice_filter)
    context = {
        "key": key,
        "is_indexed": lambda: _is_indexed(practice_filter),
        "facets_key": lambda: None if key is None else practice_filter.query,
        "position": position,
        "filter": practice_filter,
        "sidebar": sidebar,
        "signposts": lambda: signposts(practice_filter),
        "no_results": NoResults(practice_filter),
        "page": page,
        "strict_number": lambda: practice_filter.total.number if sidebar.corrections else page().all_words,
        "fragments_last": lambda: finds_practices(request) and page().is_exact,
        "formats": FORMATS.values(),
        "estimate": lambda: subscriptions.estimate_of(practice_filter.selection),
    }
    return TemplateResponse(request, "web/browse/practice_list.html", context)


def _is_indexed(practice_filter):
    """Return whether search engines should list a listing: no searches, other orders, many filters or empty lists."""
    return (
        practice_filter.sort == practice_filter.default_sort
        and "q" not in practice_filter.values
        and not has_many_filters(practice_filter.query)
        and not practice_filter.error_messages
        and practice_filter.ranked_total.number > 0
    )
