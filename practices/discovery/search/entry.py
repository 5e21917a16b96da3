"""Entries of the search index: the texts of a practice as lexemes, in parts of different weight."""

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

COLUMNS = ("title", "title_stems", "head", "head_stems", "names", "names_stems", "body", "body_stems")
GAP = " ~ "
"""A word that nobody can type, between texts, so that no phrase matches across them."""

_TYPED = [field for field in FIELDS.values() if field.is_free_text and field.name != "title"]
_ABOUT = [field for field in _TYPED if field.display is not Display.TEXT]
_BODY = [field for field in _TYPED if field.display is Display.TEXT]


@dataclasses.dataclass(frozen=True)
class Entry:
    """A practice in the search index. Its facet keys are indexed like words."""

    practice: int
    published_at: datetime
    parts: tuple[list[Run], list[Run], list[Run], list[Run]]
    """Title; summary and other short texts; names that the catalogue gives to what it is filed under; long texts."""
    facet_keys: Sequence[str]

    @property
    def columns(self) -> list[str]:
        """The parts as texts, two of each: its words, and its stems and other lexemes, in the order of COLUMNS."""
        return [column for part in self.parts for column in _columns(part)]

    @property
    def lexemes(self) -> set[str]:
        return {lexeme for part in self.parts for run in part for lexemes in run for lexeme in lexemes}


def build_entry(
    practice: int,
    document: Document,
    *,
    published_at: datetime,
    names: Iterable[str],
    facet_keys: Sequence[str],
) -> Entry:
    """Build the entry of a practice. `names` are those of what it is filed under, such as its countries, in English."""
    language = document["language"]
    title, about, body = (
        [_run(text, language) for text in texts if text]
        for texts in ([document["title"]], _texts(_ABOUT, document), _texts(_BODY, document))
    )
    return Entry(
        practice, published_at, (title, about, [_run(name, "en") for name in names], body), facet_keys
    )


def _columns(part: Sequence[Run]) -> tuple[str, str]:
    """Return the words and the stems of a part. Stems are in order, too, so that phrases of stems match."""
    words = GAP.join(" ".join(lexemes[0] for lexemes in run) for run in part)
    stems = GAP.join(" ".join(lexemes[1] for lexemes in run if len(lexemes) > 1) for run in part)
    others = [lexeme for run in part for lexemes in run for lexeme in lexemes[2:]]
    return words, GAP.join([stems, *others]) if others else stems


def _texts(fields: Iterable[Field], document: Document) -> list[str]:
    return [text for field in fields for text in field.searchable(document)]


def _run(text: str, language: str) -> Run:
    tokens = tokenizer.tokens(text)
    if not tokenizer.is_stemmed(language):
        return [(token,) for token in tokens]
    return [(token, tokenizer.stem(token, language)) for token in tokens]
