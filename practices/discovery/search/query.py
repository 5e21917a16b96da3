"""The query language of the search field: words, "quoted phrases", -excluded words and prefixes…"""

import dataclasses
import re

from practices.core import tokenizer

MAX_TERMS = 10
_PART = re.compile(r'(?P<minus>-?)(?:["“”«»„](?P<phrase>[^"“”«»„]*)["“”«»„]?|(?P<word>[^\s"“”«»„]+))')
_PREFIX_MARKS = ("…", "...", "*")


@dataclasses.dataclass(frozen=True)
class Term:
    """A word or phrase that must occur, or must not if `excluded`."""

    tokens: tuple[str, ...]
    """The folded words of a phrase, in order, or a single one."""
    excluded: bool = False
    prefix: bool = False
    """If true, words that start with this one match too."""
    exact: bool = False
    """If true, as in quotation marks, other forms of the words do not match."""
    alternatives: tuple[str, ...] = ()
    """Words spelt similarly, any of which matches too."""

    @property
    def text(self) -> str:
        return " ".join(self.tokens)


def parse(text: str) -> list[Term]:
    """Return the terms of `text`, at most MAX_TERMS; empty if it contains no words."""
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
                prefix=word.endswith(_PREFIX_MARKS) and len(tokens) == 1,
                exact=phrase is not None or len(tokens) > 1,
            )
        )
    return list(dict.fromkeys(terms))[:MAX_TERMS]
