"""Suggestions of the search field while a reader types. Only scripts ask for them; search works without."""

from django.http import JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe
from taggit.models import Tag

from practices.core.cache import cached_per_version
from practices.core.http.caching import public
from practices.core.http.open_data import open_data
from practices.core.plain_text import plain
from practices.discovery import autocomplete
from practices.models import Concept, Country, Objective, Practice, Region


@public
@open_data
@require_safe
def suggest(request):
    text = " ".join(request.GET.get("q", "").casefold().split())[: autocomplete.MAX_LETTERS]
    suggestions = _suggestions(text)
    count = len(suggestions)
    status = ngettext("%(count)d suggestion", "%(count)d suggestions", count) % {"count": count}
    return JsonResponse({"label": gettext("Suggestions"), "status": status, "suggestions": suggestions})


@cached_per_version(lasts_if=bool)
def _suggestions(text):
    return [_as_json(row) for row in autocomplete.suggest(text)]


def _as_json(row):
    match row:
        case Objective():
            return {"kind": gettext("Objective"), "text": str(row), "url": row.get_absolute_url()}
        case Country() | Tag() | autocomplete.NamedArea():
            return _as_listing(row)
        case Practice():
            return {
                "kind": gettext("Practice"),
                "text": plain(row.local.title),
                "url": row.get_absolute_url(),
                "language": row.local.language,
                "direction": row.local.direction,
            }
        case Region():
            return {"kind": gettext("Region"), "text": str(row), "url": row.get_absolute_url()}
        case Concept():
            return {"kind": gettext("Topic"), "text": capfirst(row.name), "url": row.get_absolute_url()}
        case autocomplete.Narrowed():
            found = _as_json(row.row)
            return found | {"text": f"{row.words} · {found['text']}", "url": _listing(**row.query)}
    raise TypeError(row)


def _as_listing(row):
    match row:
        case Country():
            return {"kind": gettext("Country"), "text": str(row), "url": _listing(country=row.code.lower())}
        case Tag():
            return {"kind": gettext("Topic"), "text": plain(row.name), "url": _listing(tag=row.slug)}
    countries = [code.lower() for code in row.codes]
    return {"kind": gettext("Area"), "text": row.name, "url": _listing(country=countries)}


def _listing(**filters):
    return f"{reverse('practices:practice-list')}?{urlencode(filters, doseq=True)}"
