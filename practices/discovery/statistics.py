"""Statistics: practices by year and by the values of facets, and how long moderation takes."""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, QuerySet, Value, Window
from django.db.models.functions import ExtractYear, RowNumber

from practices.choices import EvidenceLevel, State
from practices.core.cache import cached_per_version
from practices.core.sources import name_of_page
from practices.discovery import results
from practices.discovery.facets import ANYWHERE
from practices.discovery.filters import PracticeFilter
from practices.discovery.results import Selection
from practices.models import ALL_PRACTICES, WITHOUT_REGION, Practice, Submission

LATEST = 20
"""Number of last decisions of which the current waiting time is the median."""
MOST_PUBLISHERS = 8
"""Number of publishers named as sources."""
SINGLE_VALUED = ("type", "evidence")
"""Facets of which a practice has at most one value."""


@dataclasses.dataclass(frozen=True)
class Bar:
    """A bar of a chart: a value, its label, its number, and that in percent of the largest number of the chart."""

    value: str
    label: str
    number: float
    percent: int
    count: int = 0
    """Number of practices behind `number`, where that is not a count itself."""


@dataclasses.dataclass(frozen=True)
class Chart:
    """Numbers of practices by what they state, and how many state nothing, where that is known."""

    bars: list[Bar]
    unstated: int = 0

    @property
    def most(self) -> float:
        return max((bar.number for bar in self.bars), default=0)

    @property
    def says_something(self) -> bool:
        """True if there is more than one bar to compare, and a tenth of the practices state anything."""
        stated = sum(bar.number for bar in self.bars)
        return sum(bar.number > 0 for bar in self.bars) > 1 and stated * 9 >= self.unstated


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


@dataclasses.dataclass(frozen=True)
class Origins:
    """Origins of the practices."""

    submitted: int
    """Practices that were submitted here, and that moderators published."""
    entered: int
    """Practices that the catalogue took over from elsewhere."""
    publishers: list[tuple[str, int]]
    """(publisher or host, number of practices) of the pages that most practices name as their source."""


@cached_per_version
def origins() -> Origins:
    """Count practices by where they come from. Two queries, which read the source of every practice."""
    practices = Practice.objects.published().order_by()
    sources = practices.values_list("source_url", flat=True)
    publishers = Counter(name_of_page(address, {}) for address in sources if address)
    submitted = practices.filter(pk__in=Submission.objects.original().values("practice")).count()
    return Origins(submitted, len(sources) - submitted, publishers.most_common(MOST_PUBLISHERS))


def by_publication_year() -> Chart:
    """Count practices by the year in which the catalogue published them. Years without any share a bar. One query."""
    return _by_year(ExtractYear("published_at"))


def by_start_year() -> Chart:
    """Count practices by the year in which they started. Years without any share a bar. One query."""
    return _by_year(F("start_year"))


def _by_year(year: Any) -> Chart:
    practices = Practice.objects.published().order_by()
    counts = dict(practices.values_list(year).annotate(count=Count("pk")))
    unstated = counts.pop(None, 0)
    years = [(year, year) for year in counts]
    years += [(before + 1, after - 1) for before, after in pairwise(sorted(counts)) if after - before > 1]
    return Chart(bars((*_span(*span), counts.get(span[0], 0)) for span in sorted(years)), unstated)


def _span(first: int, last: int) -> tuple[str, str]:
    """Return the value and the label of a year, or of the years between two others."""
    return str(first), str(first) if first == last else f"{first}–{last}"


def by_facet(name: str) -> Chart:
    """Count practices by the values of a facet, without "none stated"; of regions, without sub-regions.

    Two queries for the first facet of a process, one for the next.
    """
    counts = results.facet_counts(Selection())
    values = [
        value
        for value in PracticeFilter.base_filters[name].values()
        if not value.depth and value.value not in (ANYWHERE, EvidenceLevel.NONE_STATED)
    ]
    found = bars((value.value, value.label, counts.get(f"{name}:{value.value}", 0)) for value in values)
    total = counts.get(ALL_PRACTICES, 0)
    if name == "region":
        return Chart(found, counts.get(WITHOUT_REGION, 0))
    return Chart(found, total - int(sum(bar.number for bar in found)) if name in SINGLE_VALUED else 0)


def bars(numbers: Iterable[tuple[str, str, float]], counts: dict[str, int] | None = None) -> list[Bar]:
    """Return a bar for each (value, label, number)."""
    found = list(numbers)
    most = max((number for _value, _label, number in found), default=0)
    return [
        Bar(
            value,
            label,
            number,
            percent=round(100 * number / most) if most else 0,
            count=(counts or {}).get(value, 0),
        )
        for value, label, number in found
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
