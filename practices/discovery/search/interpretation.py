"""From a search text to terms: without stop words, with the other names of the concepts and places that it mentions."""

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import pairwise

from practices.core import time_zones, tokenizer
from practices.discovery import catalogue_names, thesaurus
from practices.discovery.search.entry import name_lexeme
from practices.discovery.search.place_terms import with_places
from practices.discovery.search.query import Run, Term, parse, soft_term, without_stop_words
from practices.discovery.search.spelling import unknown_words
from practices.models import IndexedWord

SPLIT_LETTERS, MAX_SPLIT_LETTERS = 6, 24
"""Letters of a word that is looked for as two."""
ELECTRONIC = "e"
"""The letter in “e-learning”."""
PART_LETTERS = 2
"""Letters of each of the two, at least."""
SPLIT_TERMS = 12
"""Longer search texts are titles, whose words are written as they are there."""


@dataclasses.dataclass(frozen=True)
class _Word:
    """A word that may name a concept: a term, or one sign of a term in a script without spaces."""

    term: Term
    typed: str


def interpret(text: str) -> list[Term]:
    """Return the terms of a search text. Empty if it contains no words, or only excluded ones."""
    terms = without_stop_words(_with_letters(with_places(list(_with_concepts(parse(text))))))
    terms = [_with_names(term) for term in terms]
    return _with_split_words(_with_joined_words(terms)) if any(not term.excluded for term in terms) else []


def _with_concepts(terms: Sequence[Term]) -> Iterator[Term]:
    """Yield the terms, with those that name a concept in one."""
    words = [word for term in terms for word in _words(term)]
    mentions: dict[tuple[int, int], list[str]] = {}
    for mention in thesaurus.concepts_in([word.typed for word in words]):
        mentions.setdefault((mention.start, mention.stop), []).append(mention.concept)
    place = 0
    for start, stop in [*mentions, (len(words), len(words))]:
        yield from _plain_terms(words[place:start])
        place = start
        if (start, stop) in mentions:
            yield from _concept_terms(words[start:stop], mentions[start, stop])
            place = stop


def _words(term: Term) -> list[_Word]:
    if term.exact or term.excluded or term.prefix:
        return [_Word(term, "")]  # names nothing, and parts the words around it
    if len(term.tokens) > 1 and "".join(term.tokens) == term.typed:
        return [_Word(term, token) for token in term.tokens]
    return [_Word(term, term.typed)]


def _plain_terms(words: Sequence[_Word]) -> Iterator[Term]:
    """Yield the terms of words. Of one whose other signs name a concept, the signs that are left are a term."""
    for term in dict.fromkeys(word.term for word in words):
        typed = [word.typed for word in words if word.term == term]
        yield term if len(typed) == len(_words(term)) else soft_term("".join(typed))


def _concept_terms(words: Sequence[_Word], concepts: Sequence[str]) -> Iterator[Term]:
    """Yield the terms of words that name concepts: each occurs where it does itself, or any name of the concepts."""
    indexed: list[Run] = [run for concept in concepts for run in thesaurus.index_runs(concept)]
    names = tuple(dict.fromkeys(run for concept in concepts for run in thesaurus.phrases(concept)))
    terms = list(dict.fromkeys(word.term for word in words))
    if len(terms) == 1 and len(words) > 1:  # signs of a script without spaces
        terms = [soft_term("".join(word.typed for word in words))]
    english = {form for concept in concepts for form in thesaurus.english_forms(concept)}
    for term in without_stop_words(terms):
        phrases = tuple(dict.fromkeys([*term.phrases, *indexed]))
        is_foreign = english.isdisjoint(term.forms)
        yield dataclasses.replace(
            term, phrases=phrases, names=names, concepts=tuple(concepts), is_foreign=is_foreign
        )


def _with_names(term: Term) -> Term:
    """Return a term that is also found by names in another language than English: of objectives, types, cities."""
    if term.excluded or term.exact or term.prefix or term.is_place:
        return term
    keys = catalogue_names.keys_named(term.typed, term.forms)
    phrases: list[Run] = [(name_lexeme(*key),) for key in keys]
    if city := time_zones.city_named(term.typed):
        phrases += tokenizer.runs(city)
    is_foreign = term.is_foreign or bool(
        phrases and not term.concepts and (city or catalogue_names.keys_named(term.typed, term.forms[:1]))
    )
    return dataclasses.replace(term, phrases=(*term.phrases, *phrases), is_foreign=is_foreign)


def _with_letters(terms: Sequence[Term]) -> list[Term]:
    """Return the terms, with a word behind an “e” that stands alone found first where both are written as one.

    “e migrate” means “eMigrate”. The letter is a stop word in other languages, and is left out later.
    """
    found = list(terms)
    for place, (first, second) in enumerate(pairwise(terms), start=1):
        if first.is_word and first.text == ELECTRONIC and second.is_word:
            apart = tuple((form,) for form in second.forms)
            joined = tokenizer.forms(first.typed + second.typed)
            found[place] = dataclasses.replace(second, words=(joined,), phrases=(*second.phrases, *apart))
    return found


def _with_joined_words(terms: list[Term]) -> list[Term]:
    """Return the terms, with two words that follow each other also found where they are written as one."""
    joined: dict[Term, list[Run]] = {}
    for first, second in pairwise(terms):
        if first.is_word and second.is_word:
            for term in (first, second):
                joined.setdefault(term, []).extend(
                    (form,) for form in tokenizer.forms(first.typed + second.typed)
                )
    return [
        dataclasses.replace(term, phrases=(*term.phrases, *joined[term])) if term in joined else term
        for term in terms
    ]


def _with_split_words(terms: list[Term]) -> list[Term]:
    """Return the terms, with a word that no practice has also found where it is written as two: “asylum seeker”.

    At most two queries.
    """
    words = [term for term in terms if term.is_word and SPLIT_LETTERS <= len(term.text) <= MAX_SPLIT_LETTERS]
    if len(terms) > SPLIT_TERMS:
        return terms
    unknown = unknown_words(words)
    splits = {term: _splits(term.text) for term in terms if term in unknown}
    known = _known({part for each in splits.values() for split in each for part in split})
    return [
        dataclasses.replace(term, phrases=(*term.phrases, *_runs(splits[term], known)))
        if term in splits
        else term
        for term in terms
    ]


def _splits(word: str) -> list[tuple[str, str]]:
    """Return a word in two parts, in each way there is."""
    cuts = range(PART_LETTERS, len(word) - PART_LETTERS + 1)
    return [(word[:cut], word[cut:]) for cut in cuts]


def _known(parts: set[str]) -> set[str]:
    """Return those words that a practice has in any form. At most one query."""
    forms = {part: tokenizer.forms(part) for part in parts}
    rows = IndexedWord.objects.filter(word__in={form for each in forms.values() for form in each})
    lexemes = set(rows.values_list("word", flat=True)) if parts else set()
    return {part for part in parts if not lexemes.isdisjoint(forms[part])}


def _runs(splits: Sequence[tuple[str, str]], known: set[str]) -> Iterator[Run]:
    """Yield the phrases of the splits that consist of known words."""
    for split in splits:
        if known.issuperset(split):
            yield from tokenizer.runs(" ".join(split))
