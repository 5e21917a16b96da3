"""The listing's view of its filter: facets with counts, chips, and corrected words."""

import dataclasses
import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from practices.core.cache import cached_per_version
from practices.core.plain_text import plain
from practices.discovery import (
    COLLAPSED_AFTER,
    Counts,
    Facet,
    FacetValue,
    FilterValues,
    PracticeFilter,
    results,
)
from practices.documents import FIRST_YEAR, LAST_YEAR


@dataclasses.dataclass(frozen=True)
class Option:
    """A value of a facet. `count` is the number of practices with it under all other filters in force."""

    value: str
    label: str
    count: int
    is_lower_bound: bool
    """True if counting stopped before all practices were seen."""
    chosen: bool
    depth: int


@dataclasses.dataclass(frozen=True)
class ShownFacet:
    """A facet as the sidebar shows it.

    Collapsed are `more`, further values with practices, and `unmatched`, values without any.
    """

    name: str
    label: Any
    options: list[Option]
    more: list[Option]
    unmatched: list[Option]
    is_chosen: bool


@dataclasses.dataclass(frozen=True)
class Chip:
    """A value in force, and the query string of the listing without it."""

    facet: Any
    label: str
    query_without: str


@dataclasses.dataclass(frozen=True)
class Correction:
    """A word that no practice has, and the words that were searched instead."""

    typed: str
    words: list[str]
    query_as_typed: str
    """Query string of the search for the very word that was typed."""


class Sidebar:
    first_year, last_year = FIRST_YEAR, LAST_YEAR

    def __init__(self, practice_filter: PracticeFilter):
        self.filter = practice_filter

    @property
    def facets(self) -> list[ShownFacet]:
        """Every facet, with its values and their counts."""
        return self.shown([name for name, facet in self.filter.filters.items() if isinstance(facet, Facet)])

    def shown(self, names: Sequence[str]) -> list[ShownFacet]:
        """Return the facets of these names, with their values and counts."""
        without = {
            name: self.filter.build_selection(self._values_without(name), is_ranked=True)
            if name in self.filter.values
            else self.filter.ranked_selection
            for name in names
        }
        counts = results.facet_counts_of(without.values())
        return [self._shown(self.filter.filters[name], counts[without[name]]) for name in names]

    def _shown(self, facet: Facet, counts: Counts) -> ShownFacet:
        chosen = dict(self.filter.values.get(facet.name, []))
        offered = _offered()[facet.name]
        if others := {
            value: FacetValue(value, label) for value, label in chosen.items() if value not in offered
        }:
            offered = offered | others
        options = [
            Option(
                value.value,
                value.label,
                count=sum(counts.get(key, 0) for key in self.filter.keys_for(facet, value.value)),
                is_lower_bound=counts.is_lower_bound,
                chosen=value.value in chosen,
                depth=value.depth,
            )
            for value in offered.values()
        ]
        shown = [option for option in options if option.count or option.chosen]
        more: list[Option] = []
        unmatched: list[Option] = []
        if facet.most_used_first:
            ranked = sorted(shown, key=lambda option: (not option.chosen, -option.count))
            shown, more = ranked[:COLLAPSED_AFTER], sorted(ranked[COLLAPSED_AFTER:], key=options.index)
        else:
            unmatched = [option for option in options if not (option.count or option.chosen)]
        return ShownFacet(facet.name, facet.label, shown, more, unmatched, is_chosen=bool(chosen))

    def _values_without(self, name: str) -> FilterValues:
        return {other: pairs for other, pairs in self.filter.values.items() if other != name}

    @property
    def has_filters(self) -> bool:
        """True if the list is narrowed down by anything but words, or was meant to be."""
        return bool(self.filter.values.keys() - {"q"} or self.filter.error_messages)

    @property
    def typed(self) -> dict[str, str]:
        """The values of the text fields: as typed where the filter has errors, else in their canonical spelling."""
        names = ("q", "since", "until")
        if self.filter.error_messages:
            return {name: plain(self.filter.form[name].value() or "") for name in names}
        return {name: value for name in names for value, _label in self.filter.values.get(name, [])}

    @cached_property
    def chips(self) -> list[Chip]:
        return [
            Chip(
                facet=self.filter.filters[name].label,
                label=label,
                query_without=self.filter.encode_query(
                    [pair for pair in self.filter.pairs if pair != (name, value)]
                ),
            )
            for name, pairs in self.filter.values.items()
            for value, label in pairs
        ]

    @property
    def filters_chosen(self) -> int:
        """The number of values in force besides the words of the search, which stand in their own field."""
        return sum(len(pairs) for name, pairs in self.filter.values.items() if name != "q")

    @cached_property
    def corrections(self) -> list[Correction]:
        """The words of the search that no practice has."""
        selection = self.filter.ranked_selection
        found = results.search_hits(selection, self.filter.sort).corrections if selection.terms else ()
        return [Correction(typed, list(words), self._query_quoting(typed)) for typed, words in found]

    def _query_quoting(self, word: str) -> str:
        """Return the query string of the listing with a word of the search in quotation marks."""
        whole_word = rf"(?<!\w){re.escape(word)}(?!\w)"
        return self.filter.encode_query(
            [
                (
                    name,
                    re.sub(whole_word, lambda found: f'"{found[0]}"', value, count=1)
                    if name == "q"
                    else value,
                )
                for name, value in self.filter.pairs
            ]
        )


@cached_per_version(in_process=True)
def _offered() -> dict[str, dict[str, FacetValue]]:
    """Return facet → value → the values that are offered whatever is chosen."""
    counts = results.counts_of_all()
    facets = [facet for facet in PracticeFilter.base_filters.values() if isinstance(facet, Facet)]
    return {facet.name: {value.value: value for value in facet.options(counts)} for facet in facets}
