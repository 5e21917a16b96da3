"""Quotation marks of the reader's language."""

from collections.abc import Iterable

from django.utils.translation import gettext


def quoted(text: object) -> str:
    return gettext("“%(part)s”") % {"part": text}


def inner_quotes(texts: Iterable[object]) -> str:
    """Join texts that a sentence has in one pair of quotation marks, so that each has its own: a”, “b."""
    opening, closing = gettext("“%(part)s”").split("%(part)s")
    return f"{closing}{gettext(', ')}{opening}".join(map(str, texts))
