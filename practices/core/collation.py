"""Order of names in the language of the reader, by the Unicode CLDR, the same on both databases.

A French list has Égypte beside Espagne, a Spanish one ñ after n, and a Chinese one goes by pinyin.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import icu

from practices.models.reference_texts import active_language


def sorted_by_name[Item](items: Iterable[Item], name: Callable[[Item], Any] = str) -> list[Item]:
    """Return `items` by their names in the order of the active language."""
    collator = _collator(active_language())
    return sorted(items, key=lambda item: collator.getSortKey(str(name(item))))


@cache
def _collator(language: str) -> icu.Collator:
    return icu.Collator.createInstance(icu.Locale.forLanguageTag(language))
