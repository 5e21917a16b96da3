"""Entries of the search index: the texts of a practice as lexemes, in parts of different weight."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from practices.core import tokenizer
from practices.discovery import thesaurus
from practices.documents import FIELDS, Document
from practices.documents.kinds import Display, Field

type Lexemes = tuple[str, ...]
"""A folded word and the other lexemes under which it is indexed, also of the concepts whose names begin with it."""
type Run = list[Lexemes]
"""The words of one text, in order. Phrases do not match across runs."""

COLUMNS = ("title", "title_stems", "head", "head_stems", "names", "names_stems", "body", "body_stems")
GAP = " ~ "
"""A word that nobody can type, between texts, so that no phrase matches across them."""
SPELLING_LENGTH = 80

_TYPED = [field for field in FIELDS.values() if field.is_free_text and field.name != "title"]
_ABOUT = [field for field in _TYPED if field.display is not Display.TEXT]
_BODY = [field for field in _TYPED if field.display is Display.TEXT]


@dataclasses.dataclass(frozen=True)
class Words:
    """The words of a document as lexemes, and the names and places of what it is filed under."""

    parts: tuple[list[Run], list[Run], list[Run], list[Run]]
    """Title; summary and other short texts; names that the catalogue gives to what it is filed under; long texts."""
    spellings: Mapping[str, str]
    """Token → how it is written, where that differs: “международныи” → “международный”."""

    @cached_property
    def columns(self) -> list[str]:
        """The parts as texts, two of each: its words, and its stems and other lexemes, in the order of COLUMNS."""
        return [column for part in self.parts for column in _columns(part)]

    @cached_property
    def lexemes(self) -> set[str]:
        return {lexeme for part in self.parts for run in part for lexemes in run for lexeme in lexemes}

    def prepared(self) -> "Words":
        """Compute now what the index needs, so that no lock is held for it. Returns itself."""
        _computed = self.columns, self.lexemes
        return self


@dataclasses.dataclass(frozen=True)
class Entry:
    """A practice in the search index. Its facet keys are indexed like words."""

    practice: int
    published_at: datetime
    words: Words
    facet_keys: Sequence[str]
    translations: str = ""
    """Languages and versions of the translations whose words it has, such as “ar:1 fr:3”."""
    adaptations: str = ""
    """Keys and versions of its adaptations, such as “7:1 9:2”."""


def read_words(
    document: Document,
    *,
    names: Iterable[str],
    keys: Iterable[tuple[str, Any]],
    places: Iterable[str],
    translations: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    reports: Iterable[tuple[str, Sequence[str]]] = (),
) -> Words:
    """Read the words of a document and of its translations: language → field → text.

    `reports` on uses elsewhere are (language, texts); their words count like those of long texts.

    `names` are those of what it is filed under, such as its objectives, in English, and `keys` say what that is;
    `places` are the codes of its countries and regions. Each text is stemmed in its own language.
    """
    spellings = dict[str, str]()
    written = {document["language"]: document, **translations}
    title, about, body = (
        [
            _run(text, language, spellings)
            for language, texts in written.items()
            for text in _texts(fields, texts)
            if text
        ]
        for fields in ([FIELDS["title"]], _ABOUT, _BODY)
    )
    body += [_run(text, language, spellings) for language, texts in reports for text in texts if text]
    named = [_run(name, "en", spellings) for name in names]
    named += [[(name_lexeme(*key),)] for key in keys]
    named += [[(place_lexeme(code),)] for code in places]
    return Words((title, about, named, body), spellings)


def place_lexeme(code: str) -> str:
    """Return the lexeme of a country (ISO 3166-1 alpha-2) or region (UN M49), by which all its names find practices."""
    return f"place~{code.lower()}"


def name_lexeme(kind: str, key: Any) -> str:
    """Return the lexeme of what practices are filed under, by which words of its names in all languages find them."""
    return f"{kind}~{key}".lower()


def _run(text: str, language: str, spellings: dict[str, str]) -> Run:
    """Return the words of a text as lexemes, and add how they are written to `spellings`."""
    words = list(tokenizer.each_word(text))
    for word in words:
        if word.written != word.token:
            spellings.setdefault(word.token, word.written[:SPELLING_LENGTH])
        if word.compound:
            spellings.setdefault(tokenizer.compound_lexemes(word, language)[0], word.compound)
    run = [tokenizer.lexemes(word, language) for word in words]
    for place, concepts in thesaurus.lexemes_in(run).items():
        run[place] = (*run[place], *concepts)
    return run


def _columns(part: Sequence[Run]) -> tuple[str, str]:
    """Return the words and the stems of a part. Stems are in order, too, so that phrases of stems match."""
    words = GAP.join(" ".join(lexemes[0] for lexemes in run) for run in part)
    stems = GAP.join(" ".join(lexemes[1] for lexemes in run if len(lexemes) > 1) for run in part)
    others = [lexeme for run in part for lexemes in run for lexeme in lexemes[2:]]
    return words, GAP.join([stems, *others]) if others else stems


def _texts(fields: Iterable[Field], texts: Mapping[str, Any]) -> list[str]:
    return [text for field in fields if field.name in texts for text in field.searchable(texts)]
