"""Suggestions for a listing without results: fewer filters, fewer words, and related lists."""

import dataclasses
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext

from practices.core.punctuation import listed
from practices.core.stop_words import UBIQUITOUS
from practices.discovery import (
    PracticeFilter,
    Selection,
    Total,
    autocomplete,
    catalogue_names,
    results,
    search,
    topics,
)
from practices.documents.lookup import rows_named
from practices.models import Concept, Country, Objective, Region

MOST = 4
"""Alternatives of one kind that are offered."""
MOST_TOPICS = 2
"""Topics of the thesaurus among them."""
NEARBY_WORDS = 3
"""Words of a search that are looked up among the names of objectives, countries and topics."""
NEARBY_LETTERS = 4
"""Shorter words begin too many names."""


type Near = dict[tuple[str, str], Any]
"""(filter, value) → label."""


@dataclasses.dataclass(frozen=True)
class Alternative:
    """A list that has practices: its name, their number, and its query string."""

    label: str
    total: Total
    query: str


class NoResults:
    def __init__(self, practice_filter: PracticeFilter):
        self.filter = practice_filter

    @cached_property
    def fewer_filters(self) -> list[Alternative]:
        """The list without one filter, for each filter that alone hides all practices.

        One query for a search; others were counted for the sidebar.
        """
        values = self.filter.values
        names = [name for name in values if name != "main" and len(values) > 1]
        without = [{other: pairs for other, pairs in values.items() if other != name} for name in names]
        selections = [self.filter.build_selection(rest, is_ranked=True) for rest in without]
        totals = (
            results.totals(selections) if self.filter.terms else [results.total(each) for each in selections]
        )
        found = [
            Alternative(
                gettext("Without %(filter)s: %(values)s")
                % {
                    "filter": self.filter.filters[name].label,
                    "values": listed(label for _value, label in values[name]),
                },
                total,
                self.filter.encode_query([pair for pair in self.filter.pairs if pair[0] != name]),
            )
            for name, total in zip(names, totals, strict=True)
            if total.number
        ]
        return sorted(found, key=lambda alternative: -alternative.total.number)

    @cached_property
    def fewer_words(self) -> list[Alternative]:
        """Searches for some of the words under the same filters, those with most words first. At most two queries.

        A word that is unknown, so that others are searched instead, is left out.
        """
        terms = self.filter.terms
        if len(terms) < 2:
            return []
        alone = self._found([(term,) for term in terms if not term.excluded])
        known = tuple(term for (term,), _total in alone)
        several = [tuple(term for term in known if term != left_out) for left_out in known]
        if len(known) < len(terms):
            several.insert(0, known)
        found = [*self._found([words for words in dict.fromkeys(several) if len(words) > 1]), *alone]
        found.sort(key=lambda pair: (-len(pair[0]), pair[1].number))
        return [
            Alternative(text, total, self._query_for(text))
            for words, total in found[:MOST]
            for text in [" ".join(map(_typed, words))]
        ]

    def _found(
        self, searches: Sequence[tuple[search.Term, ...]]
    ) -> list[tuple[tuple[search.Term, ...], Total]]:
        """Return the searches that find practices under the same filters, each with their number. One query."""
        totals = results.totals(
            [dataclasses.replace(self.filter.selection, terms=terms) for terms in searches]
        )
        return [(terms, total) for terms, total in zip(searches, totals, strict=True) if total.number]

    def _query_for(self, text: str) -> str:
        return self.filter.encode_query(
            [("q", text), *(pair for pair in self.filter.pairs if pair[0] != "q")]
        )

    def _asked_for(self) -> Near:
        """Return the values that were asked for and, of the places, the regions they lie in. At most one query."""
        values = {
            name: self.filter.values.get(name, [])[:MOST]
            for name in ("objective", "country", "region", "tag")
        }
        near: Near = {(name, value): label for name, pairs in values.items() for value, label in pairs}
        if values["country"]:
            near |= _regions_of(rows_named(Country, [value.upper() for value, _label in values["country"]]))
        if values["region"]:
            inside = Region.objects.filter(slug__in=[value for value, _label in values["region"]])
            parents = Region.objects.filter(subregions__in=inside).distinct()
            near |= {("region", region.slug): region for region in parents}
        return near

    @cached_property
    def country(self) -> Country | None:
        """The one country that was asked for, if no practice names it."""
        chosen = rows_named(
            Country, [value.upper() for value, _label in self.filter.values.get("country", [])]
        )
        named = [row for row in catalogue_names.places_in(self._words) if isinstance(row, Country)]
        asked_for = list(dict.fromkeys([*chosen, *named]))
        if len(asked_for) != 1 or f"country:{asked_for[0].code.lower()}" in results.facet_counts(Selection()):
            return None
        return asked_for[0]

    @property
    def submit_query(self) -> str:
        """The query string of the form to submit: the first objective and the country that were asked for."""
        objectives = [value for value, _label in self.filter.values.get("objective", [])[:1]]
        wanted = [("objective", value) for value in objectives]
        if self.country:
            wanted.append(("country", self.country.code.lower()))
        return self.filter.encode_query(wanted)

    @property
    def _terms(self) -> list[search.Term]:
        return [term for term in self.filter.terms if not term.excluded]

    @property
    def _words(self) -> list[str]:
        return [word for term in self._terms for word in term.typed.split()]

    def _topics(self) -> list[Alternative]:
        """Return the topics that the words name, or else those related to them, that have practices."""
        slugs = dict.fromkeys(slug for term in self._terms for slug in term.concepts)
        in_use = topics.in_use() if slugs else set()
        rows = list(Concept.objects.visible().filter(slug__in=in_use.intersection(slugs)))
        if slugs and not rows:
            rows = list(
                Concept.objects.visible().filter(slug__in=in_use, related__slug__in=slugs).distinct()[:MOST]
            )
        queries = [urlencode({"q": row.search_text}) for row in rows[:MOST_TOPICS]]
        totals = results.totals([PracticeFilter(QueryDict(query)).selection for query in queries])
        return [
            Alternative(f"{gettext('Topic')}: {row.name}", total, query)
            for row, query, total in zip(rows, queries, totals, strict=False)
            if total.number and query != self.filter.query
        ]

    @cached_property
    def nearby(self) -> list[Alternative]:
        """Objectives, places and topics near to what was asked for, each with all its practices."""
        near = self._asked_for()
        near |= _places_in(self._words)
        words = [term.text for term in self._terms]
        telling = [word for word in words if len(word) >= NEARBY_LETTERS and word not in UBIQUITOUS]
        near |= _named(telling[:NEARBY_WORDS])
        counts = results.facet_counts(Selection())
        concepts = self._topics()
        values = [
            Alternative(
                f"{PracticeFilter.base_filters[name].label}: {label}", Total(count), urlencode({name: value})
            )
            for (name, value), label in near.items()
            if (count := counts.get(f"{name}:{value}", 0)) and self.filter.pairs != [(name, value)]
        ]
        return [*values[: MOST - len(concepts)], *concepts]


