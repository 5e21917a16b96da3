"""Practices similar to one, each with the reason, and its neighbours in a list."""

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from practices.core.cache import cached_per_version
from practices.core.collation import sorted_by_name
from practices.core.prepared import prepared, row_of
from practices.core.punctuation import listed
from practices.discovery import facet_codes, results, semantic
from practices.discovery.results import Selection
from practices.documents import load_local
from practices.documents.lookup import rows_named
from practices.models import Country, IndexedPractice, Practice, PracticeType, in_brief

CANDIDATES = results.NEWEST
"""Only the newest practices of each kind of similarity are compared, so the cost does not grow with the catalogue."""
COLUMNS = ("id", "title", "language", "area")
"""Columns of the practices that are shown."""
MAX_RELATED = 4
LIST_LENGTH = 200
"""Practices of a list in another order than newest first in which neighbours are looked up."""

MIN_SIMILARITY = 0.55
"""Cosine similarity from which a practice is called similar in meaning."""

WEIGHTS = {"objective": 2, "main": 2, "country": 3, "tag": 1, "type": 1, "meaning": 4}
"""Points for each facet key in common, by facet, and for a similar meaning."""

REASON = ("objective", "country", "tag")
REASONS: dict[tuple[bool, ...], Any] = {
    (True, True, True): _("Same objective, country and topics"),
    (True, True, False): _("Same objective and country"),
    (True, False, True): _("Same objective and topics"),
    (True, False, False): _("Same objective"),
    (False, True, True): _("Same country and topics"),
    (False, True, False): _("Same country"),
    (False, False, True): _("Same topics"),
}
"""The reason shown, by which of REASON are in common."""


@dataclasses.dataclass(frozen=True)
class Related:
    practice: Practice
    reason: Any
    countries: tuple[Country, ...]
    type: PracticeType | None

    @property
    def place(self) -> str:
        """The place in one line, with up to three of its countries by name."""
        countries = in_brief([country.local.name for country in self.countries])
        return listed(filter(None, [countries, self.practice.local.area]))


def related_practices(practice: Practice, *, own_codes: str | None = None) -> list[Related]:
    """Return the published practices most similar to one. `own_codes` are its facet codes, if they are loaded.

    Candidates are the newest that share its main objective, a country or a tag, and those similar in meaning, ranked by
    all they share. At most three queries, and one for its own codes; up to four with search by meaning, besides those for
    rows that this process has not met; and one if a practice is translated into the active language. Of a practice,
    `title`, `language` and `area` are loaded, and for readers `local`.
    """
    similar = dict(semantic.nearest_to_practice(practice, limit=CANDIDATES, at_least=MIN_SIMILARITY))
    known = _keys_that_count()
    if own_codes is None:
        own_codes = _facet_codes([practice.pk]).get(practice.pk, "")
    own = known.keys() & own_codes
    weights = {code: WEIGHTS[_facet(known[code])] for code in own}
    newest = results.newest(_lists([known[code] for code in own]))
    candidates = {key for found in newest.values() for key in found[:CANDIDATES]} | set(similar)
    codes = _facet_codes(candidates - {practice.pk})
    points = {
        key: sum(weights[code] for code in own.intersection(its_codes))
        + (WEIGHTS["meaning"] if key in similar else 0)
        for key, its_codes in codes.items()
    }
    ranked = sorted(points, key=lambda key: (points[key], key), reverse=True)[:MAX_RELATED]
    found = _load(ranked)
    return [
        _related(
            found[key],
            [known[code] for code in codes[key] if code in known],
            shared={_facet(known[code]) for code in own.intersection(codes[key])},
            is_similar=key in similar,
        )
        for key in ranked
        if key in found
    ]


def _related(practice: Practice, keys: Sequence[str], *, shared: set[str], is_similar: bool) -> Related:
    """Build a related practice from its facet keys, the facets `shared`, and whether it is similar in meaning."""

    def values(facet: str) -> list[str]:
        return [key.partition(":")[2] for key in keys if _facet(key) == facet]

    countries = rows_named(Country, [code.upper() for code in values("country")])
    return Related(
        practice,
        _reason(shared, is_similar=is_similar),
        countries=tuple(sorted_by_name(countries)),
        type=next(iter(rows_named(PracticeType, values("type"))), None),
    )


def _facet(key: str) -> str:
    return key.partition(":")[0]


def _facet_codes(practices: Collection[int]) -> dict[int, str]:
    """Return practice → its facet codes. At most one query."""
    return dict(_rows_of_codes(sorted(practices)))


@prepared
def _rows_of_codes(practices: Any) -> QuerySet[IndexedPractice, Any]:
    return IndexedPractice.objects.filter(pk__in=practices).values_list("practice", "facet_codes")


@cached_per_version(in_process=True)
def _keys_that_count() -> dict[str, str]:
    """Return code → facet key, of the facets in WEIGHTS."""
    return {code: key for code, key in facet_codes.keys_by_code().items() if _facet(key) in WEIGHTS}


def _lists(keys: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the facet keys, each alone or two together, of practices that may be similar to one with these keys."""
    of_main = [f"objective:{key.removeprefix('main:')}" for key in keys if key.startswith("main:")]
    countries = [key for key in keys if key.startswith("country:")]
    tags = [key for key in keys if key.startswith("tag:")]
    both = [(main, country) for main in of_main for country in countries]
    return [*((key,) for key in (*of_main, *countries, *tags)), *both]


def _reason(shared: set[str], *, is_similar: bool) -> Any:
    reason = REASONS.get(tuple(facet in shared for facet in REASON))
    if not is_similar:
        return reason
    return (
        format_lazy(_("{shared}, similar in meaning"), shared=reason) if reason else _("Similar in meaning")
    )


@dataclasses.dataclass(frozen=True)
class Neighbours:
    before: Practice | None
    after: Practice | None


def neighbours(practice: Practice, selection: Selection) -> Neighbours:
    """Return the practices before and after this one in a list that is newest first. Two queries.

    None at either end. For a practice outside the list, its neighbours are those around its date.
    """
    newer, older = results.neighbours(selection, practice.pk, practice.published_at)
    found = _load([newer, older])
    return Neighbours(found.get(newer), found.get(older))


def neighbours_in_list(practice: Practice, listed: list[int]) -> Neighbours:
    """Return the practices before and after this one in a list of primary keys, in any order. One query.

    None for both when the practice is not in the list.
    """
    if practice.pk not in listed:
        return Neighbours(None, None)
    keys = [None, *listed, None]
    at = keys.index(practice.pk)
    before, after = keys[at - 1], keys[at + 1]
    found = _load([before, after])
    return Neighbours(found.get(before), found.get(after))


def _load(keys: Iterable[int | None]) -> dict[int | None, Practice]:
    """Load public practices by primary key, with `title`, `language`, `area` and `local`.

    One query, or two with translations.
    """
    rows = [
        (row_of(Practice, COLUMNS, row[: len(COLUMNS)]), *row[len(COLUMNS) :])
        for row in _rows([key for key in keys if key])
    ]
    found: dict[int | None, Practice] = {}
    for practice, translated_into, used_as in rows:
        practice.translated_into, practice.used_as = translated_into, used_as
        found[practice.pk] = practice
    load_local(found.values())
    return found


@prepared
def _rows(keys: Any) -> QuerySet[Practice, Any]:
    practices = Practice.objects.filter(withdrawn_at=None, pk__in=keys).with_versions()
    return practices.values_list(*COLUMNS, "translated_into", "used_as")
