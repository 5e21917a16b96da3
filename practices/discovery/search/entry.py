"""What of a practice is searched, in the order of weight: its title, what says much in few words, its texts."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime

from practices.core import tokenizer
from practices.documents import LONG_TEXTS, Document

type Lexemes = tuple[str, ...]
"""A word as it stands and, in a language that is stemmed, its stem."""
type Run = list[Lexemes]
"""The words of one text, in order."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """One practice as the index holds it. `facet_keys` are its values of facets, found as words are."""

    practice: int
    published_at: datetime
    parts: tuple[list[Run], list[Run], list[Run]]
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
    """`places` are the names of its countries and regions."""
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
