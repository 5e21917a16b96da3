"""Results of a search: those with all words first, then those with most of them, then those similar in meaning."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from practices.choices import EvidenceLevel
from practices.core.prepared import prepared
from practices.discovery.search.engines import engine
from practices.discovery.search.matching import newest
from practices.discovery.search.plans import ANYTHING, MAX_NEAR, Plan, keys_subquery
from practices.discovery.search.ranking import MAX_COUNTED, Hit, Query, Scorer
from practices.models import Practice

MAX_HITS = 200
"""Search results listed; the total counts all."""
MAX_FROM_TITLES = 100
"""Results that may be old: those with all words in their title. The others are the newest."""
RANK_DAMPING = 10
"""k of reciprocal rank fusion: the higher, the less the first places count."""


@dataclasses.dataclass(frozen=True)
class Ranking:
    hits: tuple[Hit, ...]
    """The first MAX_HITS practices."""
    all_words: int
    """Number of practices that have all words, counted up to MAX_COUNTED + 1."""
    total: int
    """Number of practices found, counted up to MAX_COUNTED + 1."""
    by_meaning: int
    """Number of practices that were found by their meaning alone."""
    corrections: tuple[tuple[str, tuple[str, ...]], ...] = ()


def rank(
    found: Plan,
    facet_keys: Sequence[Sequence[str]] = (),
    *,
    within: QuerySet[Any] | None = None,
    order: str = "relevance",
    limit: int | None = None,
) -> Ranking:
    """Find practices: those with all words first, then those with most of them, then those similar in meaning.

    A match has at least one key of each list of facet keys; `within` restricts matches to a query of primary keys.
    `order` is one of `filters.SORTS`; `limit` is MAX_HITS unless given.
    """
    limit = limit or MAX_HITS
    inside = within.query.sql_with_params() if within is not None else None
    by_date = "newest" if order == "relevance" else order

    def first(query: Query, most: int = limit, **options: Any) -> tuple[list[int], int]:
        if inside is None and by_date == "newest" and not options:
            keys, number = newest(query)
            return keys[:most], number
        keys, number = engine().find(query, within=inside, order=by_date, limit=most, **options)
        return keys, min(number, MAX_COUNTED + 1)

    strict = found.strict_query(facet_keys)
    whole, all_words = first(strict)
    total = all_words
    if order == "relevance" and all_words > limit:
        titled, _number = first(strict, MAX_FROM_TITLES, in_title=True)
        whole = list(dict.fromkeys([*titled, *whole]))[:limit]
    partial: list[int] = []
    if found.some is not None and len(whole) < limit:
        wide = found.query(facet_keys)
        keys, number = first(wide)
        total = max(number, all_words)
        known = set(whole)
        partial = [key for key in keys if key not in known][: limit - len(whole)]
    near: list[int] = []
    if found.near:  # all that are found by words are known, as they are few
        query = Query(ANYTHING, facet_keys=strict.facet_keys)
        near, _number = engine().find(
            query, within=keys_subquery(found.near, within), order=by_date, limit=MAX_NEAR
        )
    by_words = {*whole, *partial}
    by_meaning = [key for key in near if key not in by_words]
    hits = (
        *_complete_hits(whole, found, order),
        *_partial_hits(partial, found, order),
        *(Hit(key, by_meaning=True) for key in _nearest_first(by_meaning, found, order)),
    )
    return Ranking(hits, all_words, total + len(by_meaning), len(by_meaning), found.corrections)


_EVIDENCE = {level: place for place, level in enumerate(EvidenceLevel.values)}


def _complete_hits(keys: list[int], found: Plan, order: str) -> list[Hit]:
    """Return hits for practices with all words: in the given order, or best first if `order` is "relevance"."""
    if order == "relevance":
        keys = _best_first(keys, {key: number for key, (number, _missing) in _scores(keys, found).items()})
    return [Hit(key) for key in keys]


def _partial_hits(keys: list[int], found: Plan, order: str) -> list[Hit]:
    """Return hits for practices with some of the words: in the given order, or best first if `order` is "relevance".

    Best first is by the fused reciprocal ranks of both lists, by words and by meaning.
    """
    scores = _scores(keys, found)
    if order == "relevance":
        by_score = _best_first(keys, {key: number for key, (number, _missing) in scores.items()})
        fused = dict.fromkeys(by_score, 0.0)
        for ranked in (by_score, found.near):
            for place, key in enumerate(ranked):
                if key in fused:
                    fused[key] += 1 / (RANK_DAMPING + place)
        keys = sorted(fused, key=fused.__getitem__, reverse=True)
    return [Hit(key, scores[key][1]) for key in keys]


def _nearest_first(keys: list[int], found: Plan, order: str) -> list[int]:
    return [key for key in found.near if key in keys] if order == "relevance" else keys


def _scores(keys: list[int], found: Plan) -> dict[int, tuple[float, tuple[str, ...]]]:
    if not keys:
        return {}
    columns = engine().columns_of(keys)
    scorer = Scorer(found.weighed)
    return {key: scorer.score(columns.get(key, ())) for key in keys}


def _best_first(keys: list[int], scores: Mapping[int, float]) -> list[int]:
    """Sort practices by score; a tie goes by evidence, then to the newest."""
    ranks = {
        key: (round(scores[key], 2), _EVIDENCE.get(level, 0), published_at, key)
        for key, level, published_at in _ties(keys)
    }
    return sorted(ranks, key=ranks.__getitem__, reverse=True)


@prepared
def _ties(keys: Any) -> QuerySet[Practice, Any]:
    return Practice.objects.filter(pk__in=keys).values_list("pk", "evidence_level", "published_at")
