"""Two languages nobody speaks, which show what is not ready for translation.

`en-xa` is English with accents, in brackets and two fifths longer: what stands outside brackets never passed
through gettext, what is cut off will be cut off in German too. `ar-xb` is the same as if written from right to
left. Both are made from the source strings as they are asked for; there is nothing to keep up to date.
"""

import gettext
import re

from django.apps import AppConfig
from django.utils.translation import trans_real

ACCENTED = "en-xa"
MIRRORED = "ar-xb"
OPENING, CLOSING = "⟦", "⟧"
LONGER = 1.4
ACCENTS = str.maketrans(
    "ABCDEGHIJKLMNOPRSTUWYZabcdeghijklmnoprstuwyz", "ÅßÇÐÉĜĤÎĴĶĻṀÑÖÞŔŠŢÛŴÝŽåƀçðéĝĥîĵķļṁñöþŕšţûŵýž"
)
VOWELS = re.compile(r"[aeiou]")
KEPT = re.compile(r"(%\(\w+\)[a-z]|%[a-z%]|\{[^}]*\}|<[^>]*>|&#?\w+;|\d+|\s+)")
"""Placeholders, elements, entities, numbers and space: what a translator leaves as it is."""
FROM_RIGHT_TO_LEFT, TO_HERE = "\u202e", "\u202c"


def accented(text: str, *, mirrored: bool = False) -> str:
    """`text` as a patient translator into a long-winded language would give it back."""
    body = text.strip()
    if not body:
        return text
    before, after = text[: text.index(body)], text[text.index(body) + len(body) :]
    parts = KEPT.split(body)
    words = sum(map(len, parts[::2]))
    parts[::2] = [VOWELS.sub(lambda vowel: vowel[0] * 2, word).translate(ACCENTS) for word in parts[::2]]
    padding = "~" * round(words * LONGER - sum(map(len, parts[::2])))
    if mirrored:
        parts[::2] = [f"{FROM_RIGHT_TO_LEFT}{word}{TO_HERE}" if word else "" for word in parts[::2]]
    return f"{before}{OPENING}{''.join(parts)}{padding}{CLOSING}{after}"


class PseudoTranslation(gettext.NullTranslations):
    """Stands where Django keeps the catalogue of a language."""

    def __init__(self, language: str):
        super().__init__()
        self._language = language

    def to_language(self) -> str:
        return self._language

    def gettext(self, message):
        _context, _separator, message = message.rpartition(trans_real.CONTEXT_SEPARATOR)
        return accented(message, mirrored=self._language == MIRRORED)

    def ngettext(self, singular, plural, number):
        return self.gettext(singular if number == 1 else plural)


class PseudoLanguages(AppConfig):
    """Makes both languages known to Django. Installed with PSEUDO_LANGUAGES, and in tests."""

    name = "catalogue.pseudo"
    label = "pseudo"

    def ready(self):
        install()


def install() -> None:
    for language in (ACCENTED, MIRRORED):
        trans_real._translations[language] = PseudoTranslation(language)
