"""Languages of texts: which one a text is in, and which one a file means by a name or code."""

import re
from collections.abc import Collection
from functools import cache
from itertools import islice

import pycld2
from django.utils.translation import get_language, override

from practices.choices import LANGUAGES, OFFERED_LANGUAGES
from practices.core.titles import folded

_MIN_SCORE = 300
"""Score per 1,024 bytes. Below it, the words of a text are rare in the language that is nearest."""
_MIN_BYTES = 5
"""Letters in UTF-8: five of Latin script, two of Chinese."""
_KANA = re.compile("[\u3040-\u30ff]")
_ALIASES = {
    "zh": "zh-hans", "zh-cn": "zh-hans", "zh-sg": "zh-hans", "zh-tw": "zh-hant", "zh-hk": "zh-hant",
    "tl": "fil", "no": "nb", "nn": "nb", "iw": "he", "in": "id", "mo": "ro", "tw": "ak",
}  # fmt: skip
"""Codes of the detector and of files → ours, where they differ."""

_CLOSE = ["bs hr sr", "cs sk", "da nb", "fa prs", "id ms", "rn rw", "xh zu", "es gl", "hi mr ne"]
"""Languages that are so close that a short text may be taken for another one of them."""


def detect(*texts: str, countries: Collection[str] = ()) -> str:
    """Return the code of the language of plain texts; empty if they are too short to tell, or it is not offered.

    The detector does not tell Dari from Persian: Persian of Afghanistan, one of the `countries`, is Dari. It takes some
    short Chinese texts for Japanese, which has kana.
    """
    text = "\n".join(texts)
    letters = "".join(islice(filter(str.isalpha, text), _MIN_BYTES))
    if len(letters.encode(errors="ignore")) < _MIN_BYTES:
        return ""
    try:
        _reliable, _bytes, found = pycld2.detect(text, isPlainText=True, bestEffort=True)
    except (pycld2.error, UnicodeEncodeError):  # signs that are no text, such as lone surrogates
        return ""
    _name, code, _percent, score = found[0]
    code = _ALIASES.get(code.lower(), code.lower())
    if code == "fa" and "AF" in countries and "IR" not in countries:
        code = "prs"
    if code == "ja" and not _KANA.search(text):
        code = "zh-hans"
    return code if score >= _MIN_SCORE and code in _offered() else ""


def differ(detected: str, chosen: str) -> bool:
    """Return whether a detected language makes it unlikely that the chosen one is right."""
    return bool(detected) and _branch(detected) != _branch(chosen)


def _branch(code: str) -> str:
    """Return what a code has in common with those that the detector takes for each other, or that share a language."""
    language = code.partition("-")[0]
    return next((close for close in _CLOSE if language in close.split()), language)


def code_of(text: str) -> str:
    """Return the code of the language that has this code or name, in any case; `text` itself if none has.

    Names may be those of the language itself, English ones or those of the active language. A region that no code has
    is left out: “fr-CA” is French.
    """
    code = text.strip().lower().replace("_", "-")
    for candidate in (code, code.partition("-")[0]):
        known = _ALIASES.get(candidate, candidate)
        if known in _known():
            return known
    return _codes_by_name(get_language() or "en").get(folded(text), text)


@cache
def _codes_by_name(active: str) -> dict[str, str]:
    """Return code by folded name. Cached for each active language, as names are translated."""
    with override("en"):
        codes = {folded(str(language.name)): language.code for language in OFFERED_LANGUAGES}
    with override(active):
        for language in OFFERED_LANGUAGES:
            codes |= {
                folded(str(name)): language.code
                for name in (language.name, language.own_name, language.label)
            }
    return codes


@cache
def _offered() -> frozenset[str]:
    return frozenset(language.code for language in OFFERED_LANGUAGES)


@cache
def _known() -> frozenset[str]:
    return frozenset(code for code, _label in LANGUAGES)
