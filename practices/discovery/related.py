"""Practices similar to one, each with the reason, and its neighbours in a list."""

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from practices.core.cache import cached_per_version
from practices.discovery import facet_codes, results, semantic
from practices.discovery.results import Selection
from practices.models import IndexedPractice, Practice

CANDIDATES = 20
"""Only the newest practices of each kind of similarity are compared, so the cost does not grow with the catalogue."""
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


def related_practices(practice: Practice) -> list[Related]:
    """Return the published practices most similar to one.

    Candidates are the newest that share its main objective, a country or a tag, and those similar in meaning, ranked by
    all they share. At most five queries, and up to four with search by meaning; countries and type are loaded.
    """
    similar = dict(semantic.nearest_to_practice(practice, limit=CANDIDATES, at_least=MIN_SIMILARITY))
    keys = _facet_keys([practice.pk]).get(practice.pk, set())
    newest = results.newest(_selections(keys), CANDIDATES)
    candidates = {key for found in newest.values() for key in found} | set(similar)
    candidates.discard(practice.pk)
    shared = {}
    for key, its_keys in _facet_keys(candidates).items():
        shared[key] = Counter(each.partition(":")[0] for each in keys & its_keys)
        shared[key]["meaning"] = int(key in similar)
    ranked = sorted(shared, key=lambda key: (_points(shared[key]), key), reverse=True)[:MAX_RELATED]
    found = (
        Practice.objects.published()
        .select_related("type")
        .prefetch_related("countries")
        .only("title", "language", "area", "type__name")
        .in_bulk(ranked)
    )
    return [Related(found[key], _reason(shared[key])) for key in ranked if key in found]


def _facet_keys(practices: Collection[int]) -> dict[int, set[str]]:
    """Return practice → its facet keys that count for similarity. At most one query."""
    known = _codes_that_count()
    rows = IndexedPractice.objects.filter(pk__in=practices).values_list("practice", "facet_codes")
    return {practice: {known[code] for code in codes if code in known} for practice, codes in rows}


@cached_per_version(in_process=True)
def _codes_that_count() -> dict[str, str]:
    """Return code → facet key, of the facets in WEIGHTS."""
    keys = facet_codes.keys_by_code()
    return {code: key for code, key in keys.items() if key.partition(":")[0] in WEIGHTS}


def _selections(keys: Iterable[str]) -> list[Selection]:
    """Return the selections of practices that may be similar to one with these facet keys."""
    of_main = [f"objective:{key.removeprefix('main:')}" for key in keys if key.startswith("main:")]
    countries = [key for key in keys if key.startswith("country:")]
    tags = [key for key in keys if key.startswith("tag:")]
    both = [((main,), (country,)) for main in of_main for country in countries]
    return [Selection(each) for each in (*(((key,),) for key in (*of_main, *countries, *tags)), *both)]


def _points(shared: Counter[str]) -> int:
    return sum(WEIGHTS[facet] * number for facet, number in shared.items())


def _reason(shared: Counter[str]) -> Any:
    reason = REASONS.get(tuple(shared[name] > 0 for name in REASON))
    if not shared["meaning"]:
        return reason
    return (
        format_lazy(_("{shared}, similar in meaning"), shared=reason) if reason else _("Similar in meaning")
    )


@dataclasses.dataclass(frozen=True)
class Neighbours:
    before: Practice | None
    after: Practice | None


def neighbours(practice: Practice, selection: Selection) -> Neighbours:
    """Return the practices before and after this one in a list that is newest first. One query.

    None at either end. For a practice outside the list, its neighbours are those around its date.
    """
    at, pk = practice.published_at, practice.pk
    nearest = results.neighbours(selection, pk, at)
    found = list(_union(nearest, Practice.objects.only("title", "language", "published_at")))
    by_is_newer = {(other.published_at, other.pk) > (at, pk): other for other in found}
    return Neighbours(before=by_is_newer.get(True), after=by_is_newer.get(False))


def neighbours_in_list(practice: Practice, listed: list[int]) -> Neighbours:
    """Return the practices before and after this one in a list of primary keys, in any order. One query.

    None for both when the practice is not in the list.
    """
    if practice.pk not in listed:
        return Neighbours(None, None)
    keys = [None, *listed, None]
    at = keys.index(practice.pk)
    near = [key for key in (keys[at - 1], keys[at + 1]) if key]
    found = {
        other.pk: other
        for other in Practice.objects.published().filter(pk__in=near).only("title", "language")
    }
    return Neighbours(before=found.get(keys[at - 1]), after=found.get(keys[at + 1]))


def _union[Rows: QuerySet[Any]](subqueries: list[QuerySet[Any]], rows: Rows) -> Rows:
    """Filter `rows` to those in any of the subqueries, each of which keeps its own LIMIT."""
    first, *others = [rows.filter(pk__in=subquery).order_by() for subquery in subqueries]
    return first.union(*others).order_by()
