"""Practices side by side."""

import dataclasses
from typing import Any

from django.db.models import F
from django.http import QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from practices import documents
from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.core.http.numbers import whole_number
from practices.core.plain_text import plain
from practices.discovery import PracticeFilter, related
from practices.documents.kinds import Item
from practices.models import Practice, Revision

MOST = 3
FOUND = 8
NEWEST = 5
ASKED = 20
"""Keys that are looked up; further ones are ignored."""
LONG = 240
"""Characters from which on a narrow screen shows the beginning of a text."""


@dataclasses.dataclass(frozen=True)
class _Row:
    """A row of the table: what each practice says of one thing."""

    label: Any
    cells: list[list[Item]]

    @property
    def is_same(self) -> bool:
        """True if all of several practices say the same, which is then shown once."""
        return len(self.cells) > 1 and all(cell == self.cells[0] for cell in self.cells)

    @property
    def is_long(self) -> bool:
        return any(item.prose and len(item.text) > LONG for cell in self.cells for item in cell)


@public
@require_safe
def comparison(request):
    """Up to three practices, named by their keys. Others can be added by search, and each can be removed."""
    asked = list(dict.fromkeys(request.GET.getlist("practice")))[:ASKED]
    keys = [key for key in map(whole_number, asked) if key]
    revisions = _latest_revisions(keys)
    practices = [revision.practice for revision in revisions]
    shown = practices[:MOST]
    readings = [
        documents.read(revision.document, revision.practice.translation) for revision in revisions[:MOST]
    ]
    found = _search(request.GET.get("q", ""), shown) if len(shown) < MOST else None
    context = {
        "address": site_address(_link(shown)),
        "practices": [
            (practice, _link([other for other in shown if other != practice])) for practice in shown
        ],
        "rows": [_Row(label, cells) for label, cells in documents.side_by_side(readings)],
        "notices": _notices(asked, practices),
        "has_room": len(shown) < MOST,
        "q": found.form["q"].value() or "" if found else "",
        "found": [(other, _link([*shown, other])) for other in _others(found, shown)] if found else [],
        "searched": bool(found and found.query),
        "newest": [] if shown or found.query else [(each, _link([each])) for each in _newest()],
        "suggested": [
            (each, _link([*shown, each.practice]))
            for each in _suggested(shown, readings)
            if each.practice not in shown
        ],
    }
    return TemplateResponse(request, "web/browse/comparison.html", context)


def _latest_revisions(keys):
    """Return the latest revision of each published practice of these keys, in their order.

    One query, and one for translations of them into the active language if there are any.
    """
    published = Practice.objects.published().filter(pk__in=keys).order_by()
    latest = Revision.objects.filter(practice__in=published, number=F("practice__revision_number"))
    versions = F("practice__index_row__translations")
    found = {}
    for revision in latest.select_related("practice").annotate(translated_into=versions):
        revision.practice.translated_into = revision.translated_into or ""
        found[revision.practice_id] = revision
    documents.load_local(revision.practice for revision in found.values())
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def _link(practices):
    path = reverse("practices:comparison")
    return f"{path}?{'&'.join(f'practice={practice.pk}' for practice in practices)}" if practices else path


def _notices(asked, practices):
    """Return a sentence for each requested practice that is not shown."""
    known = {str(practice.pk) for practice in practices}
    missing = [key for key in asked if key.lstrip("0") not in known]
    notices = [
        gettext("Practice “%(key)s” does not exist or was withdrawn, so it is not shown.")
        % {"key": plain(key)[:40]}
        for key in missing
    ]
    if len(practices) > MOST:
        notices.append(gettext("You can compare up to three practices. The others are not shown."))
    return notices


def _search(words, shown):
    query = QueryDict(mutable=True)
    query["q"] = words
    return PracticeFilter(query)


def _others(found, shown):
    """Practices the search found besides those that are shown; none when nothing was searched for."""
    if not found.query:
        return []
    others = found.practices.exclude(pk__in=[practice.pk for practice in shown])
    return _with_titles(others, FOUND)


def _newest():
    """Practices to begin a comparison with."""
    return _with_titles(Practice.objects.published(), NEWEST)


def _with_titles(practices, most):
    """Return the first practices of a QuerySet, with what a link to them shows."""
    found = list(practices.with_versions().only("title", "language")[:most])
    documents.load_local(found)
    return found


def _suggested(shown, readings):
    """Practices like the first, while there is room."""
    if not shown or len(shown) >= MOST:
        return []
    return related.related_practices(shown[0])
