"""Numbers in query strings and forms."""

import pytest

from practices.core.http.numbers import MAX_KEY, whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("000", 0), ("1", 1), ("21", 21), ("007", 7), ("100", 100), ("101", 100), ("9" * 10_000, 100)],
)
def test_whole_numbereger_is_at_most_the_largest(text, number):
    assert whole_number(text, most=100) == number


def test_whole_numbereger_may_be_any_primary_key():
    numbers = [whole_number(str(number)) for number in (MAX_KEY - 1, MAX_KEY, MAX_KEY + 1)]

    assert numbers == [MAX_KEY - 1, MAX_KEY, MAX_KEY]


@pytest.mark.parametrize(
    "text",
    [
        None, "", "-0", "-1", "+1", "1.0", "1e3", "1_000", "1,000", " 1", "1 ", "1\n", "\n", "0x1", "one",
        "²", "1²", "½", "①", "٣", "३", "１", "\x00", "1\x00", "true",
    ],
)  # fmt: skip
def test_anything_else_is_no_whole_numbereger(text):
    assert whole_number(text) is None
