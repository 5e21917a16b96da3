"""Statistics: practices by year, objective, region and type, and how long moderation takes."""

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
"""Number of last decisions of which the current waiting time is the median."""
MAX_YEARS = 80
"""Longest span of years shown without gaps; beyond it, years without practices are left out."""


@dataclasses.dataclass(frozen=True)
class Bar:
    """A bar of a chart. Its `item` is a row of the reference data or a year; None for "not stated"."""

    item: Any
    number: float
    percent: int
    """Percent of the largest number in the chart."""
    count: int = 0
    """Number of practices behind `number`, where that is not a count itself."""


@dataclasses.dataclass(frozen=True)
class WaitingTimes:
    """Median times from submission to decision; None before the first decision."""

    latest: timedelta | None
    """Median of the last decisions, published and rejected."""
    latest_count: int
    published: timedelta | None
    """Median of all published submissions."""
    by_year: dict[int, tuple[timedelta, int]]
    """Year of publication → (median, submissions)."""


def by_year(practices: QuerySet[Practice], field: str) -> list[Bar]:
    """Count practices by the year of a date field, in order, those without a date last. One query."""
    counts = dict(practices.order_by().values_list(ExtractYear(field)).annotate(count=Count("pk")))
    undated = counts.pop(None, 0)
    first, last = min(counts, default=0), max(counts, default=-1)
    years = range(first, last + 1) if last - first < MAX_YEARS else sorted(counts)
    return bars([*((year, counts.get(year, 0)) for year in years), *([(None, undated)] if undated else [])])


def by_objective() -> list[Bar]:
    """Return the practices of each objective. Two queries, as for regions and types."""
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
    """Compute the waiting times. Three queries.

    Pages cache them per version of the catalogue, so a rejection shows with the next publication.
    """
    reviewed = Submission.objects.reviewed().filter(submitted_at__isnull=False, decided_at__isnull=False)
    decided = reviewed.annotate(wait=ExpressionWrapper(F("decided_at") - F("submitted_at"), DurationField()))
    published = decided.filter(state=State.PUBLISHED, practice__withdrawn_at=None, practice__isnull=False)
    latest = list(decided.order_by("-decided_at", "-pk").values_list("wait", flat=True)[:LATEST])
    overall = _medians(published.annotate(group=Value(0)))
    return WaitingTimes(
        latest=_median(latest) if latest else None,
        latest_count=len(latest),
        published=overall[0][0] if overall else None,
        by_year=_medians(published.annotate(group=ExtractYear("decided_at"))),
    )


def _medians(submissions: QuerySet[Submission]) -> dict[int, tuple[timedelta, int]]:
    """Return group → (median wait, number of submissions), in order of group.

    Only the one or two middle rows of each group leave the database.
    """
    middle_rows = (
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
    for group, wait, size in middle_rows:
        groups[group, size].append(wait)
    return {group: (_median(spans), size) for (group, size), spans in sorted(groups.items())}


def _median(spans: list[timedelta]) -> timedelta:
    spans = sorted(spans)
    return (spans[(len(spans) - 1) // 2] + spans[len(spans) // 2]) / 2
