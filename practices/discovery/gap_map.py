"""Numbers of practices: the gap map of objectives by regions or types, and counts by objective and country."""

import dataclasses
from collections.abc import Collection
from typing import Any, cast

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from practices.core.cache import cached_per_version
from practices.discovery import results
from practices.discovery.filters import scope_facets
from practices.discovery.results import Selection
from practices.models import (
    ALL_PRACTICES,
    WITHOUT_REGION,
    Country,
    FacetCount,
    Objective,
    Practice,
    PracticeType,
    Region,
)


@dataclasses.dataclass(frozen=True)
class Axis:
    """The columns of a gap map: values of the listing's filter `facet`."""

    label: Any
    facet: str
    path: str
    """Lookup path from a practice to the column's row."""
    rows: QuerySet[Any]


AXES = {
    "region": Axis(
        _("regions"), "region", "countries__subregion__parent", Region.objects.filter(parent=None)
    ),
    "subregion": Axis(
        _("sub-regions"),
        "region",
        "countries__subregion",
        Region.objects.exclude(parent=None).select_related("parent").order_by("parent__name", "name"),
    ),
    "type": Axis(_("types of practice"), "type", "type", PracticeType.objects.all()),
}


@dataclasses.dataclass(frozen=True)
class AxisValue:
    """A row or column, its value in the listing's query string, and its number of distinct practices."""

    item: Any
    value: str
    count: int


@dataclasses.dataclass(frozen=True)
class GapMap:
    """Objectives by columns. A practice with several values counts in each of their cells, but once in a total."""

    columns: list[AxisValue]
    rows: list[tuple[AxisValue, list[int]]]
    count: int
    without_column: int
    """Number of practices outside all columns."""

    @property
    def empty(self) -> int:
        return sum(cells.count(0) for _row, cells in self.rows)

    @property
    def size(self) -> int:
        return len(self.columns) * len(self.rows)

    @property
    def most(self) -> int:
        """The largest number in a cell."""
        return max((count for _row, cells in self.rows for count in cells), default=0)


@dataclasses.dataclass(frozen=True)
class _Numbers:
    """Numbers of practices by (objective, column), by objective, by column, overall and outside all columns."""

    cells: dict[tuple[str, str], int]
    of_objective: dict[str, int]
    of_column: dict[str, int]
    count: int
    without_column: int


@cached_per_version(lasts_if=lambda gaps: gaps.count)
def build_gap_map(
    selection: Selection, by: str, *, objectives: tuple[str, ...] = (), columns: tuple[str, ...] = ()
) -> GapMap:
    """Count the practices of each objective and column of AXES[by]. Four queries for the whole catalogue, else seven.

    `objectives` and `columns` are the values to show, as in a query string; all when empty. A region brings its
    sub-regions with it, and a sub-region its region.
    """
    axis = AXES[by]
    is_whole = selection == Selection()
    numbers = _stored_numbers(axis) if is_whole else _computed_numbers(_for_grouping(selection), axis)
    rows_of_columns = axis.rows.filter(_is_column(axis, columns)).distinct() if columns else axis.rows.all()
    heads = [AxisValue(row, row.slug, numbers.of_column.get(row.slug, 0)) for row in rows_of_columns]
    rows = []
    for objective in cast("QuerySet[Objective]", Objective.objects.all()):
        value = str(objective.number)
        if not objectives or value in objectives:
            counts = [numbers.cells.get((value, head.value), 0) for head in heads]
            rows.append((AxisValue(objective, value, numbers.of_objective.get(value, 0)), counts))
    return GapMap(heads, rows, count=numbers.count, without_column=numbers.without_column)


