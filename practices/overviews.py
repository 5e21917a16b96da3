"""What the catalogue holds, counted: objectives against places, countries, years, and how long moderation takes."""

import dataclasses
from collections.abc import Callable, Collection
from itertools import pairwise
from typing import Any, cast

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from practices.models import Country, Objective, Practice, PracticeType, Region, Taxonomy

STEPS = 4
"""Shades that tell counts apart."""


class Shades:
    """Steps of shade for counts up to `most`: each ends at a like multiple of the one before."""

    def __init__(self, most: int) -> None:
        ends = sorted({max(1, round(most ** (step / STEPS))) for step in range(1, STEPS + 1)}) if most else []
        self.spans = [(before + 1, end) for before, end in pairwise([0, *ends])]
        """(fewest, most) of each step, the lightest first."""

    def of(self, count: int) -> int:
        """0 for none, then 1 for the lightest."""
        return sum(fewest <= count for fewest, _most in self.spans)


@dataclasses.dataclass(frozen=True)
class Axis:
    """What the gap map may set the objectives against. Its columns are values of the listing's filter `facet`."""

    label: Any
    facet: str
    path: str
    """From a practice to the row of a column."""
    rows: QuerySet[Any]


AXES = {
    "region": Axis(
        _("regions"), "region", "countries__subregion__parent", Region.objects.filter(parent=None)
    ),
    "subregion": Axis(
        _("sub-regions"), "region", "countries__subregion", Region.objects.exclude(parent=None)
    ),
    "type": Axis(_("types of practice"), "type", "type", PracticeType.objects.all()),
}


@dataclasses.dataclass(frozen=True)
class Line:
    """A row or a column: what it is of, its value in the listing's query string, its practices, each once."""

    of: Any
    value: str
    count: int


@dataclasses.dataclass(frozen=True)
class Gaps:
    """Objectives against an axis. A practice of several counts in each cell it belongs to, and once in a total."""

    columns: list[Line]
    rows: list[tuple[Line, list[int]]]
    count: int
    placeless: int
    """Practices that have no column."""

    @property
    def empty(self) -> int:
        return sum(cells.count(0) for _row, cells in self.rows)

    @property
    def size(self) -> int:
        return len(self.columns) * len(self.rows)

    @property
    def shades(self) -> Shades:
        return Shades(max((count for _row, cells in self.rows for count in cells), default=0))


def gaps(
    practices: QuerySet[Practice],
    axis: Axis,
    *,
    objectives: Collection[str] = (),
    columns: Collection[str] = (),
) -> Gaps:
    """The practices of each objective and column. Seven queries.

    `objectives` and `columns`: the values wanted, as in a query string; all when there are none. A sub-region
    is wanted with its region, and a region with its sub-region.
    """
    practices = _plain(practices)
    cells = {
        (objective, column): count
        for objective, column, count in practices.values_list("objectives", axis.path).annotate(
            count=Count("pk", distinct=True)
        )
    }
    of_objective = dict(practices.values_list("objectives").annotate(count=Count("pk")))
    of_column = dict(practices.values_list(axis.path).annotate(count=Count("pk", distinct=True)))
    wanted = axis.rows.filter(_chosen(axis, columns)).distinct() if columns else axis.rows.all()
    heads = [Line(row, row.slug, of_column.get(row.pk, 0)) for row in wanted]
    rows = [
        (
            Line(objective, str(objective.number), of_objective.get(objective.pk, 0)),
            [cells.get((objective.pk, head.of.pk), 0) for head in heads],
        )
        for objective in cast("QuerySet[Objective]", Objective.objects.all())
        if not objectives or str(objective.number) in objectives
    ]
    count = practices.count()
    placed = practices.filter(**{f"{axis.path}__isnull": False}).aggregate(count=Count("pk", distinct=True))[
        "count"
    ]
    return Gaps(heads, rows, count=count, placeless=count - placed)


def _chosen(axis: Axis, values: Collection[str]) -> Q:
    chosen = Q(slug__in=values)
    if axis.facet == "region":
        chosen |= Q(parent__slug__in=values) | Q(subregions__slug__in=values)
    return chosen


def by_objective(practices: QuerySet[Practice]) -> list[Line]:
    """The objectives that have any of the practices, in order. Two queries."""
    objectives = cast("QuerySet[Objective]", Objective.objects.all())
    return _lines(practices, "objectives", objectives, value=lambda objective: str(objective.number))


def by_country(practices: QuerySet[Practice], *, within: Region | None = None) -> list[Line]:
    """The countries, of a region if one is given, that have any of the practices; most first. Two queries."""
    countries = cast("QuerySet[Country]", Country.objects.all())
    if within:
        countries = countries.filter(Q(subregion=within) | Q(subregion__parent=within))
    lines = _lines(practices, "countries", countries, value=lambda country: country.code.lower())
    return sorted(lines, key=lambda line: -line.count)


def _lines[Row: Taxonomy](
    practices: QuerySet[Practice], path: str, rows: QuerySet[Row], *, value: Callable[[Row], str]
) -> list[Line]:
    counts = dict(_plain(practices).values_list(path).annotate(count=Count("pk", distinct=True)))
    return [Line(row, value(row), counts[row.pk]) for row in rows.filter(pk__in=[*filter(None, counts)])]


def _plain(practices: QuerySet[Practice]) -> QuerySet[Practice]:
    """The same practices, ready to be grouped: without order, columns and joins of a listing."""
    return Practice.objects.filter(pk__in=practices.order_by().values("pk"))
