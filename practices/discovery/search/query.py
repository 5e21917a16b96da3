"""The query language of the search field: words, "quoted phrases", +required, -excluded and prefixes…"""

import dataclasses
import re
from collections.abc import Iterable, Sequence

from practices.core import tokenizer
from practices.core.stop_words import LIGHT_WORDS, STOP_WORDS, UBIQUITOUS

MAX_TERMS = 40
"""More than the longest title has words, stop words apart."""
NUMBERED = frozenset(
    [
        "gcm",
        "goal",
        "objectif",
        "objective",
        "objetivo",
        "odd",
        "ods",
        "principle",
        "sdg",
        "цель",
        "цур",
        "الهدف",
    ]
)
"""Words that a number follows in the name of a thing: “Objective 21” is meant as a whole."""
_PART = re.compile(r'(?P<sign>[-+]?)(?:["“”«»„](?P<phrase>[^"“”«»„]*)["“”«»„]?|(?P<word>[^\s"“”«»„]+))')
_PREFIX_MARKS = ("…", "...", "*")

type Run = tuple[str, ...]
"""Lexemes that follow each other."""


@dataclasses.dataclass(frozen=True)
class Term:
    """A word, phrase or concept that must occur, or must not if `excluded`.

    It occurs in a practice that has each of its `words` somewhere, or one of its `phrases`.
    """

    tokens: tuple[str, ...]
    """The folded words as they were typed."""
    typed: str = ""
    """The term as it was typed, without signs and quotation marks."""
    words: tuple[tuple[str, ...], ...] = ()
    """For each word, the lexemes under which it may be indexed; empty where only the phrases will do."""
    phrases: tuple[Run, ...] = ()
    """Runs of lexemes, any of which stands for the words: other spellings, or other names of a concept."""
    names: tuple[Run, ...] = ()
    """Other names of its concepts, as they are marked in texts."""
    excluded: bool = False
    required: bool = False
    """If true, as in quotation marks and after a plus sign, a practice without it is never shown."""
    prefix: bool = False
    """If true, words that start with this one match too."""
    exact: bool = False
    """If true, as in quotation marks, other forms of the words do not match."""

    concepts: tuple[str, ...] = ()
    """Slugs of the concepts that it names."""
    is_place: bool = False
    """True if it names a country, a region or an organisation of countries."""
    is_foreign: bool = False
    """True if it names a concept, or what practices are filed under, in another language than English alone."""

    @property
    def text(self) -> str:
        return " ".join(self.tokens)

    @property
    def forms(self) -> tuple[str, ...]:
        """All lexemes of its words."""
        return tuple(dict.fromkeys(lexeme for forms in self.words for lexeme in forms))

    @property
    def lexemes(self) -> frozenset[str]:
        """All lexemes that matching looks at."""
        return frozenset([*self.forms, *(lexeme for run in self.phrases for lexeme in run)])

    @property
    def is_word(self) -> bool:
        """True for a single word that was typed without any sign."""
        return len(self.words) == len(self.tokens) == 1 and not (
            self.excluded or self.required or self.prefix
        )

    @property
    def is_light(self) -> bool:
        """True for a word that says little about a subject and names no concept."""
        if self.concepts or self.required or self.prefix:
            return False
        return (self.is_word and self.tokens[0] in LIGHT_WORDS) or "".join(self.tokens) in UBIQUITOUS


def parse(text: str) -> list[Term]:
    """Return the terms of `text`, stop words included, at most MAX_TERMS; empty if it contains no words."""
    terms: list[Term] = []
    for part in _PART.finditer(text):
        phrase, word, sign = part["phrase"], part["word"] or "", part["sign"]
        typed = (phrase if phrase is not None else word).strip()
        tokens = tuple(tokenizer.tokens(typed))
        if not tokens:
            continue
        term = _exact(tokens, typed) if phrase is not None else soft_term(typed)
        term = dataclasses.replace(
            term,
            excluded=sign == "-",
            required=sign == "+" or phrase is not None,
            prefix=word.endswith(_PREFIX_MARKS) and len(tokens) == 1,
        )
        if terms and _is_name(terms[-1], term):
            last = terms.pop()
            term = soft_term(f"{last.typed} {typed}")
        terms.append(term)
    return list(dict.fromkeys(terms))[:MAX_TERMS]


def without_stop_words(terms: Sequence[Term]) -> list[Term]:
    """Return the terms without words that need not occur; all of them if there is no other word.

    A stop word in capital letters is kept, as it is an abbreviation: “IT”, “US”, “WHO”.
    """
    shouted = all(term.typed.isupper() for term in terms)
    telling = [term for term in terms if not _is_stop_word(term, shouted=shouted)]
    return telling if any(not term.excluded for term in telling) else list(terms)


def soft_term(typed: str) -> Term:
    """Build the term of a word. A hyphenated one is found joined, apart or hyphenated, in any form of its parts."""
    words = tokenizer.words(typed)
    tokens = tuple(word.token for word in words)
    forms = tokenizer.forms(typed)
    bare = typed[words[0].start : words[-1].end]
    if len(tokens) == 1:
        return Term(tokens, bare, words=(forms,))
    return Term(tokens, bare, phrases=(*tokenizer.runs(typed), *((form,) for form in forms)))


def _exact(tokens: Run, typed: str) -> Term:
    return Term(tokens, typed, phrases=(tokens,), exact=True)


def _is_name(last: Term, term: Term) -> bool:
    """Return whether two words name a thing by its number, as in “SDG 10”."""
    return last.is_word and term.is_word and last.tokens[0] in NUMBERED and term.tokens[0].isdecimal()


def _is_stop_word(term: Term, *, shouted: bool) -> bool:
    return (
        term.is_word
        and term.tokens[0] in STOP_WORDS
        and not (len(term.typed) > 1 and term.typed.isupper() and not shouted)
    )


def lexemes_of(terms: Iterable[Term]) -> set[str]:
    return set().union(*(term.lexemes for term in terms))
