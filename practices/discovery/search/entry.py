"""Entries of the search index: the texts of a practice as lexemes, in three parts of decreasing weight."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime

from practices.core import tokenizer
from practices.documents import LONG_TEXTS, Document

type Lexemes = tuple[str, ...]
"""A folded word and, in languages with a stemmer, its stem."""
type Run = list[Lexemes]
"""The words of one text, in order. Phrases do not match across runs."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """A practice in the search index. Its facet keys are indexed like words."""

    practice: int
    published_at: datetime
    parts: tuple[list[Run], list[Run], list[Run]]
    """Title; summary, names and tags; long texts."""
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
    head = [
        document["summary"], document["area"], document["credit"],
        *places, *document["tags"], *document["implementers"],
    ]  # fmt: skip
    texts = [[document["title"]], head, [document[name] for name in LONG_TEXTS]]
    title, about, body = ([_run(text, language) for text in part if text] for part in texts)
    return Entry(practice, published_at, (title, about, body), facet_keys)


def _run(text: str, language: str) -> Run:
    tokens = tokenizer.tokens(text)
    if not tokenizer.is_stemmed(language):
        return [(token,) for token in tokens]
    return [(token, tokenizer.stem(token, language)) for token in tokens]
