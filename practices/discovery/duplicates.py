"""Published practices that a proposed one may duplicate.

Candidates are found through indexes and limited in number, so the cost does not grow with the catalogue: practices
with the same source, with the same or a similar title (also when words are mistyped), the newest with the same country
and main objective, and those nearest in meaning.
"""

import dataclasses
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from practices.core import catalogue_version, places
from practices.core.titles import folded, telling, title_key
from practices.discovery import search, semantic
from practices.documents import source_page
from practices.models import Practice

MAX_CANDIDATES = 300
"""Practices of each kind of candidate."""
MIN_TITLE_SIMILARITY = 90
"""Percent, `rapidfuzz.fuzz.ratio`."""
MIN_WORD_OVERLAP = 0.5
"""Jaccard index of the significant words of title and summary."""
MIN_SIMILARITY = 0.7
"""Cosine similarity of two practices in meaning. A translation of one has about as much, in any language."""
MAX_SIMILAR = 10
"""Practices similar in meaning that are looked at."""
PREFIX_LENGTH = 4
"""Characters of a title key."""
MAX_PER_SOURCE = 2
"""A source with more practices than this is taken for a report on several, and says little about duplicates."""


@dataclasses.dataclass(frozen=True)
class LikelyDuplicate:
    """A published practice, and the reason why it may be the same as the proposed one."""

    practice: Practice
    reason: Any


@catalogue_version.reading()
def likely_duplicates(
    document: dict[str, Any], *, exclude: Practice | None = None, limit: int = 3
) -> list[LikelyDuplicate]:
    """Return the practices that a document, which may be incomplete, most likely duplicates, best first.

    `exclude` is the practice it updates. Similar titles from different countries are no duplicates.
    """
    title, source = document.get("title") or "", source_page(document)
    key, countries = title_key(title), set(document.get("countries") or [])
    named = countries | _countries_in(title)
    words = telling(f"{title} {document.get('summary') or ''}")
    found: dict[int, tuple[int, LikelyDuplicate]] = {}
    similar = dict(semantic.nearest_to_document(document, limit=MAX_SIMILAR, at_least=MIN_SIMILARITY))
    same_source_count = 0
    for practice in _candidates(key, source, countries, document.get("objectives") or [], similar):
        if practice.pk in found or (exclude is not None and practice.pk == exclude.pk):
            continue
        theirs = {country.code for country in practice.countries.all()}
        same_source = bool(source) and practice.source_page == source
        if key and _has_similar_title(title, key, practice):
            rank, reason = 0, _("has almost the same title")
        elif same_source:
            rank, reason = 1, _("has the same source")
        elif (
            countries & theirs
            and _jaccard(words, telling(f"{practice.title} {practice.summary}")) >= MIN_WORD_OVERLAP
        ):
            rank, reason = 2, _("has the same objective, the same country and similar text")
        elif practice.pk in similar:
            rank, reason = 2, _("is similar in meaning")
        else:
            continue
        theirs |= _countries_in(practice.title)
        if not same_source and named and theirs and not named & theirs:
            continue
        same_source_count += same_source
        found[practice.pk] = rank, LikelyDuplicate(practice, reason)
    # Many practices of one source are likely parts of one report, so the source ranks last.
    ranks = [
        rank if rank != 1 or same_source_count <= MAX_PER_SOURCE else 3 for rank, _likely in found.values()
    ]
    ranked = sorted(zip(ranks, found.values(), strict=True), key=lambda each: each[0])
    return [likely for _rank, (_first, likely) in ranked[:limit]]


def _candidates(
    key: str, source: str, countries: set[str], objectives: Iterable[int], similar: Iterable[int]
) -> Iterable[Practice]:
    published = Practice.objects.published().prefetch_related("countries")
    columns = published.only("title", "title_key", "summary", "source_page", "language")
    if source:
        yield from columns.filter(source_page=source)[:MAX_CANDIDATES]
    if key:
        yield from columns.filter(title_key=key)[:MAX_CANDIDATES]
        start = key[:PREFIX_LENGTH]
        near = columns.filter(title_key__gte=start, title_key__lt=start + "\U0010ffff")
        yield from near.order_by("title_key")[:MAX_CANDIDATES]
        yield from columns.filter(pk__in=_with_known_words(key))
    main = next(iter(objectives), None)
    if countries and main:
        same = columns.filter(placements__objective__number=main, countries__code__in=countries).distinct()
        yield from same[:MAX_CANDIDATES]
    if similar:
        yield from columns.filter(pk__in=similar)


def _with_known_words(key: str) -> list[int]:
    """Return primary keys of practices that contain all words of a title key except unknown, maybe mistyped, ones."""
    terms = search.parse(key)
    unknown = search.unknown_words(terms)
    known = [term for term in terms if term not in unknown]
    if not unknown or len(known) < 2:
        return []
    plan = search.plan(tuple(known), is_ranked=False)
    return [hit.practice for hit in search.rank(plan, order="newest", limit=MAX_CANDIDATES).hits]


def _has_similar_title(title: str, key: str, practice: Practice) -> bool:
    """Return whether two titles are similar, with their words sorted or as they stand.

    Both, because a mistyped first letter moves a word in the sorted form.
    """
    sorted_ratio = fuzz.ratio(key, practice.title_key)
    return max(sorted_ratio, fuzz.ratio(folded(title), folded(practice.title))) >= MIN_TITLE_SIMILARITY


def _countries_in(title: str) -> set[str]:
    """Return the codes of the countries named in a title, by any of their names."""
    meanings = [mention.meaning for mention in places.mentions(title.split())]
    return {meaning.code for meaning in meanings if isinstance(meaning, places.OneCountry)}


def _jaccard(first: set[str], second: set[str]) -> float:
    return len(first & second) / len(first | second) if first | second else 0
