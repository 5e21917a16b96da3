import pytest

from practices import search
from practices.models import Practice
from tests.factories import make_practice

pytestmark = pytest.mark.django_db


def found(text):
    """Titles of what is found, in the order of the catalogue."""
    return [practice.title for practice in search.matching(Practice.objects.published(), text)]


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_no_words_find_everything(text):
    make_practice(title="First")
    make_practice(title="Second")

    assert found(text) == ["Second", "First"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Remittances for all"),
        ("summary", "It makes remittances cheap."),
        ("area", "Remittances Valley"),
        ("credit", "Remittances Institute"),
        ("context", "Remittances were dear."),
        ("activities", "Remittances are compared."),
        ("results", "Remittances became cheap."),
        ("tags", ["remittances"]),
    ],
)
def test_word_is_found_in(field, value):
    make_practice(title="Elsewhere")
    practice = make_practice(**{"title": "Here", field: value})

    assert found("remittances") == [practice.title]


def test_word_is_found_in_the_name_of_a_country():
    make_practice(title="Here", countries=["PH", "GE"])
    make_practice(title="Elsewhere", countries=["GE"])

    assert found("philippines") == ["Here"]


def test_every_word_has_to_occur_in_any_field():
    make_practice(title="Pension desks", area="Manila", tags=["ports"])
    make_practice(title="Pension desks", area="Batumi")

    assert found("manila pension ports") == ["Pension desks"]


def test_practice_that_matches_in_many_ways_is_found_once():
    make_practice(title="Ports", summary="Ports.", tags=["ports", "seaports"], countries=["PH", "GE"])

    assert found("ports") == ["Ports"]


@pytest.mark.parametrize("text", ["%", "_", "100%", "port_", "'", '"', "\\", "* OR 1=1 --"])
def test_signs_stand_for_themselves(text):
    make_practice(title="Ports")

    assert found(text) == []


def test_words_beyond_the_tenth_are_left_out():
    make_practice(title="Ports")

    assert found("ports " * 10 + "nowhere") == ["Ports"]


def test_withdrawn_practice_is_not_found():
    make_practice(title="Ports", withdrawn=True)

    assert found("ports") == []


def test_order_given_is_kept():
    make_practice(title="B ports")
    make_practice(title="A ports")

    in_order = search.matching(Practice.objects.order_by("title"), "ports")

    assert [practice.title for practice in in_order] == ["A ports", "B ports"]
