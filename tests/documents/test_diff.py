import random

import pytest

from practices.documents import diff
from practices.documents.diff import Piece
from tests.support.factories import document

pytestmark = pytest.mark.django_db


def shown(pieces):
    """Format the pieces as one line: [-removed-] and {+added+}."""
    marks = {"same": "{}", "added": "{{+{}+}}", "removed": "[-{}-]", "left_out": " … "}
    return "".join(marks[piece.kind].format(piece.text) for piece in pieces)


def of(field, old, new):
    """Return the only difference between two documents that differ in one field."""
    (difference,) = diff.between(document(**{field: old}), document(**{field: new}))
    assert difference.field == field
    return difference


def test_documents_that_say_the_same_do_not_differ():
    assert diff.between(document(), document()) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("Desks help workers.", "Desks help returning workers.", "Desks help {+returning +}workers."),
        ("In 2019, 300 came.", "In 2019, 1,300 came.", "In 2019, [-300-]{+1,300+} came."),
        ("", "Desks.", "{+Desks.+}"),
        ("Desks.", "", "[-Desks.-]"),
        ("a plan for all", "one law of some", "[-a plan for all-]{+one law of some+}"),
        ("the desk on the quay", "the office at the gate", "the [-desk on the quay-]{+office at the gate+}"),
        ("it’s a desk", "it’s two desks", "it’s [-a desk-]{+two desks+}"),
        ("移民の窓口", "移民の新窓口", "移民の{+新+}窓口"),
        ("مكتب العودة", "مكتب دعم العودة", "مكتب {+دعم +}العودة"),
        ("नीति", "नीतियाँ", "[-नीति-]{+नीतियाँ+}"),
    ],
)
def test_texts_differ_in_words(old, new, line):
    assert shown(diff.words(old, new)) == line


def test_words_put_together_are_both_texts():
    randomly = random.Random(21)
    old, new = (
        " ".join(randomly.choices(["the", "desk", "of", "a", "port", "was"], k=200)) for _ in range(2)
    )

    pieces = diff.words(old, new)

    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


def test_longest_texts_that_have_little_in_common_are_compared_at_once():
    randomly = random.Random(21)
    old, new = ("".join(randomly.choices("窓口移民", k=20_000)) for _ in range(2))

    pieces = diff.words(old, new)

    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old


def test_long_stretches_that_stayed_the_same_are_left_out():
    stayed = "word " * 400

    pieces = diff.shortened(diff.words(f"{stayed}old {stayed}", f"{stayed}new {stayed}"))

    assert [piece.kind for piece in pieces] == ["left_out", "same", "removed", "added", "same", "left_out"]
    assert sum(len(piece.text) for piece in pieces) < 400


def test_list_differs_in_items_by_the_names_that_people_read():
    difference = of("countries", ["PH", "GE"], ["GE", "TV"])

    assert (difference.added, difference.removed, difference.order) == (["Tuvalu"], ["Philippines"], [])


def test_list_says_its_order_where_items_changed_places():
    difference = of("objectives", [21, 3, 2], [3, 21])

    assert ([item[:3] for item in difference.removed], [item[:3] for item in difference.order]) == (
        ["2. "],
        ["3. ", "21."],
    )


@pytest.mark.parametrize(
    ("field", "old", "new", "line"),
    [
        ("evidence_level", "none_stated", "monitored", "[-None stated-]{+Monitored+}"),
        ("start_year", 2019, None, "[-2019-]"),
        ("language", "en", "fr", "[-English-]{+français (French)+}"),
        ("source_url", "https://a.example/x", "https://b.example/x", "[-https://a.example/x-]{+https://b.example/x+}"),
    ],
)  # fmt: skip
def test_value_differs_as_a_whole(field, old, new, line):
    assert shown(of(field, old, new).pieces) == line


def test_unknown_reference_value_is_shown_unchanged():
    difference = of("type", "", "gone-since")

    assert difference.pieces == [Piece("added", "gone-since")]
