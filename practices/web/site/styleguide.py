"""Style guide: every component of the pages, for staff and developers."""

from types import SimpleNamespace

from django.conf import settings
from django.http import Http404
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practices import documents
from practices.discovery import Selection, results
from practices.documents import diff
from practices.models import Adaptation, Objective, Practice
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

SAMPLE_NUMBERS = [1, 2, 0, 1, 4, 3, 1, 0, 1, 2, 1, 0, 2, 3, 5, 6, 1, 4, 5, 3, 10, 2, 3]
"""Number of practices of each objective in the chart of the style guide."""

SAMPLE_TALLY = [("Africa", 4), ("Americas", 7), ("Oceania", 1)]

SAMPLE_COUNTRIES = [
    SimpleNamespace(value="ar", count=1),
    SimpleNamespace(value="ph", count=5),
    SimpleNamespace(value="md", count=2),
]

SAMPLE_USE = Adaptation(
    area="Mombasa",
    organisations=["Port of Mombasa"],
    start_year=2021,
    changes="One desk at the harbour gate, open on Saturdays.",
    failures="The first desk was too far from the gate.",
    link="https://mombasa.example.org/desk",
    credit="Amina Otieno",
)


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
        "objectives": list(Objective.objects.all()),
        "numbers": SAMPLE_NUMBERS,
        "tally": SAMPLE_TALLY,
        "countries": SAMPLE_COUNTRIES,
        "beads": [each.objective.number for each in practices[0].loaded_placements] if practices else [],
        "practices": practices,
        "cards": cards(newest),
        "reading": documents.read(practices[0].revisions.latest("number").document) if practices else None,
        "subscription_form": SubscriptionForm(),
        "fields": [form[name] for name in ("title", "summary", "type", "email", "credit_as", "principles")],
        "form": form,
        "differences": diff.between(*SAMPLE_DOCUMENTS),
        "links": SAMPLE_PAGES,
        "adaptation": SAMPLE_USE,
    }
    return TemplateResponse(request, "web/site/styleguide.html", context)
