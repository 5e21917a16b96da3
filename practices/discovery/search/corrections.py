"""Corrections of words in a search text: the countries and words that may be meant by those that no practice has."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from practices.core import tokenizer
from practices.discovery.search.place_terms import near_places
from practices.discovery.search.query import Term, lexemes_of
from practices.discovery.search.ranking import WeighedTerm
from practices.discovery.search.spelling import similar_words
from practices.models import IndexedWord

MUCH_MORE = 2
"""Times as many practices that have another spelling of a word, so that it is taken for a mistake."""


def frequencies_of(lexemes: Iterable[str]) -> dict[str, int]:
    """Return lexeme → number of practices that have it."""
    return dict(IndexedWord.objects.filter(word__in=lexemes).values_list("word", "count"))


@dataclasses.dataclass(frozen=True)
class Correction:
    """Correction of a word that no practice has: the words that may be meant, and a term that finds them."""

    words: tuple[str, ...]
    term: Term


def corrections(weighed: Sequence[WeighedTerm], frequencies: Mapping[str, int]) -> dict[Term, Correction]:
    """Return the countries and words that are spelt almost like words that no practice has.

    A mistake may leave a stem that a few practices have by chance: “remitance” has that of “remit”. Words that many
    more practices have are then meant.
    """
    found = {}
    for each in weighed:
        term = each.term
        if not term.is_word or term.concepts or term.text in frequencies:
            continue
        if not each.is_known and (meant := _country_meant(term)):
            found[term] = meant
            continue
        words = similar_words(term.text)
        if words and each.is_known:
            known = max(frequencies.get(form, 0) for form in term.forms)
            counts = frequencies_of({form for word in words for form in tokenizer.forms(word)})
            words = [word for word in words if counts.get(tokenizer.forms(word)[0], 0) > MUCH_MORE * known]
        if words:
            found[term] = Correction(tuple(words), _with_spellings(term, words))
    return found


def _country_meant(term: Term) -> Correction | None:
    """Return the countries with practices that somebody may have misspelt."""
    near = near_places(term)
    in_use = frequencies_of(lexemes_of(near.values()))
    found = {name: country for name, country in near.items() if not country.lexemes.isdisjoint(in_use)}
    phrases = tuple(run for country in found.values() for run in country.phrases)
    meant = dataclasses.replace(term, words=(), phrases=phrases, is_place=True)
    return Correction(tuple(found), meant) if found else None


def _with_spellings(term: Term, words: Sequence[str]) -> Term:
    return dataclasses.replace(
        term, words=(tuple(dict.fromkeys(form for word in words for form in tokenizer.forms(word))),)
    )
