"""Plans: how the page of results reads a search text, with corrections and with practices similar in meaning."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from practices.core import places
from practices.core.cache import cached_per_version
from practices.discovery import catalogue_names, semantic, thesaurus
from practices.discovery.search.corrections import corrections, frequencies_of
from practices.discovery.search.engines import engine
from practices.discovery.search.matching import newest
from practices.discovery.search.query import Term, lexemes_of
from practices.discovery.search.ranking import AllOf, Node, Query, WeighedTerm, enough_of, strict_query, weigh
from practices.models import ALL_PRACTICES, FacetCount, IndexedPractice

MANY = 100
"""With as many results that have all words, none are added that have some of them; with as many that have some of them,
none that are similar in meaning."""
MAX_NEAR = 20
"""Practices similar in meaning that are ranked."""
MAX_BY_MEANING = 8
"""Results that are similar in meaning and that no words find."""
ENOUGH = 3
"""Practices that have a name in words, to which none are added that are similar in meaning."""
MAX_BEHIND = 0.1
"""Cosine similarity by which such a result may be behind the nearest. Of the judged practices that only meaning finds,
12 of 13 are within it, and half of those that do not belong."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """A search text as the page of results reads it."""

    weighed: tuple[WeighedTerm, ...]
    """The wanted terms, with other spellings of those that no practice has."""
    unwanted: tuple[Term, ...] = ()
    some: Node | None = None
    """Condition for a practice to be found without all terms; None if only those with all are listed."""
    corrections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(word as typed, words that were searched instead) of each word that no practice has."""
    near: tuple[int, ...] = ()
    """Practices similar in meaning to the text, nearest first: at most MAX_BY_MEANING that no words find."""
    by_words: tuple[int, ...] = ()
    """If any is similar in meaning: all practices that are found by words."""

    def query(self, facet_keys: Sequence[Sequence[str]] = ()) -> Query:
        """Return the query for all practices that are listed."""
        strict = self.strict_query(facet_keys)
        return dataclasses.replace(strict, wanted=self.some) if self.some is not None else strict

    def strict_query(self, facet_keys: Sequence[Sequence[str]] = ()) -> Query:
        """Return the query for practices that have all terms."""
        return strict_query([*(each.term for each in self.weighed), *self.unwanted], facet_keys)


def plan(terms: tuple[Term, ...], *, is_ranked: bool) -> Plan:
    """Return how to search for terms: for all of them, or if `is_ranked` for most of them."""
    if is_ranked:
        return _ranked_plan(terms)
    weighed = tuple(WeighedTerm(term, 1, is_known=True) for term in terms if not term.excluded)
    return Plan(weighed, tuple(term for term in terms if term.excluded))


@cached_per_version(lasts_if=lambda made: all(each.is_known for each in made.weighed))
def _ranked_plan(terms: tuple[Term, ...]) -> Plan:
    wanted = [term for term in terms if not term.excluded]
    unwanted = tuple(term for term in terms if term.excluded)
    everything = FacetCount.objects.filter(scope=ALL_PRACTICES, key=ALL_PRACTICES)
    size = everything.values_list("count", flat=True).first() or 0
    frequencies = frequencies_of(lexemes_of(wanted))
    weighed = weigh(wanted, frequencies, size)
    corrected = corrections(weighed, frequencies)
    if corrected:
        wanted = [corrected[term].term if term in corrected else term for term in wanted]
        frequencies = frequencies_of(lexemes_of(wanted))
        weighed = weigh(wanted, frequencies, size)
    weighed = [_without_unknown_names(each, frequencies) for each in weighed]
    found = Plan(
        tuple(weighed),
        unwanted,
        corrections=tuple((term.typed, meant.words) for term, meant in corrected.items()),
    )
    _keys_found, number = newest(found.strict_query())
    return found if number >= MANY else _with_near(dataclasses.replace(found, some=enough_of(weighed, size)))


ANYTHING = Term((ALL_PRACTICES,), words=((ALL_PRACTICES,),))
"""A term that every practice has: the facet key of all."""


def _with_near(found: Plan) -> Plan:
    """Add the practices similar in meaning to a plan, of the places it names, unless many are found by words.

    Nothing is added to what a name finds: somebody who types “Objective 21” means its practices and no others.
    """
    if not semantic.is_available() or _is_answered(found):
        return found
    by_words, _number = engine().find(found.query(), within=None, order="newest", limit=MANY)
    if len(by_words) == MANY:
        return found
    text = " ".join(each.term.typed for each in found.weighed)
    similarities = dict(semantic.nearest(text, limit=MAX_NEAR))
    near = list(similarities)
    required = [each.term for each in found.weighed if each.term.required or each.term.is_place]
    if near and (required or found.unwanted):
        query = Query(AllOf((ANYTHING, *required)), found.unwanted)
        allowed, _number = engine().find(query, within=keys_subquery(near), order="newest", limit=MAX_NEAR)
        near = [key for key in near if key in allowed]
    least = max(similarities.values(), default=0) - MAX_BEHIND
    by_meaning = [key for key in near if key not in by_words and similarities[key] >= least][:MAX_BY_MEANING]
    near = [key for key in near if key in by_words or key in by_meaning]
    return dataclasses.replace(found, near=tuple(near), by_words=tuple(by_words)) if near else found


def _is_answered(found: Plan) -> bool:
    """Return whether the terms are nothing but a name with practices: of a place, a topic, or what they are filed under.

    A name in words needs ENOUGH of them: the few practices that mention a topic are seldom all that deal with it.
    A number, as in “Objective 12”, needs none: it has no meaning that another practice could be similar to. Nor does an
    area that is no country, such as Kosovo: its neighbours are other places.
    """
    text = " ".join(each.term.typed for each in found.weighed)
    if isinstance(places.resolve(text), places.Area):
        return True
    is_place = len(found.weighed) == 1 and found.weighed[0].term.is_place
    if not (is_place or catalogue_names.named_by(text) or thesaurus.concept_named(text)):
        return False
    if text[-1].isdecimal():
        return True
    enough = 1 if is_place else ENOUGH
    counted: int = engine().count(found.strict_query(), within=None, most=enough)
    return counted == enough


def keys_subquery(practices: Sequence[int], within: QuerySet[Any] | None = None) -> tuple[str, Sequence[Any]]:
    """Return (SQL of a subquery, its parameters) for these practices, as far as they are `within` another."""
    rows = IndexedPractice.objects.filter(pk__in=practices)
    if within is not None:
        rows = rows.filter(pk__in=within)
    return rows.values("practice").query.sql_with_params()


def _without_unknown_names(weighed: WeighedTerm, frequencies: Mapping[str, int]) -> WeighedTerm:
    """Drop the names of concepts that no practice has: there are a hundred, and conditions repeat each term."""
    term = weighed.term
    phrases = tuple(run for run in term.phrases if all(map(frequencies.get, run)))
    if not term.concepts or not (phrases or term.words):
        return weighed
    return dataclasses.replace(weighed, term=dataclasses.replace(term, phrases=phrases))
