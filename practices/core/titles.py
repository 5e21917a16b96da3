"""Normalisation of titles, names and tags for comparison: no case, accents, punctuation or generic words."""

import re
import unicodedata

GENERIC = frozenset(
    [
        "a", "an", "and", "at", "by", "de", "des", "du", "et", "for", "from", "in", "la", "le", "les", "of", "on", "or",
        "the", "to", "with", "action", "good", "initiative", "migrant", "migrants", "migration", "national", "plan",
        "policy", "practice", "practices", "programme", "program", "project", "scheme", "strategy", "system",
    ]
)  # fmt: skip
"""Words that many titles share, so that they do not distinguish practices."""


def folded(text: str) -> str:
    """Return `text` without case, accents and punctuation, for comparing names."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(c for c in letters if not unicodedata.combining(c))))


def telling(text: str) -> set[str]:
    """Return the distinctive words of `text`, or all its words if fewer than two are distinctive."""
    words = set(folded(text).split())
    return words - GENERIC if len(words - GENERIC) > 1 else words


def title_key(title: str) -> str:
    """Return a key that titles with the same distinctive words share, in any order."""
    return " ".join(sorted(telling(title)))[:200]


def tag_key(name: str) -> str:
    """Return a key that spellings of a tag share: “#Return-migration.” and “return migration”. Accents count.

    Marks stay, because words of many scripts differ in their vowel signs alone.
    """
    letters = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(
        "".join(" " if unicodedata.category(sign)[0] in "PZC" else sign for sign in letters).split()
    )
