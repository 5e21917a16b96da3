"""Filler: text that was typed to fill a field, such as “test test test” or “asdfgh”."""

import re
from collections import Counter

from practices.core.titles import folded

_PLACEHOLDERS = frozenset(
    [
        "test", "tests", "testing", "tester", "essai", "prueba", "probe", "abc", "abcd", "xxx", "xyz", "foo", "bar",
        "baz", "blah", "bla", "lorem", "ipsum", "dolor", "sit", "amet", "hello", "tbd", "sample", "dummy",
        "asd", "qwe", "zxc", "teste", "тест", "اختبار", "测试", "測試",
    ]
)  # fmt: skip
_CHUNK_AGAIN = re.compile(r"(.{1,4})\1{2,}")
"""A word of one to four characters, three times or more: “aaaa”, “lalala”, “测试测试测试”."""
_KEYBOARD_ROWS = [
    folded(row)
    for row in (
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "azertyuiop",
        "qsdfghjklm",
        "qwertzuiop",
        "йцукенгшщзхъ",
        "фывапролджэ",
        "ячсмитьбю",
        "ضصثقفغعهخحجد",
        "شسيبلاتنمكط",
    )
]
_FEWEST_KEYS = 4
_FEWEST_KEYS_AGAIN = 3
"""Keys of a row that are noise if a word is nothing but them, twice or more: “asdasd”. Four may also end in between."""
_NO_VOWEL = re.compile(r"[bcdfghjklmnpqrstvwxz]{7,}")
"""Letters that no word has without a vowel. Seven, because abbreviations are shorter."""
_FEWEST_WORDS = 12
"""Words from which on a text that repeats a few of them is filler."""
_DISTINCT = 0.3
_MOST_COMMON = 0.6


def is_filler(text: str) -> bool:
    """Return whether a text says nothing: placeholders, keys next to each other, or the same words over and over."""
    words = folded(text).split()
    if not words:
        return False
    if all(word in _PLACEHOLDERS or word.isdigit() for word in words):
        return not all(word.isdigit() for word in words)
    if sum(map(_is_noise, words)) > len(words) / 2:
        return True
    counts = Counter(words)
    if len(words) > 2 and counts.most_common(1)[0][1] > len(words) * _MOST_COMMON:
        return True
    return len(words) >= _FEWEST_WORDS and len(counts) < len(words) * _DISTINCT


def _is_noise(word: str) -> bool:
    return bool(
        _CHUNK_AGAIN.fullmatch(word)
        or _NO_VOWEL.search(word)
        or any(_of_row(word, row) for row in _KEYBOARD_ROWS)
    )


def _of_row(word: str, row: str) -> bool:
    """Return whether a word is keys of a row from left to right, maybe more than once: “asdf”, “asdfasdf”."""
    few = word[:_FEWEST_KEYS_AGAIN]
    if few in row and len(word) > len(few) and word == few * (len(word) // len(few)):
        return True
    return any(
        word == (word[:length] * (len(word) // length + 1))[: len(word)] and word[:length] in row
        for length in range(_FEWEST_KEYS, min(len(word), len(row)) + 1)
    )
