"""Quotation marks of the reader's language."""

from collections.abc import Iterable

from django.utils.translation import get_language_bidi, gettext


def quoted(text: object) -> str:
    return gettext("“%(part)s”") % {"part": text}


def quoted_title(title: object) -> str:
    """Return a title in quotation marks. In Arabic, it is isolated: marks between Latin titles would go astray."""
    isolated = f"\N{FIRST STRONG ISOLATE}{title}\N{POP DIRECTIONAL ISOLATE}"
    return quoted(isolated if get_language_bidi() else title)


def inner_quotes(texts: Iterable[object]) -> str:
    """Join texts that a sentence has in one pair of quotation marks, so that each has its own: a”, “b."""
    opening, closing = gettext("“%(part)s”").split("%(part)s")
    return f"{closing}{gettext(', ')}{opening}".join(map(str, texts))
