"""Numbers of practices: the gap map of objectives by places or types, and counts by objective and country."""

import dataclasses
from collections.abc import Callable, Collection, Iterable
from operator import attrgetter
from typing import Any, cast

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from practices.core.cache import cached_per_version
from practices.core.collation import sorted_by_name
from practices.core.country_groups import COUNTRY_GROUPS, CountryGroup
from practices.discovery import results
from practices.discovery.facets import ANYWHERE
from practices.discovery.filters import scope_facets
from practices.discovery.results import Selection
from practices.models import (
    ALL_PRACTICES,
    WITHOUT_REGION,
    Country,
    FacetCount,
    FacetEntry,
    Objective,
    Practice,
    PracticeType,
    Region,
)


def _regions(wanted: Collection[str]) -> list[Any]:
    regions = Region.objects.filter(parent=None)
    if wanted and ANYWHERE not in wanted:
        regions = regions.filter(Q(slug__in=wanted) | Q(subregions__slug__in=wanted)).distinct()
    return sorted_by_name(regions)


def _subregions(wanted: Collection[str]) -> list[Any]:
    subregions = Region.objects.exclude(parent=None).select_related("parent")
    if wanted:
        subregions = subregions.filter(Q(slug__in=wanted) | Q(parent__slug__in=wanted))
    return sorted_by_name(sorted_by_name(subregions), name=attrgetter("parent"))


def _country_groups(wanted: Collection[str]) -> list[CountryGroup]:
    return [group for group in COUNTRY_GROUPS if not wanted or group.slug in wanted]


def _types(wanted: Collection[str]) -> QuerySet[Any]:
    types = PracticeType.objects.all()
    return types.filter(slug__in=wanted) if wanted else types


@dataclasses.dataclass(frozen=True)
class Axis:
    """The columns of a gap map: values of the listing's filter `facet`, each of which has a `slug`."""

    label: Any
    facet: str
    columns: Callable[[Collection[str]], Iterable[Any]]
    """Function that returns the columns for the values wanted, or all for none. A region brings its sub-regions with
    it, and a sub-region its region."""

    @property
    def is_place(self) -> bool:
        """True if the countries of a practice tell its columns."""
        return self.facet in {"region", "group"}


AXES = {
    "region": Axis(_("regions"), "region", _regions),
    "subregion": Axis(_("sub-regions"), "region", _subregions),
    "group": Axis(_("country groups"), "group", _country_groups),
    "type": Axis(_("types of practice"), "type", _types),
    "used": Axis(_("regions of use elsewhere"), "used", _regions),
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
    """Count the practices of each objective and column of AXES[by]. At most eight queries.

    `objectives` and `columns` are the values to show, as in a query string; all when empty.
    """
    axis = AXES[by]
    is_whole = selection == Selection()
    numbers = _stored_numbers(axis) if is_whole else _computed_numbers(_for_grouping(selection), axis)
    heads = [
        AxisValue(item, item.slug, numbers.of_column.get(item.slug, 0)) for item in axis.columns(columns)
    ]
    rows = []
    for objective in cast("QuerySet[Objective]", Objective.objects.all()):
        value = str(objective.number)
        if not objectives or value in objectives:
            counts = [numbers.cells.get((value, head.value), 0) for head in heads]
            rows.append((AxisValue(objective, value, numbers.of_objective.get(value, 0)), counts))
    return GapMap(heads, rows, count=numbers.count, without_column=numbers.without_column)


def _stored_numbers(axis: Axis) -> _Numbers:
    """Read the counts that publication maintains."""
    scopes = [f"objective:{number}" for number in Objective.objects.values_list("number", flat=True)]
    inside = FacetCount.objects.filter(scope__in=scopes, facet=axis.facet, count__gt=0)
    counts = results.facet_counts(Selection())
    count = counts.get(ALL_PRACTICES, 0)
    return _Numbers(
        cells={
            (scope.removeprefix("objective:"), _column_of(key)): counted
            for scope, key, counted in inside.values_list("scope", "key", "count")
        },
        of_objective=results.of_facet("objective", counts),
        of_column=results.of_facet(axis.facet, counts),
        count=count,
        without_column=counts.get(WITHOUT_REGION, 0)
        if axis.facet == "region"
        else count - _number_with_columns(_entries(axis)),
    )


def _computed_numbers(practices: QuerySet[Practice], axis: Axis) -> _Numbers:
    """Count these practices."""
    entries = _entries(axis).filter(practice__in=practices.values("pk"))
    cells = entries.values_list("practice__practice__objectives__number", "key").annotate(count=Count("*"))
    of_objective = practices.values_list("objectives__number").annotate(count=Count("pk"))
    of_column = entries.values_list("key").annotate(count=Count("*"))
    count = practices.count()
    return _Numbers(
        cells={(str(objective), _column_of(key)): counted for objective, key, counted in cells},
        of_objective={str(objective): counted for objective, counted in of_objective},
        of_column={_column_of(key): counted for key, counted in of_column},
        count=count,
        without_column=count - _number_with_columns(entries),
    )


def _entries(axis: Axis) -> QuerySet[FacetEntry]:
    """Select one row for each practice and column that it belongs to."""
    keys = [f"{axis.facet}:{column.slug}" for column in axis.columns(())]
    return FacetEntry.objects.filter(key__in=keys).order_by()


def _number_with_columns(entries: QuerySet[FacetEntry]) -> int:
    return entries.aggregate(count=Count("practice", distinct=True))["count"]


def _column_of(key: str) -> str:
    """Return the value of a facet key."""
    return key.partition(":")[2]


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
    return sorted(sorted_by_name(values, name=attrgetter("item")), key=lambda value: -value.count)


@cached_per_version(lasts_if=lambda lines: any(line.count for line in lines))
def by_region(selection: Selection) -> list[AxisValue]:
    """Return all regions with their numbers of the practices, which may be 0. At most two queries."""
    if _has_stored_counts(selection):
        counts = results.of_facet("region", results.facet_counts(selection))
    else:
        path = "countries__subregion__parent__slug"
        found = _for_grouping(selection).values_list(path).annotate(count=Count("pk", distinct=True))
        counts = {value: count for value, count in found if value}
    regions = _regions(())
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
