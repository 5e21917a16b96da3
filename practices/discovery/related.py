"""Practices similar to one, each with the reason, and its neighbours in a list."""

import dataclasses
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from practices.discovery import results, semantic
from practices.discovery.results import Selection
from practices.models import Country, Objective, Practice, PracticeType

CANDIDATES_PER_QUERY = 20
"""Only the newest practices of each kind of similarity are compared, so the cost does not grow with the catalogue."""
MAX_RELATED = 4
LIST_LENGTH = 200
"""Practices of a list in another order than newest first in which neighbours are looked up."""

MIN_SIMILARITY = 0.55
"""Cosine similarity from which a practice is called similar in meaning."""

WEIGHTS = {"objectives": 2, "main": 2, "countries": 3, "tags": 1, "type": 1, "meaning": 4}
"""Points for each thing in common."""

REASON = ("objectives", "countries", "tags")
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


def related_practices(
    practice: Practice,
    *,
    objectives: list[Objective],
    countries: list[Country],
    tags: list[str],
    practice_type: PracticeType | None,
) -> list[Related]:
    """Return the published practices most similar to one with these `objectives`, main one first, and so on.

    Candidates are the newest that share its main objective, countries or tags, and those similar in meaning, ranked by
    all they share. Three queries, and up to four with search by meaning; countries and type are loaded.
    """
    similar = dict(
        semantic.nearest_to_practice(practice, limit=CANDIDATES_PER_QUERY, at_least=MIN_SIMILARITY)
    )
    of_main = Q(placements__objective=objectives[0])
    of_countries, of_tags = Q(countries__in=countries), Q(tagged_items__tag__name__in=tags)
    others = Practice.objects.published().order_by("-pk").exclude(pk=practice.pk)
    querysets = [others.filter(of_main)]
    shared: dict[str, Any] = {
        "objectives": Count("placements", filter=Q(placements__objective__in=objectives), distinct=True),
        "main": Count("placements", filter=of_main & Q(placements__position=0), distinct=True),
    }
    # A filter by an empty list would make the whole query return nothing.
    if countries:
        querysets += [others.filter(of_main & of_countries), others.filter(of_countries)]
        shared["countries"] = Count("countries", filter=of_countries, distinct=True)
    if tags:
        querysets.append(others.filter(of_tags))
        shared["tags"] = Count("tagged_items", filter=of_tags, distinct=True)
    if practice_type:
        shared["type"] = Count("type", filter=Q(type=practice_type), distinct=True)
    if similar:
        querysets.append(others.filter(pk__in=similar))
        shared["meaning"] = Case(When(pk__in=similar, then=1), default=0)
    candidates = _union(
        [queryset.values("pk")[:CANDIDATES_PER_QUERY] for queryset in querysets],
        Practice.objects.values_list("pk", flat=True),
    )
    found = (
        others.filter(pk__in=list(candidates))
        .select_related("type")
        .prefetch_related("countries")
        .only("title", "language", "area", "type__name")
        .annotate(**{f"same_{name}": count for name, count in shared.items()})
        .order_by(sum((WEIGHTS[name] * F(f"same_{name}") for name in shared), Value(0)).desc(), "-pk")
    )
    return [Related(other, _reason(other)) for other in found[:MAX_RELATED]]


def _reason(other: Any) -> Any:
    shared = REASONS.get(tuple(getattr(other, f"same_{name}", 0) > 0 for name in REASON))
    if not getattr(other, "same_meaning", 0):
        return shared
    return (
        format_lazy(_("{shared}, similar in meaning"), shared=shared) if shared else _("Similar in meaning")
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
