"""Tokens of a text for search: folded words and their stems, the same for both databases."""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import chain

import snowballstemmer

STEMMED = {"en": "english", "fr": "french", "es": "spanish"}
"""Languages with stemming, by code. Words of other languages are found as they are written."""

TOKEN_LENGTH = 60
_UNSEPARATED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Kana and Han, which are written without spaces: each character is a token, and a longer word is a phrase."""
_TOKEN = re.compile(rf"[{_UNSEPARATED}]|[^\W_{_UNSEPARATED}]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "’": "'"}
)
"""Letters that Unicode does not decompose, and what people type for them."""


def fold(text: str) -> str:
    """Return `text` in lower case and without accents: “Saadé” becomes “saade”. Works character by character."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return plain.translate(_LETTERS)


def tokens(text: str) -> list[str]:
    """Return the folded words of `text`, in order."""
    return [token[:TOKEN_LENGTH] for token in _TOKEN.findall(_POSSESSIVE.sub("", fold(text)))]


def spans(text: str) -> list[tuple[str, int, int]]:
    """Return (folded word, start, end) of each word of `text`, as positions in `text`."""
    folded = [fold(sign) for sign in text]
    origins = list(chain.from_iterable([position] * len(part) for position, part in enumerate(folded)))
    found = []
    for match in _TOKEN.finditer("".join(folded)):
        end = origins[match.end() - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        found.append((match[0][:TOKEN_LENGTH], origins[match.start()], end))
    return found


def is_stemmed(language: str) -> bool:
    return language.partition("-")[0] in STEMMED


def stem(token: str, language: str) -> str:
    """Return the stem of a folded word, prefixed with its language. `language` must be one with stemming."""
    return _stem(token, language.partition("-")[0])


def every_stem(token: str) -> list[str]:
    """Return the stems of a word in every language with stemming, as a search does not say its language."""
    return [_stem(token, code) for code in STEMMED]


@lru_cache(maxsize=20_000)  # about 5 MB, whatever words visitors make up
def _stem(token: str, code: str) -> str:
    return f"{code}~{_stemmer(code).stemWord(token)}"


@cache
def _stemmer(code: str):
    return snowballstemmer.stemmer(STEMMED[code])
