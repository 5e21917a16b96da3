"""Words as they are compared: without case, accents, signs, and what many titles share."""

import re
import unicodedata

GENERIC = frozenset(
    [
        "a", "an", "and", "at", "by", "de", "des", "du", "et", "for", "from", "in", "la", "le", "les", "of", "on", "or",
        "the", "to", "with", "action", "good", "initiative", "migrant", "migrants", "migration", "national", "plan",
        "policy", "practice", "practices", "programme", "program", "project", "scheme", "strategy", "system",
    ]
)  # fmt: skip
"""Words that say little about which practice is meant."""


def folded(text: str) -> str:
    """`text` without case, accents and signs, to compare names by."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(c for c in letters if not unicodedata.combining(c))))


def telling(text: str) -> set[str]:
    """The words of `text` that tell it from others; all of its words where hardly any do."""
    words = set(folded(text).split())
    return words - GENERIC if len(words - GENERIC) > 1 else words


def title_key(title: str) -> str:
    """What is the same for titles of the same telling words, in any order."""
    return " ".join(sorted(telling(title)))[:200]
