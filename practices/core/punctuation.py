"""Punctuation of the active language, for text that is put together from parts."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext


def listed(items: Iterable[Any]) -> str:
    """Return `items` with commas between them. Arabic and Chinese have commas of their own."""
    return gettext(", ").join(map(str, items))


def listed_apart(items: Iterable[Any]) -> str:
    """Return `items` with semicolons between them, for items that may contain commas."""
    return gettext("; ").join(map(str, items))


def labelled(label: Any, text: Any) -> str:
    """Return a label, a colon and a text. French has a space before the colon, Chinese none after it."""
    return gettext("%(label)s: %(text)s") % {"label": label, "text": text}


def bracketed(text: Any) -> str:
    """Return a text in brackets. Chinese ones are wide."""
    return gettext("(%(text)s)") % {"text": text}


def sentence(text: Any) -> str:
    """Return a text with a full stop, unless it ends with a sign. Chinese has one of its own."""
    if str(text).endswith((".", "!", "?", "…", "؟", "。", "！", "？")):
        return str(text)
    return gettext("%(text)s.") % {"text": text}
