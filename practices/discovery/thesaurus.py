"""The concepts of migration that a text mentions, and all names of each, in the official languages of the UN.

Staff edit concepts in the admin. They are compiled once for each version of the catalogue's names and kept in this
process, so that a search costs no query for them. What was made of a name is kept for the next version, as an edit
changes few of them.
"""

import dataclasses
import re
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
type FrozenNames = tuple[tuple[str, tuple[str, ...]], ...]
"""Names of a concept as (language code, names), which a cache can take for a key."""

SHORT = 2
"""Letters and digits. Abbreviations up to this length mean a concept only in capitals, and are not searched for."""
LONGEST_ABBREVIATION = 12
"""Letters."""
ENDING = 2
"""Letters that a stem may lack. One that lacks more is that of other words, too: “nation” of “nationality”."""
WITH_BROAD_STEMS = frozenset(["en", "fr", "es"])
"""Languages whose stems put words together that are made of one another, such as “cooperatives” and “cooperation”."""


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
    edited: frozenset[str]
    """Slugs of the concepts that staff have edited."""
    objectives: Mapping[str, Sequence[int]]
    """Slug of the concept → numbers of the objectives that it is about."""


def concepts_in(words: Sequence[str]) -> list[Mention]:
    """Return the concepts that words name in any language, in order: the longest names, none inside another.

    `words` are as typed. Those of scripts without spaces are given sign by sign. A name that several concepts have
    mentions each of them, but one that is written like the words goes before others that share their stems, so that
    “employers” does not mention employment.
    """
    found_words = [(word, place) for place, typed in enumerate(words) for word in tokenizer.each_word(typed)]
    places = [place for _word, place in found_words]
    forms = [set(tokenizer.forms(word.written)) for word, _place in found_words]
    alone = [_forms_alone(word) for word, _place in found_words]
    by_first_lexeme = _thesaurus().by_first_lexeme
    found: list[Mention] = []
    at = 0
    while at < len(places):
        names = [
            name
            for name in _names_at(at, forms, by_first_lexeme)
            if (len(name.words) > 1 or not alone[at].isdisjoint(name.words[0]))
            and _covers_whole_words(places, at, at + len(name.words))
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


def english_forms(concept: str) -> frozenset[str]:
    """Return the lexemes under which the words of the English names of a concept may be typed."""
    return _english_forms(catalogue_version.names_version(), concept)


@lru_cache(maxsize=2_000)
def _english_forms(version: str, concept: str) -> frozenset[str]:
    words = {word for name in _compile(version).names.get(concept, {}).get("en", ()) for word in name.split()}
    return frozenset(form for word in words for form in tokenizer.forms(word))


def objectives(concept: str) -> Sequence[int]:
    """Return the numbers of the objectives that a concept is about. Empty for an unknown slug."""
    return _thesaurus().objectives.get(concept, ())


def phrases(concept: str) -> tuple[Phrase, ...]:
    """Return all that the names of a concept look like in the search index; none that contains another."""
    return _phrases(_frozen(names(concept)))


def index_runs(concept: str) -> tuple[Phrase, ...]:
    """Return the runs of lexemes by which the search index knows a concept.

    Practices are indexed with a lexeme for each concept that they mention, as a search for a hundred phrases is slow.
    Of a concept that staff have edited, it may have been written under other names: it is searched for by its phrases.
    """
    return phrases(concept) if concept in _thesaurus().edited else ((_lexeme(concept),),)


def lexemes_in(run: Sequence[Sequence[str]]) -> dict[int, list[str]]:
    """Return place → lexemes of the concepts that a text names from there on, longer and shorter names alike.

    `run` has the lexemes of each word of the text.
    """
    by_first = _phrases_by_first_lexeme(catalogue_version.names_version())
    found: dict[int, list[str]] = {}
    for place, lexemes in enumerate(run):
        for phrase, lexeme in chain.from_iterable(by_first.get(each, ()) for each in lexemes):
            words = run[place : place + len(phrase)]
            if len(words) == len(phrase) and all(map(contains, words, phrase)):
                found.setdefault(place, []).append(lexeme)
    return {place: list(dict.fromkeys(lexemes)) for place, lexemes in found.items()}


@dataclasses.dataclass(frozen=True, eq=False)
class Vocabulary:
    """The words of the field: all that occur in names of concepts."""

    lexemes: frozenset[str]
    abbreviations: frozenset[str]


def vocabulary() -> Vocabulary:
    """Return the lexemes of all names, and the abbreviations among them."""
    return _vocabulary(catalogue_version.names_version())


@lru_cache(maxsize=1)
def _vocabulary(version: str) -> Vocabulary:
    names = list(chain.from_iterable(_compile(version).by_first_lexeme.values()))
    return Vocabulary(
        frozenset(lexeme for name in names for word in name.words for lexeme in word),
        frozenset(lexeme for name in names if name.is_abbreviation for lexeme in name.words[0]),
    )


@lru_cache(maxsize=1)
def _phrases_by_first_lexeme(version: str) -> dict[str, list[tuple[Phrase, str]]]:
    """Return first lexeme → phrases that begin with it, each with the lexeme of its concept."""
    found: dict[str, list[tuple[Phrase, str]]] = defaultdict(list)
    for concept, by_language in _compile(version).names.items():
        for phrase in _phrases(_frozen(by_language)):
            found[phrase[0]].append((phrase, _lexeme(concept)))
    return found


def _lexeme(concept: str) -> str:
    return f"concept~{concept}"


def _frozen(by_language: Mapping[str, Sequence[str]]) -> FrozenNames:
    return tuple((language, tuple(texts)) for language, texts in by_language.items())


@lru_cache(maxsize=2_000)
def _phrases(names: FrozenNames) -> tuple[Phrase, ...]:
    by_tokens: dict[Phrase, list[tuple[str, str]]] = defaultdict(list)
    for language, texts in names:
        for name in texts:
            if not (_is_abbreviation(name) and _is_short(name)):
                by_tokens[tuple(tokenizer.tokens(name))].append((name, language))
    shortest = chain.from_iterable(_without_longer(by_tokens))
    return tuple(_without_longer({run: run for name, language in shortest for run in _runs(name, language)}))


def _without_longer[T](values: Mapping[Phrase, T]) -> list[T]:
    """Return the values of the phrases that contain no other, the shortest first."""
    kept: dict[str, T] = {}
    for text, value in sorted(((f" {' '.join(run)} ", value) for run, value in values.items()), key=_length):
        if not any(shorter in text for shorter in kept):
            kept[text] = value
    return list(kept.values())


def _length(item: tuple[str, object]) -> int:
    return len(item[0])


def _runs(name: str, language: str) -> Iterator[Phrase]:
    """Return the words of a name as they are written, and as stems where the language has them."""
    tokens = tokenizer.tokens(name)
    yield tuple(tokens)
    if _is_abbreviation(name):
        yield (*tokens[:-1], tokens[-1] + "s")
        return
    words = list(tokenizer.each_word(name))
    if len(words) == 1:
        yield from ((lexeme,) for lexeme in sorted(lexemes_alone(words[0], language)))
    elif tokenizer.is_stemmed(language):
        yield tuple(tokenizer.lexemes(word, language)[1] for word in words)


def lexemes_alone(word: tokenizer.Word, language: str) -> set[str]:
    """Return the lexemes of a name of one word: of its singular and plural, and its stem unless other words have it.

    Words of a longer name need no such care, because they have to follow each other.
    """
    token, *stems = tokenizer.lexemes(word, language)
    if language not in WITH_BROAD_STEMS:
        return {token, *stems}
    narrow = {stem for stem in stems if _is_narrow(stem, token)}
    singular = _singular(token, language)
    return {token, singular, _plural(singular, language), *narrow}


def _forms_alone(word: tokenizer.Word) -> set[str]:
    """Return the forms of a typed word, without stems of other words: “training” is no form of “train”."""
    token, *stems = tokenizer.forms(word.written)
    return {token, *(stem for stem in stems if _is_narrow(stem, token))}


def _is_narrow(stem: str, token: str) -> bool:
    """Return whether the words that have a stem are forms of one word."""
    language, _mark, letters = stem.partition("~")
    return language not in WITH_BROAD_STEMS or len(token) - len(letters) <= ENDING


def _singular(token: str, language: str) -> str:
    """Return the singular of a regular plural; something that is no word of others."""
    if language == "en" and token.endswith("ies"):
        return token[:-3] + "y"
    if (language == "es" and re.search("[^aeiou]es$", token)) or token.endswith(
        ("sses", "xes", "ches", "shes")
    ):
        return token[:-2]
    return token[:-1] if re.search("[^s]s$", token) else token


def _plural(token: str, language: str) -> str:
    if language == "en" and re.search("[^aeiou]y$", token):
        return token[:-1] + "ies"
    is_long = token[-1] not in "aeiou" if language == "es" else token.endswith(("ss", "x", "ch", "sh"))
    return token + ("es" if is_long else "s")


def _names_at(
    at: int, forms: Sequence[set[str]], by_first_lexeme: Mapping[str, Sequence[_Name]]
) -> Iterator[_Name]:
    """Return the names whose words are those from `at` on, each once."""
    candidates = chain.from_iterable(by_first_lexeme.get(form, ()) for form in forms[at])
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
    """Keep the compiled names in this process, as a copy from the cache that processes share takes time."""
    return _compile_shared()


@cached_per_version(across_publications=True)
def _compile_shared() -> _Thesaurus:
    """Compile the concepts that are not hidden, in about a second for 600 of them. Two queries."""
    rows = list(Concept.objects.visible().values_list("slug", "names", "is_edited"))
    # PostgreSQL has the keys of JSON in an order of its own.
    names = {slug: {code: by[code] for code in UN_LANGUAGES if code in by} for slug, by, _edited in rows}
    by_tokens: dict[Phrase, list[_Name]] = defaultdict(list)
    for concept, by_language in names.items():
        for name, tokens in _names(concept, _frozen(by_language)):
            by_tokens[tokens].append(name)
    by_first_lexeme: dict[str, list[_Name]] = defaultdict(list)
    for tokens, its in by_tokens.items():
        is_ambiguous = len({name.concept for name in its}) > 1
        if not tokens or (is_ambiguous and all(name.is_abbreviation for name in its)):
            continue  # an abbreviation that may mean either of two concepts means none
        for name in its:
            for lexeme in name.words[0]:
                by_first_lexeme[lexeme].append(name)
    edited = frozenset(slug for slug, _names, is_edited in rows if is_edited)
    objectives: dict[str, list[int]] = defaultdict(list)
    for slug, number in Concept.objects.visible().values_list("slug", "objectives__number"):
        if number:
            objectives[slug].append(number)
    return _Thesaurus(names, dict(by_first_lexeme), edited, dict(objectives))


@lru_cache(maxsize=2_000)
def _names(concept: str, names: FrozenNames) -> tuple[tuple[_Name, Phrase], ...]:
    """Return the names of a concept, each with its tokens."""
    texts_and_words = [
        (text, language, list(tokenizer.each_word(text))) for language, texts in names for text in texts
    ]
    return tuple(
        (_name(concept, text, words, language), tuple(word.token for word in words))
        for text, language, words in texts_and_words
    )


def _name(concept: str, text: str, words: Sequence[tokenizer.Word], language: str) -> _Name:
    is_abbreviation = _is_abbreviation(text)
    lexemes: list[tuple[str, ...]] = [(word.token,) for word in words]
    if is_abbreviation:
        lexemes[-1] = (*lexemes[-1], f"{words[-1].token}s")
    elif len(words) == 1:
        lexemes = [tuple(sorted(lexemes_alone(words[0], language)))]
    elif tokenizer.is_stemmed(language):
        lexemes = [tokenizer.lexemes(word, language) for word in words]
    return _Name(concept, tuple(lexemes), is_abbreviation, is_abbreviation and _is_short(text))


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
