"""Practices side by side."""

import re

from django.http import QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from practices.choices import LANGUAGES, EvidenceLevel
from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.discovery import related
from practices.discovery.filters import PracticeFilter
from practices.documents import FIELDS, SECTIONS
from practices.models import Practice

MOST = 3
FOUND = 8
ASKED = 20
"""Keys that are looked up; what comes after them is not."""


@public
@require_safe
def comparison(request):
    """Up to three practices, named by their keys. Others can be added by search, and each can be taken away."""
    asked = list(dict.fromkeys(request.GET.getlist("practice")))[:ASKED]
    keys = [int(key) for key in asked if re.fullmatch("[0-9]{1,18}", key)]
    practices = _practices(keys)
    shown = practices[:MOST]
    found = _search(request.GET.get("q", ""), shown) if len(shown) < MOST else None
    context = {
        "address": site_address(_link(shown)),
        "practices": [
            (practice, _link([other for other in shown if other != practice])) for practice in shown
        ],
        "rows": _rows(shown),
        "notices": _notices(asked, practices),
        "has_room": len(shown) < MOST,
        "q": found.form["q"].value() or "" if found else "",
        "found": [(other, _link([*shown, other])) for other in _others(found, shown)] if found else [],
        "searched": bool(found and found.query),
        "suggested": [
            (each, _link([*shown, each.practice])) for each in _suggested(shown) if each.practice not in shown
        ],
    }
    return TemplateResponse(request, "web/browse/comparison.html", context)


def _practices(keys):
    """The published practices of these keys, in their order. Seven queries."""
    practices = Practice.objects.published().filter(pk__in=keys).select_related("type")
    related = ("placements__objective", "countries", "implementer_kinds", "principles", "sdgs", "tags")
    found = {practice.pk: practice for practice in practices.prefetch_related(*related)}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def _link(practices):
    path = reverse("practices:comparison")
    return f"{path}?{'&'.join(f'practice={practice.pk}' for practice in practices)}" if practices else path


def _notices(asked, practices):
    """What became of those that are not shown, a sentence each."""
    known = {str(practice.pk) for practice in practices}
    missing = [key for key in asked if key.lstrip("0") not in known]
    notices = [
        gettext("“%(key)s” is no practice of the catalogue, or was withdrawn, so it was left out.")
        % {"key": key[:40]}
        for key in missing
    ]
    if len(practices) > MOST:
        notices.append(gettext("Three practices fit side by side; the others were left out."))
    return notices


def _search(words, shown):
    query = QueryDict(mutable=True)
    query["q"] = words
    return PracticeFilter(query, queryset=Practice.objects.published())


def _others(found, shown):
    """Practices the search found besides those that are shown; none when nothing was searched for."""
    if not found.query:
        return []
    others = found.practices.exclude(pk__in=[practice.pk for practice in shown])
    return others.only("title", "language")[:FOUND]


def _suggested(shown):
    """Practices like the first, while there is room."""
    if not shown or len(shown) >= MOST:
        return []
    first = shown[0]
    return related.related_practices(
        first,
        objectives=[placement.objective for placement in first.placements.all()],
        countries=list(first.countries.all()),
        tags=[tag.name for tag in first.tags.all()],
        practice_type=first.type,
    )


# The table --------------------------------------------------------------------------------


def _rows(practices):
    """(label, [cell of each practice]) of each field that somebody fills; a cell is a list of (text, address)."""
    rows = [(label, [cells(practice) for practice in practices]) for label, cells in FACTS]
    rows += [
        (FIELDS[name].label, [_text(getattr(practice, name)) for practice in practices])
        for name in ("summary", *SECTIONS, "evidence_reason")
    ]
    return [(label, cells) for label, cells in rows if any(cells)]


def _text(text):
    return [(text, "")] if text else []


def _linked(rows):
    return [(str(row), row.get_absolute_url()) for row in rows]


def _named(rows):
    return [(str(row), "") for row in rows]


def _evidence(practice):
    stated = practice.evidence_level not in ("", EvidenceLevel.NONE_STATED)
    return [(practice.get_evidence_level_display(), practice.evidence_url)] if stated else []


FACTS = [
    (FIELDS["objectives"].label, lambda it: _linked(place.objective for place in it.placements.all())),
    (FIELDS["countries"].label, lambda it: _linked(it.countries.all())),
    (FIELDS["area"].label, lambda it: _text(it.area)),
    (FIELDS["type"].label, lambda it: _text(str(it.type or ""))),
    (FIELDS["implementers"].label, lambda it: _named(it.implementers)),
    (FIELDS["implementer_kinds"].label, lambda it: _named(it.implementer_kinds.all())),
    (_("When"), lambda it: _text(it.years)),
    (FIELDS["evidence_level"].label, _evidence),
    (FIELDS["cost_band"].label, lambda it: _text(it.get_cost_band_display() if it.cost_band else "")),
    (FIELDS["principles"].label, lambda it: _named(it.principles.all())),
    (FIELDS["sdgs"].label, lambda it: _named(it.sdgs.all())),
    (FIELDS["tags"].label, lambda it: _named(it.tags.all())),
    (FIELDS["language"].label, lambda it: _text(dict(LANGUAGES).get(it.language, it.language))),
    (FIELDS["licence"].label, lambda it: _text(it.get_licence_display() if it.licence else "")),
    (FIELDS["source_url"].label, lambda it: [(it.source_url, it.source_url)] if it.source_url else []),
    (FIELDS["credit"].label, lambda it: _text(it.credit)),
]
"""(label, the cell of a practice) of each fact, in the order of the practice page."""
