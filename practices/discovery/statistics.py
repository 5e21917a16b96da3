"""The catalogue in numbers: how much there is of what, and how long moderation takes."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, QuerySet, Value, Window
from django.db.models.functions import ExtractYear, RowNumber

from practices.choices import State
from practices.discovery import results
from practices.discovery.results import Selection
from practices.models import Objective, Practice, PracticeType, Region, Submission

LATEST = 20
"""Decisions that the present turn-around is taken from."""
MAX_YEARS = 80
"""Years without anything are shown between others, unless that makes a list of more than these."""


@dataclasses.dataclass(frozen=True)
class Bar:
    """A number with what it is of; `item` may be a row of the reference data or a year, None where none is stated."""

    item: Any
    number: float
    percent: int
    """Of the largest of its chart."""
    count: int = 0
    """Practices behind a number that is not a count itself."""


@dataclasses.dataclass(frozen=True)
class WaitingTimes:
    """Median spans from submission to decision; None where nothing has been decided yet."""

    latest: timedelta | None
    """Of the last decisions, for or against."""
    latest_count: int
    published: timedelta | None
    """Of all that was published through a submission."""
    by_year: dict[int, tuple[timedelta, int]]
    """Year of publication → (median, submissions)."""


def by_year(practices: QuerySet[Practice], field: str) -> list[Bar]:
    """Practices by the year of a date, the first year first; without a date last. One query."""
    counts = dict(practices.order_by().values_list(ExtractYear(field)).annotate(count=Count("pk")))
    undated = counts.pop(None, 0)
    first, last = min(counts, default=0), max(counts, default=-1)
    years = range(first, last + 1) if last - first < MAX_YEARS else sorted(counts)
    return bars([*((year, counts.get(year, 0)) for year in years), *([(None, undated)] if undated else [])])


def by_objective() -> list[Bar]:
    """All practices, as publication counted them; two queries, as for the others of these."""
    return _by("objective", Objective.objects.all())


def by_region() -> list[Bar]:
    return _by("region", Region.objects.filter(parent=None))


def by_type() -> list[Bar]:
    return _by("type", PracticeType.objects.all())


def _by(facet: str, rows: QuerySet[Any]) -> list[Bar]:
    counts = results.facet_counts(Selection())
    values = [(row, row.number if facet == "objective" else row.slug) for row in rows]
    return bars((row, counts.get(f"{facet}:{value}", 0)) for row, value in values)


def bars(numbers: Iterable[tuple[Any, float]], counts: dict[Any, int] | None = None) -> list[Bar]:
    pairs = list(numbers)
    most = max((number for _of, number in pairs), default=0)
    return [
        Bar(of, number, percent=round(100 * number / most) if most else 0, count=(counts or {}).get(of, 0))
        for of, number in pairs
    ]


def waiting_times() -> WaitingTimes:
    """Three queries. What moderation decides without publishing shows once the catalogue changes next."""
    decided = Submission.objects.filter(
        state__in=[State.PUBLISHED, State.REJECTED], submitted_at__isnull=False, decided_at__isnull=False
    ).annotate(wait=ExpressionWrapper(F("decided_at") - F("submitted_at"), DurationField()))
    published = decided.filter(state=State.PUBLISHED, practice__withdrawn_at=None, practice__isnull=False)
    latest = list(decided.order_by("-decided_at", "-pk").values_list("wait", flat=True)[:LATEST])
    whole = _medians(published.annotate(group=Value(0)))
    return WaitingTimes(
        latest=_middle(latest) if latest else None,
        latest_count=len(latest),
        published=whole[0][0] if whole else None,
        by_year=_medians(published.annotate(group=ExtractYear("decided_at"))),
    )


def _medians(submissions: QuerySet[Submission]) -> dict[int, tuple[timedelta, int]]:
    """Group → (median wait, submissions), the first first. The database sends the one or two in the middle alone."""
    middle = (
        submissions.order_by()
        .annotate(
            size=Window(Count("pk"), partition_by=[F("group")]),
            place=Window(RowNumber(), partition_by=[F("group")], order_by=[F("wait").asc(), F("pk").asc()])
            * 2,
        )
        .filter(place__gte=F("size"), place__lte=F("size") + 2)
        .values_list("group", "wait", "size")
    )
    groups = defaultdict(list)
    for group, wait, size in middle:
        groups[group, size].append(wait)
    return {group: (_middle(spans), size) for (group, size), spans in sorted(groups.items())}


def _middle(spans: list[timedelta]) -> timedelta:
    spans = sorted(spans)
    return (spans[(len(spans) - 1) // 2] + spans[len(spans) // 2]) / 2
