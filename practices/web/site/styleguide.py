"""Style guide: every component of the pages, for staff and developers."""

from django.conf import settings
from django.http import Http404
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practices import documents
from practices.discovery import Selection, results
from practices.documents import diff
from practices.models import Objective, Practice
from practices.web.browse.cards import cards
from practices.web.submit.forms import SubmissionForm
from practices.web.subscribe.forms import SubscriptionForm

COLOURS = [
    "paper", "surface", "sunken", "ink", "ink-soft", "accent", "accent-soft", "band", "glow", "dot", "warm", "warm-soft",
    "good", "bad",
]  # fmt: skip

SAMPLE_DOCUMENTS = (
    {"summary": "Desks in a port help workers.", "countries": ["GE"]},
    {"summary": "Desks in two ports help returning workers.", "countries": ["PH"], "end_year": 2026},
)
"""Two documents of which the style guide shows the differences."""

SAMPLE_PAGES = [
    {"label": "Previous", "query": "?page=1", "rel": "prev"},
    {"label": "1", "query": "?page=1"},
    {"label": "2", "is_current": True},
    {"label": "Next", "query": "?page=3", "rel": "next"},
]
"""Pagination links in the style guide."""


@never_cache
@require_safe
def styleguide(request):
    """Show every component and its purpose, for staff and on a development machine."""
    if not settings.DEBUG and not request.user.is_staff:
        raise Http404
    practices = list(Practice.objects.published().for_listing()[:3])
    newest = results.page(Selection(), sort="newest", size=3)
    form = SubmissionForm(data={"email": "ana@", "credit_as": "name"})
    context = {
        "colours": COLOURS,
        "objectives": Objective.objects.all(),
        "practices": practices,
        "cards": cards(newest),
        "reading": documents.read(practices[0].revisions.latest("number").document) if practices else None,
        "subscription_form": SubscriptionForm(),
        "fields": [form[name] for name in ("title", "summary", "type", "email", "credit_as", "principles")],
        "form": form,
        "differences": diff.between(*SAMPLE_DOCUMENTS),
        "links": SAMPLE_PAGES,
    }
    return TemplateResponse(request, "web/site/styleguide.html", context)
