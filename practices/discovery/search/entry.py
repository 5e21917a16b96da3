"""Entries of the search index: the texts of a practice as lexemes, in three parts of decreasing weight."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime

from practices.core import tokenizer
from practices.documents import FIELDS, Document
from practices.documents.kinds import Display, Field

type Lexemes = tuple[str, ...]
"""A folded word and, in languages with a stemmer, its stem."""
type Run = list[Lexemes]
"""The words of one text, in order. Phrases do not match across runs."""

_TYPED = [field for field in FIELDS.values() if field.is_free_text and field.name != "title"]
_ABOUT = [field for field in _TYPED if field.display is not Display.TEXT]
_BODY = [field for field in _TYPED if field.display is Display.TEXT]


@dataclasses.dataclass(frozen=True)
class Entry:
    """A practice in the search index. Its facet keys are indexed like words."""

    practice: int
    published_at: datetime
    parts: tuple[list[Run], list[Run], list[Run]]
    """Title; summary, other short texts and names of places; long texts."""
    facet_keys: Sequence[str]

    @property
    def lexemes(self) -> set[str]:
        return {lexeme for part in self.parts for run in part for lexemes in run for lexeme in lexemes}


def build_entry(
    practice: int,
    document: Document,
    *,
    published_at: datetime,
    places: Iterable[str],
    facet_keys: Sequence[str],
) -> Entry:
    """Build the entry of a practice. `places` are the names of its countries and regions."""
    language = document["language"]
    texts = [[document["title"]], [*_texts(_ABOUT, document), *places], _texts(_BODY, document)]
    title, about, body = ([_run(text, language) for text in part if text] for part in texts)
    return Entry(practice, published_at, (title, about, body), facet_keys)


def _texts(fields: Iterable[Field], document: Document) -> list[str]:
    return [text for field in fields for text in field.searchable(document)]


def _run(text: str, language: str) -> Run:
    tokens = tokenizer.tokens(text)
    if not tokenizer.is_stemmed(language):
        return [(token,) for token in tokens]
    return [(token, tokenizer.stem(token, language)) for token in tokens]
