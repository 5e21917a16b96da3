"""Which published practices a proposal may be the same as.

Candidates come by index and are few, so that looking costs the same in a catalogue of any size: those with the
same source, those whose title has the same or nearly the same key or the same words but mistyped ones, and the
newest of the same country and objective. Only published practices are ever named.
"""

import dataclasses
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from practices.core import catalogue_version
from practices.core.titles import folded, telling, title_key
from practices.discovery import search
from practices.models import Country, Practice

MAX_CANDIDATES = 300
NEARLY_EQUAL = 90  # of 100, by rapidfuzz
SIMILAR = 0.5  # share of the telling words of title and summary that both have
SAME_START = 4  # characters of a key
MAX_PER_SOURCE = 2
"""So many practices of one source are likely the same one; a report that tells of more has several."""


@dataclasses.dataclass(frozen=True)
class LikelyDuplicate:
    """A published practice that may be the one proposed, and why."""

    practice: Practice
    reason: Any


@catalogue_version.reading()
def likely_duplicates(
    document: dict[str, Any], *, exclude: Practice | None = None, limit: int = 3
) -> list[LikelyDuplicate]:
    """The practices a document, which may be incomplete, most likely repeats. `exclude` is the one it updates.

    Two of nearly the same title in different countries are two practices.
    """
    title, sources = document.get("title") or "", _equivalent_urls(document.get("source_url") or "")
    key, countries = title_key(title), set(document.get("countries") or [])
    named = countries | _countries_in(title)
    words = telling(f"{title} {document.get('summary') or ''}")
    found: dict[int, tuple[int, LikelyDuplicate]] = {}
    of_source = 0
    for practice in _candidates(key, sources, countries, document.get("objectives") or []):
        if practice.pk in found or (exclude is not None and practice.pk == exclude.pk):
            continue
        theirs = {country.code for country in practice.countries.all()}
        same_source = practice.source_url in sources
        if key and _has_similar_title(title, key, practice):
            rank, reason = 0, _("has nearly the same title")
        elif same_source:
            rank, reason = 1, _("has the same source")
        elif countries & theirs and _share(words, telling(f"{practice.title} {practice.summary}")) >= SIMILAR:
            rank, reason = 2, _("serves the same objective in the same country, in similar words")
        else:
            continue
        theirs |= _countries_in(practice.title)
        if not same_source and named and theirs and not named & theirs:
            continue
        of_source += same_source
        found[practice.pk] = rank, LikelyDuplicate(practice, reason)
    # One report may tell of many practices: its address then says least.
    ranks = [rank if rank != 1 or of_source <= MAX_PER_SOURCE else 3 for rank, _likely in found.values()]
    ranked = sorted(zip(ranks, found.values(), strict=True), key=lambda each: each[0])
    return [likely for _rank, (_first, likely) in ranked[:limit]]


def _candidates(
    key: str, sources: list[str], countries: set[str], objectives: Iterable[int]
) -> Iterable[Practice]:
    published = Practice.objects.published().prefetch_related("countries")
    columns = published.only("title", "title_key", "summary", "source_url", "language")
    if sources:
        yield from columns.filter(source_url__in=sources)[:MAX_CANDIDATES]
    if key:
        yield from columns.filter(title_key=key)[:MAX_CANDIDATES]
        start = key[:SAME_START]
        near = columns.filter(title_key__gte=start, title_key__lt=start + "\U0010ffff")
        yield from near.order_by("title_key")[:MAX_CANDIDATES]
        yield from columns.filter(pk__in=_of_the_words_known(key))
    main = next(iter(objectives), None)
    if countries and main:
        same = columns.filter(placements__objective__number=main, countries__code__in=countries).distinct()
        yield from same[:MAX_CANDIDATES]


def _of_the_words_known(key: str) -> list[int]:
    """Keys of practices that have all words of a title but those no practice has, which may be mistyped."""
    terms = search.parse(key)
    unknown = search.unknown_words(terms)
    known = [term for term in terms if term not in unknown]
    return search.rank(known, limit=MAX_CANDIDATES)[0] if unknown and len(known) > 1 else []


def _has_similar_title(title: str, key: str, practice: Practice) -> bool:
    """Whether two titles have nearly the same words in any order, or nearly the same signs as they stand.

    In order of their words, a first letter that is mistyped moves a whole word.
    """
    by_words = fuzz.ratio(key, practice.title_key)
    return max(by_words, fuzz.ratio(folded(title), folded(practice.title))) >= NEARLY_EQUAL


def _equivalent_urls(address: str) -> list[str]:
    """The addresses that lead where `address` does: with and without TLS, “www.” and a last slash."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return []
    if not parts.hostname:
        return []
    host = parts.netloc.casefold().removeprefix("www.")
    rest = parts.path.rstrip("/")
    query = f"?{parts.query}" if parts.query else ""
    return [
        f"{scheme}://{www}{host}{rest}{slash}{query}"
        for scheme in ("https", "http")
        for www in ("", "www.")
        for slash in ("", "/")
    ]


def _countries_in(title: str) -> set[str]:
    """Codes of the countries a title names."""
    said = f" {folded(title)} "
    return {
        code
        for code, name in catalogue_version.remembered("countries in titles", _as_in_titles)
        if name in said
    }


def _as_in_titles() -> list[tuple[str, str]]:
    """(code, name between spaces) of every country."""
    return [(code, f" {folded(name)} ") for code, name in Country.objects.values_list("code", "name")]


def _share(first: set[str], second: set[str]) -> float:
    return len(first & second) / len(first | second) if first | second else 0
