"""What a reader typed, as terms: words, "quoted phrases", -excluded words, and beginnings…"""

import dataclasses
import re

from practices.core import tokenizer

MAX_TERMS = 10
_PART = re.compile(r'(?P<minus>-?)(?:["“”«»„](?P<phrase>[^"“”«»„]*)["“”«»„]?|(?P<word>[^\s"“”«»„]+))')
_BEGINNING = ("…", "...", "*")


@dataclasses.dataclass(frozen=True)
class Term:
    """One thing that has to occur, or must not where `excluded`."""

    tokens: tuple[str, ...]
    """One folded word, or the several of a phrase, in order."""
    excluded: bool = False
    prefix: bool = False
    """Whether longer words that begin like this one will do."""
    exact: bool = False
    """Whether other forms of the word will not do, as inside quotation marks."""
    alternatives: tuple[str, ...] = ()
    """Words nearly spelt like it, of which one will do."""

    @property
    def text(self) -> str:
        return " ".join(self.tokens)


def parse(text: str) -> list[Term]:
    """The terms of `text`, at most MAX_TERMS; none for signs alone."""
    terms = []
    for part in _PART.finditer(text):
        phrase, word = part["phrase"], part["word"] or ""
        tokens = tuple(tokenizer.tokens(phrase if phrase is not None else word))
        if not tokens:
            continue
        terms.append(
            Term(
                tokens,
                excluded=bool(part["minus"]),
                prefix=word.endswith(_BEGINNING) and len(tokens) == 1,
                exact=phrase is not None or len(tokens) > 1,
            )
        )
    return list(dict.fromkeys(terms))[:MAX_TERMS]
