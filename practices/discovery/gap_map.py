"""What the catalogue holds, counted: objectives against places, countries, years, and how long moderation takes."""

import dataclasses
from collections.abc import Collection
from itertools import pairwise
from typing import Any, cast

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from practices.discovery import results
from practices.discovery.filters import PracticeFilter, scope_facets
from practices.discovery.results import Selection
from practices.models import (
    ALL_PRACTICES,
    WITHOUT_REGION,
    Country,
    Objective,
    Practice,
    PracticeType,
    Region,
    Tally,
)

SHADES = 4
"""Shades that tell counts apart."""


class Shades:
    """Steps of shade for counts up to `most`: each ends at a like multiple of the one before."""

    def __init__(self, most: int) -> None:
        ends = (
            sorted({max(1, round(most ** (step / SHADES))) for step in range(1, SHADES + 1)}) if most else []
        )
        self.spans = [(before + 1, end) for before, end in pairwise([0, *ends])]
        """(fewest, most) of each step, the lightest first."""

    def shade_of(self, count: int) -> int:
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
class AxisValue:
    """A row or a column: what it is of, its value in the listing's query string, its practices, each once."""

    item: Any
    value: str
    count: int


@dataclasses.dataclass(frozen=True)
class GapMap:
    """Objectives against an axis. A practice of several counts in each cell it belongs to, and once in a total."""

    columns: list[AxisValue]
    rows: list[tuple[AxisValue, list[int]]]
    count: int
    without_column: int
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


@dataclasses.dataclass(frozen=True)
class _Numbers:
    """What a gap map is made of: practices by objective and column, by either, in all, and without a column."""

    cells: dict[tuple[str, str], int]
    of_objective: dict[str, int]
    of_column: dict[str, int]
    count: int
    without_column: int


def build_gap_map(
    practice_filter: PracticeFilter,
    axis: Axis,
    *,
    objectives: Collection[str] = (),
    columns: Collection[str] = (),
) -> GapMap:
    """The practices of each objective and column. Four queries for the whole catalogue, whatever it holds, else seven.

    `objectives` and `columns`: the values wanted, as in a query string; all when there are none. A sub-region
    is wanted with its region, and a region with its sub-region.
    """
    everything = practice_filter.selection == Selection()
    numbers = _tallied(axis) if everything else _counted(_plain(practice_filter.practices), axis)
    wanted = axis.rows.filter(_chosen(axis, columns)).distinct() if columns else axis.rows.all()
    heads = [AxisValue(row, row.slug, numbers.of_column.get(row.slug, 0)) for row in wanted]
    rows = []
    for objective in cast("QuerySet[Objective]", Objective.objects.all()):
        value = str(objective.number)
        if not objectives or value in objectives:
            counts = [numbers.cells.get((value, head.value), 0) for head in heads]
            rows.append((AxisValue(objective, value, numbers.of_objective.get(value, 0)), counts))
    return GapMap(heads, rows, count=numbers.count, without_column=numbers.without_column)


def _tallied(axis: Axis) -> _Numbers:
    """As publication counted them. Two queries."""
    scopes = [f"objective:{number}" for number in Objective.objects.values_list("number", flat=True)]
    inside = Tally.objects.filter(scope__in=scopes, facet=axis.facet, count__gt=0)
    everything = results.facet_counts(Selection())

    def of(facet: str) -> dict[str, int]:
        start = f"{facet}:"
        return {key.removeprefix(start): count for key, count in everything.items() if key.startswith(start)}

    count, columns = everything.get(ALL_PRACTICES, 0), of(axis.facet)
    return _Numbers(
        cells={
            (scope.removeprefix("objective:"), key.removeprefix(f"{axis.facet}:")): counted
            for scope, key, counted in inside.values_list("scope", "key", "count")
        },
        of_objective=of("objective"),
        of_column=columns,
        count=count,
        without_column=everything.get(WITHOUT_REGION, 0)
        if axis.facet == "region"
        else count - sum(columns.values()),
    )


def _counted(practices: QuerySet[Practice], axis: Axis) -> _Numbers:
    """As they are found in these practices. Five queries."""
    slug = f"{axis.path}__slug"
    cells = practices.values_list("objectives__number", slug).annotate(count=Count("pk", distinct=True))
    of_objective = practices.values_list("objectives__number").annotate(count=Count("pk"))
    of_column = practices.values_list(slug).annotate(count=Count("pk", distinct=True))
    placed = practices.filter(**{f"{axis.path}__isnull": False}).aggregate(count=Count("pk", distinct=True))
    count = practices.count()
    return _Numbers(
        cells={(str(objective), column): counted for objective, column, counted in cells},
        of_objective={str(objective): counted for objective, counted in of_objective},
        of_column=dict(of_column),
        count=count,
        without_column=count - placed["count"],
    )


def _chosen(axis: Axis, values: Collection[str]) -> Q:
    chosen = Q(slug__in=values)
    if axis.facet == "region":
        chosen |= Q(parent__slug__in=values) | Q(subregions__slug__in=values)
    return chosen


def by_objective(practice_filter: PracticeFilter) -> list[AxisValue]:
    """The objectives that have any of the practices, in order. Two queries."""
    return _lines(practice_filter, "objective", "objectives__number", Objective.objects.all())


def by_country(practice_filter: PracticeFilter, *, within: Region | None = None) -> list[AxisValue]:
    """The countries, of a region if one is given, that have any of the practices; most first. Two queries."""
    countries = cast("QuerySet[Country]", Country.objects.all())
    if within:
        countries = countries.filter(Q(subregion=within) | Q(subregion__parent=within))
    lines = _lines(practice_filter, "country", "countries__code", countries)
    return sorted(lines, key=lambda line: -line.count)


def _lines(practice_filter: PracticeFilter, facet: str, path: str, rows: Any) -> list[AxisValue]:
    """Each of `rows` that has practices. Where publication counts under what is filtered by, nobody counts again."""
    if _is_tallied(practice_filter.selection):
        tallied = results.facet_counts(practice_filter.selection)
        start = f"{facet}:"
        counts = {key.removeprefix(start): count for key, count in tallied.items() if key.startswith(start)}
    else:
        practices = _plain(practice_filter.practices)
        found = practices.values_list(path).annotate(count=Count("pk", distinct=True))
        counts = {str(value).lower(): count for value, count in found if value is not None}
    lines = [(row, str(row.natural_key()[0]).lower()) for row in rows]
    return [AxisValue(row, value, counts[value]) for row, value in lines if value in counts]


def _is_tallied(selection: Selection) -> bool:
    """Whether publication counts what is in it."""
    key = selection.only_key
    return key is not None and (key == ALL_PRACTICES or key.partition(":")[0] in scope_facets())


def _plain(practices: QuerySet[Practice]) -> QuerySet[Practice]:
    """The same practices, ready to be grouped: without order, columns and joins of a listing."""
    return Practice.objects.filter(pk__in=practices.order_by().values("pk"))
