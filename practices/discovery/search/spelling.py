"""What a word that occurs nowhere was meant to be."""

import dataclasses

from rapidfuzz import process
from rapidfuzz.distance import OSA

from practices.core.tokenizer import every_stem
from practices.discovery.search.query import Term
from practices.models import Word

SHORTEST = 4
"""Shorter words have too many neighbours."""
MAX_NEIGHBOURS = 3
NEAR = 0.7
"""1 is the same word; “valetta” and “valletta” are 0.88 alike."""


def correct_spelling(terms: list[Term]) -> list[Term]:
    """The terms, of which each word unknown here stands for the words that begin with it, or else for its neighbours."""
    unknown = unknown_words(terms)
    return [_correct(term) if term in unknown else term for term in terms]


def unknown_words(terms: list[Term]) -> set[Term]:
    """The words, of those that may stand in another form, that no practice says in any."""
    plain = [term for term in terms if not (term.exact or term.prefix or term.excluded)]
    forms = {term: {term.text, *every_stem(term.text)} for term in plain}
    asked = set().union(*forms.values())
    known = set(Word.objects.filter(word__in=asked).values_list("word", flat=True)) if asked else set()
    return {term for term in plain if known.isdisjoint(forms[term])}


def _correct(term: Term) -> Term:
    if len(term.text) >= SHORTEST - 1 and Word.objects.filter(word__startswith=term.text).exists():
        return dataclasses.replace(term, prefix=True)
    return dataclasses.replace(term, alternatives=tuple(neighbours(term.text)))


def neighbours(word: str) -> list[str]:
    """Words of the catalogue that are nearly spelt like `word` and begin like it, the nearest first."""
    if len(word) < SHORTEST:
        return []
    candidates = Word.objects.filter(initial=word[0], length__range=(len(word) - 2, len(word) + 2))
    near = process.extract(
        word,
        list(candidates.values_list("word", flat=True)),
        scorer=OSA.normalized_similarity,
        score_cutoff=NEAR,
        limit=MAX_NEIGHBOURS,
    )
    return [found for found, _score, _index in near]
