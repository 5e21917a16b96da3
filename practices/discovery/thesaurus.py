"""The concepts of migration that a text mentions, and all names of each, in the official languages of the UN.

Staff edit concepts in the admin. They are compiled once for each version of the catalogue's names and kept in this
process, so that a search costs no query for them.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import contains

from practices.choices import UN_LANGUAGES
from practices.core import catalogue_version, tokenizer
from practices.core.cache import cached_per_version
from practices.core.stop_words import STOP_WORDS
from practices.models import Concept

type Phrase = tuple[str, ...]
"""Lexemes of the search index that follow each other in a text."""

SHORT = 2
"""Letters and digits. Abbreviations up to this length mean a concept only in capitals, and are not searched for."""
LONGEST_ABBREVIATION = 12
"""Letters."""


@dataclasses.dataclass(frozen=True)
class Mention:
    """A concept, by its slug, that the words from `start` up to `stop` name."""

    concept: str
    start: int
    stop: int


@dataclasses.dataclass(frozen=True)
class _Name:
    """A name of a concept: for each of its words, the lexemes by which the word is known."""

    concept: str
    words: tuple[tuple[str, ...], ...]
    is_abbreviation: bool
    only_in_capitals: bool


@dataclasses.dataclass(frozen=True)
class _Thesaurus:
    names: Mapping[str, Mapping[str, Sequence[str]]]
    """Slug of the concept → language code → names."""
    by_first_lexeme: Mapping[str, Sequence[_Name]]


def concepts_in(words: Sequence[str]) -> list[Mention]:
    """Return the concepts that words name in any language, in order: the longest names, none inside another.

    `words` are as typed. Those of scripts without spaces are given sign by sign. A name that several concepts have
    mentions each of them, but one that is written like the words goes before others that share their stems, so that
    “employers” does not mention employment.
    """
    found_words = [(word, place) for place, typed in enumerate(words) for word in tokenizer.each_word(typed)]
    places = [place for _word, place in found_words]
    forms = [set(tokenizer.forms(word.written)) for word, _place in found_words]
    found: list[Mention] = []
    at = 0
    while at < len(places):
        names = [
            name
            for name in _names_at(at, forms)
            if _covers_whole_words(places, at, at + len(name.words))
            and (not name.only_in_capitals or words[places[at]].isupper())
        ]
        length = max((len(name.words) for name in names), default=0)
        if length:
            span = places[at], places[at + length - 1] + 1
            tokens = [word.token for word, _place in found_words[at : at + length]]
            longest = [name for name in names if len(name.words) == length]
            exact = [name for name in longest if all(map(contains, name.words, tokens))]
            found += [
                Mention(concept, *span)
                for concept in dict.fromkeys(each.concept for each in exact or longest)
            ]
        at += length or 1
    return found


def concept_named(text: str) -> str | None:
    """Return the slug of the concept whose name `text` is as a whole, or None. The first of several."""
    words = text.split()
    mentions = concepts_in(words)
    return next((each.concept for each in mentions if (each.start, each.stop) == (0, len(words))), None)


def concepts() -> Iterable[str]:
    """Return the slugs of all concepts."""
    return _thesaurus().names


def names(concept: str) -> Mapping[str, Sequence[str]]:
    """Return language code → names of a concept, the preferred one first. Empty for an unknown slug."""
    return _thesaurus().names.get(concept, {})


def phrases(concept: str) -> tuple[Phrase, ...]:
    """Return all that the names of a concept look like in the search index; none that contains another."""
    return _phrases(catalogue_version.names_version(), concept)


@lru_cache(maxsize=2_000)
def _phrases(version: str, concept: str) -> tuple[Phrase, ...]:
    runs = {
        f" {' '.join(run)} ": run
        for language, texts in _compile(version).names.get(concept, {}).items()
        for name in texts
        if not (_is_abbreviation(name) and _is_short(name))
        for run in _runs(name, language)
    }
    kept: list[str] = []
    for text in sorted(runs, key=len):
        if not any(shorter in text for shorter in kept):
            kept.append(text)
    return tuple(runs[text] for text in kept)


def _runs(name: str, language: str) -> Iterator[Phrase]:
    """Return the words of a name as they are written, and as stems where the language has them."""
    tokens = tokenizer.tokens(name)
    yield tuple(tokens)
    if _is_abbreviation(name):
        yield (*tokens[:-1], tokens[-1] + "s")
    elif tokenizer.is_stemmed(language):
        yield tuple(tokenizer.lexemes(word, language)[1] for word in tokenizer.each_word(name))


def _names_at(at: int, forms: Sequence[set[str]]) -> Iterator[_Name]:
    """Return the names whose words are those from `at` on, each once."""
    first = _thesaurus().by_first_lexeme
    candidates = chain.from_iterable(first.get(form, ()) for form in forms[at])
    for name in dict.fromkeys(candidates):
        rest = forms[at + 1 : at + len(name.words)]
        if len(rest) == len(name.words) - 1 and not any(
            form.isdisjoint(word) for word, form in zip(name.words[1:], rest, strict=True)
        ):
            yield name


def _covers_whole_words(places: Sequence[int], start: int, stop: int) -> bool:
    """Return whether tokens begin and end where typed words do: “labour” in “labour-intensive” names nothing."""
    begins = start == 0 or places[start - 1] != places[start]
    return begins and (stop == len(places) or places[stop - 1] != places[stop])


# Compilation --------------------------------------------------------------------------------


def _thesaurus() -> _Thesaurus:
    return _compile(catalogue_version.names_version())


@lru_cache(maxsize=1)
def _compile(version: str) -> _Thesaurus:
    return _compile_once()


@cached_per_version(across_publications=True)
def _compile_once() -> _Thesaurus:
    """Compile the concepts that are not hidden, in about a second for 600 of them. One query."""
    rows = Concept.objects.visible().values_list("slug", "names")
    # PostgreSQL has the keys of JSON in an order of its own.
    names = {slug: {code: by[code] for code in UN_LANGUAGES if code in by} for slug, by in rows}
    by_tokens: dict[Phrase, list[_Name]] = defaultdict(list)
    for concept, by_language in names.items():
        for language, texts in by_language.items():
            for text in texts:
                words = list(tokenizer.each_word(text))
                by_tokens[tuple(word.token for word in words)].append(_name(concept, text, words, language))
    by_first_lexeme: dict[str, list[_Name]] = defaultdict(list)
    for tokens, its in by_tokens.items():
        is_ambiguous = len({name.concept for name in its}) > 1
        if not tokens or (is_ambiguous and all(name.is_abbreviation for name in its)):
            continue  # an abbreviation that may mean either of two concepts means none
        for name in its:
            for lexeme in name.words[0]:
                by_first_lexeme[lexeme].append(name)
    return _Thesaurus(names, dict(by_first_lexeme))


def _name(concept: str, text: str, words: Sequence[tokenizer.Word], language: str) -> _Name:
    is_abbreviation = _is_abbreviation(text)
    if not is_abbreviation and tokenizer.is_stemmed(language):
        lexemes = tuple(tokenizer.lexemes(word, language) for word in words)
    else:
        lexemes = tuple((word.token,) for word in words)
    if is_abbreviation:
        lexemes = (*lexemes[:-1], (words[-1].token, f"{words[-1].token}s"))
    return _Name(concept, lexemes, is_abbreviation, is_abbreviation and _is_short(text))


def _is_abbreviation(name: str) -> bool:
    """Return whether a name is one like “OFW”, “MoU”, “H-2A” or “RCPs”, which has no other forms than a plural."""
    if " " in name or name.islower():
        return False
    letters = [sign for sign in name if sign.isalpha()]
    capitals = sum(sign.isupper() for sign in letters)
    return 0 < len(letters) <= LONGEST_ABBREVIATION and capitals * 2 >= len(letters)


def _is_short(abbreviation: str) -> bool:
    """Return whether an abbreviation is likely to mean something else, as “PM” and “WHO” do in small letters."""
    return sum(map(str.isalnum, abbreviation)) <= SHORT or tokenizer.fold(abbreviation) in STOP_WORDS
