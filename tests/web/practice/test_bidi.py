"""Display order of bidirectional text, compared with another implementation of the algorithm."""

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from practices.web.practice.drawing import bidi

CHARACTERS = "abc אבג عمل 012 ٠١٢ .,:;/+-%€ ()[]{} \u05b8\u0301 –«»!?"


def displayed(text, *, is_rtl):
    """Return the characters of a line in display order, from left to right."""
    levels = bidi.levels(text, is_rtl=is_rtl)
    runs = [(text[start:end], levels[start]) for start, end in bidi.runs(levels)]
    return "".join(run[::-1] if level % 2 else run for run, level in runs)


@given(text=st.text(CHARACTERS, max_size=40), is_rtl=st.booleans())
def test_display_order_is_that_of_the_unicode_algorithm(text, is_rtl):
    assert displayed(text, is_rtl=is_rtl) == get_display(text, base_dir="R" if is_rtl else "L")


@pytest.mark.parametrize(
    ("text", "is_rtl", "order"),
    [
        ("", True, ""),
        ("Desk (ILO) 12", False, "Desk (ILO) 12"),
        ("אב ILO (2019)", True, "ILO (2019) בא"),
        ("אב (2019) ILO", True, "ILO )2019( בא"),
        ("אב 12-15%", True, "12-15% בא"),
    ],
)
def test_direction_of_a_line_orders_its_parts(text, is_rtl, order):
    assert displayed(text, is_rtl=is_rtl) == order


def test_bracket_in_a_right_to_left_run_is_mirrored_by_its_level():
    assert bidi.levels("א(ב)", is_rtl=True) == [1, 1, 1, 1]
