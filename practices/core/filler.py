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
_ROWS = [row for forwards in _KEYBOARD_ROWS for row in (forwards, forwards[::-1])]
_FEWEST_KEYS = 4
_FEWEST_KEYS_AGAIN = 3
"""Keys of a row that are noise if a word is nothing but such runs: “asdasd”, “asdjkl”. The last of four or more may be
cut off. A word of three alone may be an abbreviation, unless all others are such, too."""
_NO_VOWEL = re.compile(r"[bcdfghjklmnpqrstvwxz]{7,}")
"""Letters that no word has without a vowel. Seven, because abbreviations are shorter."""
_NO_VOWEL_IN_SMALL_LETTERS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}")
"""As `_NO_VOWEL`, of a whole word in small letters, as abbreviations are rarely typed."""
_FEWEST_WORDS = 12
"""Words from which on a text that repeats a few of them is filler."""
_DISTINCT = 0.3
_MOST_COMMON = 0.6
_FEWEST_REPEATS = 3
"""Times that a word has to stand in a short text to fill it: “Hand in hand” is the title of a practice."""


def is_filler(text: str) -> bool:
    """Return whether a text says nothing: placeholders, keys next to each other, or the same words over and over."""
    words = folded(text).split()
    if not words:
        return False
    if all(word in _PLACEHOLDERS or word.isdigit() for word in words):
        return not all(word.isdigit() for word in words)
    if len(words) > 1 and all(_is_noise(word) or _is_runs(word) for word in words):
        return True
    if sum(map(_is_noise, words)) + _without_vowels(text) > len(words) / 2:
        return True
    counts = Counter(words)
    most = counts.most_common(1)[0][1]
    if most >= _FEWEST_REPEATS and most > len(words) * _MOST_COMMON:
        return True
    return len(words) >= _FEWEST_WORDS and len(counts) < len(words) * _DISTINCT


def _without_vowels(text: str) -> int:
    """Return how many words in small letters have no vowel, apart from those that are noise anyway."""
    found = filter(_NO_VOWEL_IN_SMALL_LETTERS.fullmatch, re.findall(r"\w+", text))
    return sum(not _is_noise(word) for word in found)


def _is_noise(word: str) -> bool:
    return bool(
        _CHUNK_AGAIN.fullmatch(word)
        or _NO_VOWEL.search(word)
        or any(_is_cut_off(word, row) for row in _ROWS)
        or (len(word) >= _FEWEST_KEYS and _is_runs(word))
    )


def _is_cut_off(word: str, row: str) -> bool:
    """Return whether a word is four keys of a row or more, maybe more than once: “asdf”, “asdfasdfas”."""
    return any(
        word == (word[:length] * (len(word) // length + 1))[: len(word)] and word[:length] in row
        for length in range(_FEWEST_KEYS, min(len(word), len(row)) + 1)
    )


def _is_runs(word: str) -> bool:
    """Return whether a word is nothing but runs of three keys or more, each from one row: “jkl”, “qweasd”, “fdsalkj”."""
    ends = {0}
    """Places where a run may begin."""
    for end in range(_FEWEST_KEYS_AGAIN, len(word) + 1):
        starts = (start for start in ends if end - start >= _FEWEST_KEYS_AGAIN)
        if any(word[start:end] in row for start in starts for row in _ROWS):
            ends.add(end)
    return len(word) in ends