def _regions_of(countries: Iterable[Country]) -> Near:
    subregions = [country.subregion for country in countries if country.subregion]
    around = [region for subregion in subregions for region in (subregion, subregion.parent)]
    return {("region", region.slug): region for region in around if region}


def _places_in(words: Sequence[str]) -> Near:
    """Return the countries and regions that words name, and the regions in which the countries lie."""
    rows = catalogue_names.places_in(words)
    near: Near = {("country", row.code.lower()): row for row in rows if isinstance(row, Country)}
    near |= _regions_of([row for row in rows if isinstance(row, Country)])
    return near | {("region", row.slug): row for row in rows if isinstance(row, Region)}


def _named(words: Sequence[str]) -> Near:
    """Return objectives, countries and topics with one of the words in their name."""
    near: Near = {}
    for row in [row for word in words for row in autocomplete.suggest_filters(word)]:
        match row:
            case Objective():
                near["objective", str(row.number)] = row
            case Country():
                near["country", row.code.lower()] = row
            case Region():
                near["region", row.slug] = row
            case _:
                near["tag", row.slug] = row.name
    return near


def _typed(term: search.Term) -> str:
    """Return a term as one types it into the search field."""
    if term.exact:
        return f'"{term.typed}"'
    return f"{term.typed}*" if term.prefix else term.typed
