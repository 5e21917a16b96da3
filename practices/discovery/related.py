"""What lies beside a practice: others like it, each with the reason, and those before and after it in a list."""

import dataclasses
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from practices.discovery import results
from practices.discovery.results import Selection
from practices.models import Country, Objective, Practice, PracticeType

CANDIDATES_PER_QUERY = 20
"""How many of the newest of each likeness are compared, so that a page costs the same in a large catalogue."""
MAX_RELATED = 4
LIST_LENGTH = 200
"""How far a list that is not newest first is followed."""

WEIGHTS = {"objectives": 2, "main": 2, "countries": 3, "tags": 1, "type": 1}
"""What each thing in common counts."""

REASON = ("objectives", "countries", "tags")
REASONS: dict[tuple[bool, ...], Any] = {
    (True, True, True): _("Same objective, country and tags"),
    (True, True, False): _("Same objective and country"),
    (True, False, True): _("Same objective and tags"),
    (True, False, False): _("Same objective"),
    (False, True, True): _("Same country and tags"),
    (False, True, False): _("Same country"),
    (False, False, True): _("Same tags"),
}
"""What it is called when these of REASON are in common."""


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
    """Published practices most like one that has these `objectives`, the main one first, and so on. Two queries.

    The newest of each likeness are compared: what they share counts by objective, country, tag and type.
    """
    of_main = Q(placements__objective=objectives[0])
    of_countries, of_tags = Q(countries__in=countries), Q(tagged_items__tag__name__in=tags)
    others = Practice.objects.published().order_by("-pk").exclude(pk=practice.pk)
    likenesses = [others.filter(of_main)]
    shared = {
        "objectives": Count("placements", filter=Q(placements__objective__in=objectives), distinct=True),
        "main": Count("placements", filter=of_main & Q(placements__position=0), distinct=True),
    }
    # What is not stated is not asked for: an empty list in a filter would make the whole query one of nothing.
    if countries:
        likenesses += [others.filter(of_main & of_countries), others.filter(of_countries)]
        shared["countries"] = Count("countries", filter=of_countries, distinct=True)
    if tags:
        likenesses.append(others.filter(of_tags))
        shared["tags"] = Count("tagged_items", filter=of_tags, distinct=True)
    if practice_type:
        shared["type"] = Count("type", filter=Q(type=practice_type), distinct=True)
    candidates = _any_of(
        [likeness.values("pk")[:CANDIDATES_PER_QUERY] for likeness in likenesses],
        Practice.objects.values_list("pk", flat=True),
    )
    found = (
        others.filter(pk__in=list(candidates))
        .only("title", "language")
        .annotate(**{f"same_{name}": count for name, count in shared.items()})
        .order_by(sum((WEIGHTS[name] * F(f"same_{name}") for name in shared), Value(0)).desc(), "-pk")
    )
    return [
        Related(other, REASONS[tuple(getattr(other, f"same_{name}", 0) > 0 for name in REASON)])
        for other in found[:MAX_RELATED]
    ]


@dataclasses.dataclass(frozen=True)
class Neighbours:
    before: Practice | None
    after: Practice | None


def neighbours(practice: Practice, selection: Selection) -> Neighbours:
    """The practices before and after this one in a list that is newest first. One query.

    None where the list begins or ends. A practice that is not in the list stands where it would be.
    """
    at, pk = practice.published_at, practice.pk
    nearest = results.neighbours(selection, pk, at)
    found = list(_any_of(nearest, Practice.objects.only("title", "language", "published_at")))
    ages = {(other.published_at, other.pk) > (at, pk): other for other in found}
    return Neighbours(before=ages.get(True), after=ages.get(False))


def neighbours_in_list(practice: Practice, listed: list[int]) -> Neighbours:
    """The same in a list of any order, given by its keys; none for a practice that is not there. One query."""
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


def _any_of[Found: QuerySet[Any]](parts: list[QuerySet[Any]], wanted: Found) -> Found:
    """Those of `wanted` whose keys any of these short lists holds. Each list is cut short for itself."""
    first, *others = [wanted.filter(pk__in=part).order_by() for part in parts]
    return first.union(*others).order_by()
