"""Home page.

What the context holds as a function, a lazy object or a QuerySet costs nothing while the template has its fragments.
"""

from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.discovery import Selection, results
from practices.models import Objective
from practices.web.browse.cards import cards

NEWEST_ON_HOME = 3


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
