"""Sitemap of pages, objectives, topics, places and published practices (https://www.sitemaps.org/protocol.html).

The index lists parts: one of pages, and one for each span of SITEMAP_LENGTH primary keys with practices in it. A part
costs the same wherever it lies, and does not change when a practice is published in another. Each is made once for a
version of the catalogue.
"""

import gzip
from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import F, Max, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.http import Http404
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.core import catalogue_version
from practices.core.cache import cached_per_version
from practices.core.http.caching import compressed_response, public
from practices.core.http.guards import site_address
from practices.core.http.numbers import whole_number
from practices.discovery import topics
from practices.models import Concept, Country, Objective, Practice, Region

CHANGING = ["home", "practice-list", "topic-list", "country-list", "world-map", "gap-map", "statistics"]
"""Pages that change with every publication."""
LASTING = [
    "comparison", "submit", "submit-spreadsheet", "subscribe", "about", "criteria", "contact", "imprint", "data",
    "privacy", "accessibility",
]  # fmt: skip
PAGES = "pages"
"""Name of the part with all addresses but those of practices."""
CONTENT_TYPE = "application/xml; charset=utf-8"

type Entry = tuple[str, datetime | None]
"""A path and the last change of its page."""


@public
@require_safe
def sitemap(request):
    """The index, which names the parts."""
    return compressed_response(request, _index(), content_type=CONTENT_TYPE)


@public
@require_safe
def sitemap_part(request, part):
    """A part, by its name or by the number of its span of practices."""
    number = whole_number(part)
    if part != PAGES and (not number or part != str(number)):
        raise Http404
    return compressed_response(request, _part(0 if number is None else number), content_type=CONTENT_TYPE)


@cached_per_version
def _index() -> bytes:
    span = (F("pk") - 1) / settings.SITEMAP_LENGTH + 1
    spans = Practice.objects.published().order_by().annotate(span=span).values_list("span")
    parts = [(PAGES, catalogue_version.changed_at()), *spans.annotate(Max("revised_at")).order_by("span")]
    return _write(
        "sitemapindex",
        "sitemap",
        ((reverse("practices:sitemap-part", args=[part]), changed) for part, changed in parts),
    )


@cached_per_version
def _part(number: int) -> bytes:
    """Write the part of practices of this number, or that of pages for 0. Raises Http404 for an empty one."""
    entries = list(_practices(number) if number else _pages())
    if not entries:
        raise Http404
    return _write("urlset", "url", entries)


def _pages() -> Iterator[Entry]:
    changed = catalogue_version.changed_at()
    yield from ((reverse(f"practices:{name}"), changed) for name in CHANGING)
    yield from ((reverse(f"practices:{name}"), None) for name in LASTING)
    yield from ((row.get_absolute_url(), row.changed) for row in _with_changes(Objective.objects.all()))
    in_use = topics.in_use()
    yield from ((row.get_absolute_url(), None) for row in Concept.objects.visible() if row.slug in in_use)
    countries = _with_changes(Country.objects.select_related("subregion").filter(practices__isnull=False))
    with_practices = set(
        Practice.objects.published().order_by().values_list("countries", flat=True).distinct()
    )
    yield from ((row.get_absolute_url(), row.changed) for row in countries if row.pk in with_practices)
    for region in Region.objects.all():
        inside = [
            row
            for row in countries
            if row.subregion and region.pk in (row.subregion_id, row.subregion.parent_id)
        ]
        yield region.get_absolute_url(), max((row.changed for row in inside), default=None)


def _with_changes(rows: QuerySet) -> QuerySet:
    """Annotate each row with the last revision or withdrawal of its practices, as `changed`."""
    revised, withdrawn = Max("practices__revised_at"), Max("practices__withdrawn_at")
    return rows.annotate(changed=Greatest(revised, Coalesce(withdrawn, revised)))


def _practices(number: int) -> Iterator[Entry]:
    last = number * settings.SITEMAP_LENGTH
    found = Practice.objects.published().filter(pk__gt=last - settings.SITEMAP_LENGTH, pk__lte=last)
    for practice in found.order_by("pk").only("title", "revised_at").iterator():
        yield practice.get_absolute_url(), practice.revised_at


def _write(root: str, element: str, entries: Iterable[Entry]) -> bytes:
    """Write a sitemap or an index of sitemaps, compressed."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ]
    for path, changed in entries:
        lastmod = f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""
        lines.append(f"<{element}><loc>{escape(site_address(path))}</loc>{lastmod}</{element}>")
    return gzip.compress("\n".join([*lines, f"</{root}>", ""]).encode(), mtime=0)
