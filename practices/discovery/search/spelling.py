"""Spelling correction: words that practices contain in place of those that none does."""

from rapidfuzz import process
from rapidfuzz.distance import OSA

from practices.core import places, tokenizer
from practices.discovery.search.query import Term
from practices.models import IndexedWord

MIN_LENGTH = 6
"""Shorter words have too many similar ones: “whale” is not “whole”."""
LONG = 9
"""A word of so many letters may have two mistakes; others may have one."""
MAX_ALTERNATIVES = 3
MAX_COMPARED = 10


def unknown_words(terms: list[Term]) -> set[Term]:
    """Return the terms that no practice contains in any form; quoted, prefixed and excluded ones are not checked."""
    checked = [term for term in terms if term.is_word]
    all_forms = set().union(*(term.forms for term in checked))
    known = (
        set(IndexedWord.objects.filter(word__in=all_forms).values_list("word", flat=True))
        if all_forms
        else set()
    )
    return {term for term in checked if known.isdisjoint(term.forms)}


def similar_words(word: str) -> list[str]:
    """Return words of practices with the same initial that are spelt similarly, as they are written, most similar first.

    Empty for a word with digits and for the name of a place, which is no mistake if no practice has it: Niger is not
    Nigeria.
    """
    token = tokenizer.fold(word)
    if len(token) < MIN_LENGTH or not token.isalpha() or not isinstance(places.resolve(word), places.Unknown):
        return []
    mistakes = 2 if len(token) >= LONG else 1
    lengths = len(token) - mistakes, len(token) + mistakes
    rows = IndexedWord.objects.filter(initial=token[0], length__range=lengths).values_list("word", "written")
    spelt = {found: written or found for found, written in rows}
    matches = process.extract(
        token,
        list(spelt),
        scorer=OSA.distance,
        score_cutoff=mistakes,
        limit=MAX_COMPARED,
    )
    found: dict[str, None] = {}
    forms: set[str] = set()
    for similar, _distance, _index in matches:
        stems = tokenizer.forms(similar)[1:]
        if forms.isdisjoint(stems):  # another form of a word finds the same
            found[spelt[similar]] = None
        forms.update(stems)
    return list(found)[:MAX_ALTERNATIVES]
