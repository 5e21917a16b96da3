"""Spelling correction: words that practices contain in place of those that none does."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q
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
    return similar_words_of_each([word])[word]


def similar_words_of_each(words: Iterable[str]) -> dict[str, list[str]]:
    """Return the `similar_words` of each word. One query, or none."""
    tokens = {word: tokenizer.fold(word) for word in words}
    checked = {word: token for word, token in tokens.items() if _may_be_mistyped(word, token)}
    ranges = sorted({(token[0], _lengths(token)) for token in checked.values()})
    wanted = [Q(initial=initial, length__range=lengths) for initial, lengths in ranges]
    columns = "word", "written", "initial", "length"
    rows = list(IndexedWord.objects.filter(reduce(or_, wanted)).values_list(*columns)) if wanted else []
    return {word: _similar(token, rows) if word in checked else [] for word, token in tokens.items()}


def _may_be_mistyped(word: str, token: str) -> bool:
    return len(token) >= MIN_LENGTH and token.isalpha() and isinstance(places.resolve(word), places.Unknown)


def _mistakes(token: str) -> int:
    return 2 if len(token) >= LONG else 1


def _lengths(token: str) -> tuple[int, int]:
    return len(token) - _mistakes(token), len(token) + _mistakes(token)


def _similar(token: str, rows: list[tuple[str, str, str, int]]) -> list[str]:
    least, most = _lengths(token)
    spelt = {
        found: written or found
        for found, written, initial, length in rows
        if initial == token[0] and least <= length <= most
    }
    matches = process.extract(
        token,
        list(spelt),
        scorer=OSA.distance,
        score_cutoff=_mistakes(token),
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
