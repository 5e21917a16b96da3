"""Plain text: what is left of what people paste."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practices.core.plain_text import plain

PASTED = st.text(
    st.one_of(
        st.sampled_from(
            "a ع ه ک क ् ❤ 1 葛 豈 ᠠ ˚ = é e ाి 🏴 •\u0301\u0338\u0654\u200b\u200c\u200d\u200e\u200f\u202e\u2066\ufe0f"
            "\U000e0100\U000e0067\U000e007f\u061c\u180e\r\n\x0b\x85\x93\x1e\u2028\u2126\uf0b7\uf0c7\ufffc\ufeff"
        ),
        st.characters(),
    ),
    max_size=12,
)


@settings(deadline=None, derandomize=True, database=None, max_examples=500)
@given(PASTED)
def test_plain_text_stays_as_it_is(text):
    assert plain(plain(text)) == plain(text)


@settings(deadline=None, derandomize=True, database=None)
@given(PASTED)
def test_composed_and_decomposed_texts_are_one(text):
    assert plain(unicodedata.normalize("NFD", text)) == plain(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        (
            "one\x0btwo\u0085three\u2028four\u2029five\x0csix\r\nseven",
            "one\ntwo\nthree\nfour\nfive\nsix\nseven",
        ),
        ("\uf0b7\tDesks\n\uf0a7 Ports\n  \uf0c7 Banks", "•\tDesks\n▪ Ports\n  • Banks"),
        ("5\uf0b0 \uf0b1 1", "5° ± 1"),
        ("\x93Desks\x94 \x96 \x80 5, Chişinău\x92s", "“Desks” – € 5, Chişinău’s"),
        ("A picture\ufffc, a\ufeff mark, non\x1ebreaking", "A picture, a mark, non-breaking"),
        ("E\u0301ducation, Việt\u200b Nam", "Éducation, Việt Nam"),
        ("\u202eDesks\u202c \u2066in\u2069 por\u00adts\U000e0041", "Desks in ports"),
    ],
    ids=[
        "line ends",
        "bullets",
        "symbols",
        "Windows-1252",
        "leftovers",
        "letters with marks",
        "invisible signs",
    ],
)
def test_pasted_text_is_kept_as_its_author_saw_it(pasted, kept):
    assert plain(pasted) == kept


@pytest.mark.parametrize(
    "text",
    [
        "می‌خواهم",
        "۱۴۰۳ ه‍.ش.",
        "क्‍ष",
        "ශ්‍රී ලංකා",
        "👩🏽‍🎓",
        "❤️‍🔥",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "葛󠄀",
        "ᠠ᠎ᠠ",
    ],
)
def test_joiners_that_a_script_needs_stay(text):
    assert plain(text) == text