def _stored_numbers(axis: Axis) -> _Numbers:
    """Read the counts that publication maintains. Two queries."""
    scopes = [f"objective:{number}" for number in Objective.objects.values_list("number", flat=True)]
    inside = FacetCount.objects.filter(scope__in=scopes, facet=axis.facet, count__gt=0)
    counts = results.facet_counts(Selection())
    count, columns = counts.get(ALL_PRACTICES, 0), results.of_facet(axis.facet, counts)
    return _Numbers(
        cells={
            (scope.removeprefix("objective:"), key.removeprefix(f"{axis.facet}:")): counted
            for scope, key, counted in inside.values_list("scope", "key", "count")
        },
        of_objective=results.of_facet("objective", counts),
        of_column=columns,
        count=count,
        without_column=counts.get(WITHOUT_REGION, 0)
        if axis.facet == "region"
        else count - sum(columns.values()),
    )


def _computed_numbers(practices: QuerySet[Practice], axis: Axis) -> _Numbers:
    """Count these practices. Five queries."""
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


def _is_column(axis: Axis, values: Collection[str]) -> Q:
    condition = Q(slug__in=values)
    if axis.facet == "region":
        condition |= Q(parent__slug__in=values) | Q(subregions__slug__in=values)
    return condition


@cached_per_version(lasts_if=bool)
def by_objective(selection: Selection) -> list[AxisValue]:
    """Return the objectives with any of the practices, in order. Two queries."""
    return _axis_values(selection, "objective", "objectives__number", Objective.objects.all())


@cached_per_version(lasts_if=bool)
def by_country(selection: Selection, *, region: str = "") -> list[AxisValue]:
    """Return the countries with any of the practices, most practices first. Two queries.

    `region`: the slug of the region or sub-region they lie in.
    """
    countries = cast("QuerySet[Country]", Country.objects.select_related("subregion__parent"))
    if region:
        countries = countries.filter(Q(subregion__slug=region) | Q(subregion__parent__slug=region))
    values = _axis_values(selection, "country", "countries__code", countries)
    return sorted(values, key=lambda value: -value.count)


@cached_per_version(lasts_if=lambda lines: any(line.count for line in lines))
def by_region(selection: Selection) -> list[AxisValue]:
    """Return all regions with their numbers of the practices, which may be 0. At most two queries."""
    if _has_stored_counts(selection):
        counts = results.of_facet("region", results.facet_counts(selection))
    else:
        path = "countries__subregion__parent__slug"
        found = _for_grouping(selection).values_list(path).annotate(count=Count("pk", distinct=True))
        counts = {value: count for value, count in found if value}
    regions = cast("QuerySet[Region]", AXES["region"].rows.all())
    return [AxisValue(region, region.slug, counts.get(region.slug, 0)) for region in regions]


def outside_regions(selection: Selection) -> Selection:
    """Return the selection without the practices that name a country of any region."""
    return dataclasses.replace(selection, facet_keys=(*selection.facet_keys, (WITHOUT_REGION,)))


def _axis_values(selection: Selection, facet: str, path: str, rows: Any) -> list[AxisValue]:
    """Return each of `rows` with any of the practices."""
    if _has_stored_counts(selection):
        counts = results.of_facet(facet, results.facet_counts(selection))
    else:
        found = _for_grouping(selection).values_list(path).annotate(count=Count("pk", distinct=True))
        counts = {str(value).lower(): count for value, count in found if value is not None}
    values = [(row, str(row.natural_key()[0]).lower()) for row in rows]
    return [AxisValue(row, value, counts[value]) for row, value in values if value in counts]


def _has_stored_counts(selection: Selection) -> bool:
    """Return whether publication maintains the counts within this selection."""
    key = selection.only_key
    return key is not None and (key == ALL_PRACTICES or key.partition(":")[0] in scope_facets())


def _for_grouping(selection: Selection) -> QuerySet[Practice]:
    """Select the practices of a selection without a listing's order, columns and joins, which would break a GROUP BY."""
    practices = results.filter_practices(Practice.objects.published().order_by(), selection)
    return Practice.objects.filter(pk__in=practices.values("pk"))
