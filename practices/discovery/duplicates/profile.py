"""Profiles of documents: their words, places, organisations and source, prepared for comparison."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, groupby
from math import log
from typing import Any

from rapidfuzz.distance import OSA

from practices.core import places, tokenizer
from practices.core.stop_words import LIGHT_WORDS, STOP_WORDS
from practices.core.titles import GENERIC, folded
from practices.discovery import thesaurus
from practices.documents import source_page

MAX_SUMMARY_WORDS = 150
"""Words of a summary that are compared."""
MIN_SPELT_ALIKE = 5
"""Letters that two words need to be taken for spellings of one."""
MIN_SPELLING_SIMILARITY = 0.8
MIN_SHARED_START, MIN_SHARED_PART = 6, 0.7
"""Letters with which two words begin alike, and their share of the longer word: “strategy” and “strategic”."""

BACKGROUND = 1_000
"""Practices that are added to the catalogue for weighing words, so that one with ten practices weighs them alike."""
OFTEN, SOMETIMES, SELDOM, HARDLY = 300, 30, 10, 1
"""Practices of those that are thought to have a word: a generic one, a term of the field, another word that occurs in
names of such terms, any other."""

FEW, LONGEST_INITIALS = 3, 8
"""Letters of an abbreviation that is looked for in the initials of a title."""

_KINDS = """
access agency agenda agreement app application approach assistance association authority board body call campaign
center centre charter city co coalition commission committee community conference cooperation council course day
declaration desk development edition establishment evaluation event fair festival forum framework fund global group
guide guidelines help helpline hotline house hub improvement information institute international law local
management measure mechanism memorandum migrants migration ministry model municipal network new office online
partnership people persons phase pilot platform portal process promotion protection protocol public red reform
regional register rights service services social society state summit support team tool toolkit training unit
website week work workers working
accord appui atelier bureau campagne centre cadre comite conseil ecole etude fonds formation journee loi maison
migratoire ministere nationale plateforme politique programme projet reseau strategie
acuerdo apoyo atencion campana centro consejo escuela estrategia fondo foro ley marco mesa migraciones migrantes
ministerio nacional oficina politica programa proyecto
национальный программа проект стратегия центр закон план политика
برنامج مشروع مركز خطة استراتيجية وطنية قانون
"""
KINDS = frozenset(_KINDS.split())
"""Folded words for what a practice is, and other terms that many titles have."""
_ORGANISATIONS = """
afdb au bmz caritas dfid eu ec echo ecowas esf eca fao giz gfmd gcm icmpd icrc ifrc igad igo ilo iom nato ngo nrc oas
oecd oim oit onu osce owwa poea sadc sida uclg ue un unctad undp unesco unfpa unhcr unicef unodc unops usaid who wfp
"""
ORGANISATIONS = frozenset(_ORGANISATIONS.split())
"""Folded abbreviations of organisations with many practices, which name none of them."""

_OF_MANY = LIGHT_WORDS | ORGANISATIONS
BEFORE_TOWNS = frozenset(["in", "at", "en", "a", "dans", "em", "bei", "city", "town", "ville", "ciudad"])
_BETWEEN = re.compile(r"\s[-–—]+\s|[:;()\[\]“”\"«»|/]|,\s|\s–|—")


@dataclasses.dataclass(frozen=True)
class TitleWord:
    """A word of a title that is neither a stop word nor part of the name of a country."""

    token: str
    written: str
    """As it was typed."""
    forms: frozenset[str]
    """All lexemes that it may have."""
    concepts: frozenset[str] = frozenset()
    """Slugs of the concepts that it names, alone or with its neighbours."""
    thought: int = 1
    """Number of the practices of BACKGROUND that are thought to have it."""
    is_abbreviation: bool = False
    """True for what is written with capitals within, as a name: “RAICES”, “eMigrate”."""
    is_name: bool = False
    """True for abbreviations and for other unusual words in capitals: “Marhaba”."""

    def is_spelt_like(self, other: "TitleWord") -> bool:
        """Return whether two words are spelt almost alike, or are forms that no stemmer joins."""
        shorter, longer = sorted((self.token, other.token), key=len)
        if len(shorter) < MIN_SPELT_ALIKE or not (shorter.isalpha() and longer.isalpha()):
            return False
        start = max(MIN_SHARED_START, round(MIN_SHARED_PART * len(longer)))
        is_form = len(shorter) >= start and shorter[:start] == longer[:start]
        return is_form or OSA.normalized_similarity(shorter, longer) >= MIN_SPELLING_SIMILARITY


@dataclasses.dataclass(frozen=True)
class Profile:
    """A document as it is compared with others."""

    language: str
    folded_title: str
    """The title without case, accents and punctuation."""
    words: tuple[TitleWord, ...]
    """The words of the title."""
    initials: frozenset[str]
    """Abbreviations that the title, or a part of it, may have: “pdos” for “Pre-departure orientation seminars”."""
    title_countries: frozenset[str]
    """Codes of the countries that the title names."""
    countries: frozenset[str]
    """Codes of these and of its own countries."""
    summary: frozenset[str]
    """A lexeme of each word of the summary."""
    lexemes: frozenset[str]
    """All lexemes of title, summary, area and implementing organisations."""
    organisation_words: frozenset[str]
    """Words of the names of implementing organisations."""
    source_page: str
    """Key of the page that is its source; empty for none."""


def build_profile(document: Mapping[str, Any]) -> Profile:
    """Build the profile of a document, which may be incomplete."""
    title, summary = str(document.get("title") or ""), str(document.get("summary") or "")
    language = str(document.get("language") or "en")
    read = _read_title(title, thesaurus.vocabulary())
    organisations = " ; ".join(map(str, document.get("implementers") or []))
    summary_words = tokenizer.words(summary)[:MAX_SUMMARY_WORDS]
    around = tokenizer.words(f"{organisations} ; {document.get('area') or ''}")
    return Profile(
        language=language,
        folded_title=folded(title),
        words=read.words,
        initials=read.initials,
        title_countries=read.countries,
        countries=read.countries.union(document.get("countries") or ()),
        summary=frozenset(
            tokenizer.lexemes(word, language)[-1] for word in summary_words if word.token not in STOP_WORDS
        ),
        lexemes=frozenset(
            chain(
                *(word.forms for word in read.words),
                *(tokenizer.lexemes(word, language) for word in (*around, *summary_words)),
            )
        ),
        organisation_words=frozenset(tokenizer.tokens(organisations)),
        source_page=source_page(dict(document)),
    )


def _forms(word: tokenizer.Word) -> Sequence[str]:
    return tokenizer.forms(word.written) or (word.token,)


# Titles -----------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class _Title:
    words: tuple[TitleWord, ...]
    initials: frozenset[str]
    countries: frozenset[str]


@lru_cache(maxsize=2_000)
def _read_title(title: str, vocabulary: thesaurus.Vocabulary) -> _Title:
    found = tokenizer.words(title)
    typed = [title[word.start : word.end] for word in found]
    mentions = places.mentions(typed)
    in_place = {place for mention in mentions for place in range(mention.start, mention.stop)}
    concepts: dict[int, set[str]] = {}
    for named in thesaurus.concepts_in(typed):
        for place in range(named.start, named.stop):
            concepts.setdefault(place, set()).add(named.concept)
    words = [
        _title_word(
            word,
            typed[place],
            concepts=frozenset(concepts.get(place, ())),
            vocabulary=vocabulary,
            is_town=place > 0 and found[place - 1].token in BEFORE_TOWNS and typed[place][0].isupper(),
            is_shouted=title.isupper() and len(found) > 1,
        )
        for place, word in enumerate(found)
        if place not in in_place and not (word.token in STOP_WORDS and not _is_shouted(typed[place], title))
    ]
    meanings = [mention.meaning for mention in mentions]
    return _Title(
        tuple(words),
        frozenset(_initials(title, found)),
        frozenset(meaning.code for meaning in meanings if isinstance(meaning, places.OneCountry)),
    )


def _is_shouted(word: str, title: str) -> bool:
    return len(word) > 1 and word.isupper() and not title.isupper()


def _title_word(
    word: tokenizer.Word,
    typed: str,
    *,
    concepts: frozenset[str],
    vocabulary: thesaurus.Vocabulary,
    is_town: bool,
    is_shouted: bool,
) -> TitleWord:
    token, forms = word.token, frozenset(_forms(word))
    singular = token.removesuffix("s")
    is_generic = not {token, singular}.isdisjoint(GENERIC) or token in _OF_MANY
    is_kind = not {token, singular}.isdisjoint(KINDS)
    is_known = not (vocabulary.lexemes and vocabulary.lexemes.isdisjoint(forms))
    may_be_name = not is_shouted and not is_generic and len(token) >= FEW
    is_abbreviation = (
        may_be_name and token not in vocabulary.abbreviations and any(map(str.isupper, typed[1:]))
    )
    is_unusual = (
        may_be_name
        and not (is_town or is_known or is_kind or token.isdecimal())
        and len(token) > FEW - (not token.isalpha())
        and (typed[0].isupper() or not token.isalpha())
    )
    if is_generic:
        thought = OFTEN
    elif is_abbreviation:
        thought = HARDLY
    elif is_kind or concepts or is_town or token.isdecimal():
        thought = SOMETIMES
    else:
        thought = SELDOM if is_known else HARDLY
    return TitleWord(
        token, typed, forms, concepts, thought, is_abbreviation, is_name=is_abbreviation or is_unusual
    )


def _initials(title: str, words: Sequence[tokenizer.Word]) -> Iterator[str]:
    """Yield the initials of words that follow each other in a part of a title, with and without stop words."""
    for _part, each in groupby(words, key=lambda word: len(_BETWEEN.findall(title, 0, word.start))):
        tokens = [word.token for word in each]
        for chosen in (tokens, [token for token in tokens if token not in STOP_WORDS]):
            letters = "".join(token[0] for token in chosen)
            for start in range(len(letters)):
                for stop in range(start + FEW, min(start + LONGEST_INITIALS, len(letters)) + 1):
                    yield letters[start:stop]


# Weights ----------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Weights:
    """The weights of words: the fewer practices have a word, the more, from 0 to 1 (inverse document frequency)."""

    counts: Mapping[str, int]
    """Lexeme → number of practices that have it."""
    size: int
    """Number of practices."""
    _known: dict[tuple[str, int], float] = dataclasses.field(default_factory=dict, init=False)

    def of_lexeme(self, lexeme: str, *, thought: int = SELDOM) -> float:
        key = lexeme, thought
        if key not in self._known:
            everything = self.size + BACKGROUND
            number = min(self.counts.get(lexeme, 0) + thought, everything)
            self._known[key] = log(everything / number) / log(everything)
        return self._known[key]

    def of_word(self, word: TitleWord) -> float:
        return min(self.of_lexeme(form, thought=word.thought) for form in word.forms)

    def squares(self, lexemes: Iterable[str]) -> float:
        """Return the sum of the squared weights of lexemes."""
        return sum(self.of_lexeme(lexeme) ** 2 for lexeme in lexemes)
