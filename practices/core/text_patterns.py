"""Regular expressions that find words in texts without an index, in whatever spelling they are written there.

They mean the same to Python, and so to SQLite, and to PostgreSQL. A text is searched as `tokenizer` reads it, but for
stems, which have to be the start of a word.
"""

import unicodedata
from collections import defaultdict
from functools import cache

from practices.core import tokenizer

MIN_STEM = 4
"""Letters of a stem that stands for its word."""
_SIGNS = "['’ʼʻ\u00ad\u200b-\u200d\u0300-\u036f\u0640\u064b-\u065f-]*"
"""Signs between letters that make no difference: accents, apostrophes, hyphens."""
_BETWEEN = r"\W*(\w+['’])?"
"""Between two words of a phrase, the second of which may have an elided article."""


def pattern(typed: str) -> str:
    """Return the regular expression of a word or phrase; empty if it has no letters or digits.

    “ecole” finds “École”, “workers” finds “worker”, and “asylum-seeker” finds “asylum seeker” and “Asylumseeker”.
    """
    words = tokenizer.words(typed)
    written = _BETWEEN.join(_spelt(word.token) for word in words)
    stems = tokenizer.forms(typed)[1:] if len(words) == 1 else ()
    starts = dict.fromkeys(stem.rpartition("~")[2] for stem in stems)
    shorter = [rf"(^|\W){_spelt(start)}" for start in starts if MIN_STEM <= len(start) < len(words[0].token)]
    return "|".join([written, *shorter])


def _spelt(token: str) -> str:
    """Return the regular expression of what is folded to a token."""
    ones, pairs = _spellings()
    found, place = [], 0
    while place < len(token):
        pair = pairs.get(token[place : place + 2])
        letters = [
            f"[{ones.get(sign, '')}{sign}{sign.upper()[:1]}]"
            for sign in token[place : place + (2 if pair else 1)]
        ]
        found.append(f"({_SIGNS.join(letters)}|[{pair}])" if pair else letters[0])
        place += len(letters)
    return _SIGNS.join(found)


@cache
def _spellings() -> tuple[dict[str, str], dict[str, str]]:
    """Return what is folded to each letter or digit, and to each two letters, such as “æ”."""
    found: dict[str, list[str]] = defaultdict(list)
    for sign in map(chr, range(0x80, 0x10000)):
        if unicodedata.category(sign)[0] in "LN" and unicodedata.normalize("NFKC", sign) == sign:
            folded = tokenizer.fold(sign)
            if folded != sign and len(folded) <= 2:
                found[folded].append(sign)
    ones = {folded: "".join(signs) for folded, signs in found.items() if len(folded) == 1}
    pairs = {folded: "".join(signs) for folded, signs in found.items() if len(folded) == 2}
    return ones, pairs
