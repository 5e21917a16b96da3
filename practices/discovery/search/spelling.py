"""Spelling correction: words that occur in the catalogue in place of those that do not."""

from rapidfuzz import process
from rapidfuzz.distance import OSA

from practices.discovery.search.query import Term
from practices.models import IndexedWord

MIN_LENGTH = 6
"""Shorter words have too many similar ones."""
LONG = 9
"""Letters from which a word may have two mistakes."""
MAX_ALTERNATIVES = 3


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
    """Return words of the catalogue with the same initial that are spelt almost the same."""
    if len(word) < MIN_LENGTH:
        return []
    candidates = IndexedWord.objects.filter(initial=word[0], length__range=(len(word) - 2, len(word) + 2))
    matches = process.extract(
        word,
        list(candidates.values_list("word", flat=True)),
        scorer=OSA.distance,
        score_cutoff=2 if len(word) >= LONG else 1,
        limit=MAX_ALTERNATIVES,
    )
    return [found for found, distance, _index in matches if distance == matches[0][1]]
