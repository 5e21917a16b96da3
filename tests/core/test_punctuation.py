"""Commas, semicolons and colons are those of the language in use."""

import pytest
from django.utils import translation

from practices.core.punctuation import bracketed, labelled, listed, listed_apart, sentence


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("2, 5", "a; b", "a: b")),
        ("fr", ("2, 5", "a\u202f; b", "a\u00a0: b")),
        ("es", ("2, 5", "a; b", "a: b")),
        ("ar", ("2، 5", "a؛ b", "a: b")),
        ("zh-hans", ("2、5", "a；b", "a：b")),
        ("ru", ("2, 5", "a; b", "a: b")),
    ],
)
def test_parts_are_put_together_in_the_punctuation_of_the_language(language, expected):
    with translation.override(language):
        together = (listed([2, 5]), listed_apart("ab"), labelled("a", "b"))

    assert together == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("en", ("(a)", "a.")), ("fr", ("(a)", "a.")), ("zh-hans", ("（a）", "a。"))]
)
def test_brackets_and_full_stops_are_those_of_the_language(language, expected):
    with translation.override(language):
        assert (bracketed("a"), sentence("a")) == expected
