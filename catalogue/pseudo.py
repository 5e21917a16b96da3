"""Pseudo-languages, which show what is not ready for translation.

`en-xa` is English with accents, in brackets and 40 % longer: text outside brackets did not pass through gettext,
and text that is cut off would be cut off in German too. `ar-xb` is the same, displayed from right to left. Both
are computed from the source strings on request, so there are no message files to maintain.
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
"""Placeholders, elements, entities, numbers and space, which a translation keeps unchanged."""
FROM_RIGHT_TO_LEFT, TO_HERE = "\u202e", "\u202c"


def accented(text: str, *, mirrored: bool = False) -> str:
    """Return `text` in the pseudo-language: accented, lengthened and in brackets."""
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
    """Translations of a pseudo-language, in place of a gettext catalogue."""

    def __init__(self, language: str):
        super().__init__()
        self._language = language
        self.asked: set[str] = set()
        """Messages that were asked for, each after its context as message files have it. Tests read it."""

    def to_language(self) -> str:
        return self._language

    def gettext(self, message):
        self.asked.add(message)
        return self._accented(message)

    def _accented(self, message):
        _context, _separator, message = message.rpartition(trans_real.CONTEXT_SEPARATOR)
        return accented(message, mirrored=self._language == MIRRORED)

    def ngettext(self, singular, plural, number):
        self.asked.add(singular)
        return self._accented(singular if number == 1 else plural)


class PseudoLanguages(AppConfig):
    """App that adds the pseudo-languages to Django. Installed with PSEUDO_LANGUAGES, and in tests."""

    name = "catalogue.pseudo"
    label = "pseudo"

    def ready(self):
        install()


def install() -> None:
    for language in (ACCENTED, MIRRORED):
        trans_real._translations[language] = PseudoTranslation(language)
