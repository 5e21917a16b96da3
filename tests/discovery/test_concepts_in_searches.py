"""Concepts of the thesaurus that a search text mentions are searched under all their names."""

import pytest

from practices.core import catalogue_version
from practices.discovery import PracticeFilter, search
from practices.models import Concept, Practice
from tests.support.factories import make_practice
from tests.support.thesaurus import make_concept

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def remittances():
    make_concept(
        "remittances",
        en=["remittances", "money transfers", "transfer of money"],
        fr=["envois de fonds"],
        zh=["汇款"],
    )


def found(text):
    """Return the titles of the practices that have all that a text asks for."""
    practices = search.filter_matching(Practice.objects.published(), search.interpret(text))
    return sorted(practices.values_list("title", flat=True))


def terms(text):
    """Return (what was typed, its concepts) of each term of a text."""
    return [(term.typed, term.concepts) for term in search.interpret(text)]


@pytest.mark.parametrize("text", ["remittance", "money transfer", "Envois de fonds", "汇款"])
def test_concept_is_found_under_all_its_names(text):
    make_practice(title="Cheaper remittances")
    make_practice(title="Envois de fonds", language="fr")
    make_practice(title="侨民汇款", language="zh-hans")
    make_practice(title="Money for schools")

    assert found(text) == ["Cheaper remittances", "Envois de fonds", "侨民汇款"]


def test_name_of_several_words_is_found_as_a_phrase_or_by_its_own_words():
    make_practice(title="Money transfers")
    make_practice(title="Transfers of skills and money")
    make_practice(title="Money")

    assert found("money transfers") == ["Money transfers", "Transfers of skills and money"]
    assert found("remittances") == ["Money transfers"]


def test_words_that_name_a_concept_together_know_it_and_those_around_do_not():
    assert terms("cheap transfer of money in Kenya") == [
        ("cheap", ()),
        ("transfer", ("remittances",)),
        ("money", ("remittances",)),
        ("Kenya", ()),
    ]


def test_words_of_a_script_without_spaces_are_divided_at_a_mention():
    assert terms("移民汇款政策") == [("移民", ()), ("汇款", ("remittances",)), ("政策", ())]


@pytest.mark.parametrize("text", ['"remittances"', "-remittances desks", "remittances*"])
def test_words_with_a_sign_are_searched_as_typed(text):
    assert [concepts for _typed, concepts in terms(text) if concepts] == []


def test_abbreviation_is_found_in_capitals_and_its_long_form_without_short_ones():
    make_concept("prime-minister", en=["prime minister", "PM"])
    make_practice(title="Prime Minister")
    make_practice(title="Desk open until 5 pm")

    assert (found("PM"), found("prime minister"), found("pm")) == (
        ["Desk open until 5 pm", "Prime Minister"],
        ["Prime Minister"],
        ["Desk open until 5 pm"],
    )


def test_subscription_matches_other_names_of_what_it_asks_for():
    practice = make_practice(title="Envois de fonds", language="fr")

    matches = [PracticeFilter({"q": text}).matches(practice) for text in ("remittances", "remittance costs")]

    assert matches == [True, False]


def test_page_of_results_says_which_concept_a_practice_lacks():
    make_practice(title="Envois de fonds for rural schools", language="fr")

    plan = search.plan(tuple(search.interpret("money transfers rural schools lottery")), is_ranked=True)

    assert [hit.missing for hit in search.rank(plan).hits] == [("lottery",)]


def test_names_of_an_edited_concept_that_no_practice_has_are_left_out_of_the_ranked_search():
    make_practice(title="Cheaper remittances")
    Concept.objects.update(is_edited=True)
    catalogue_version.bump(names_changed=True)

    plan = search.plan(tuple(search.interpret("remittances")), is_ranked=True)

    assert [each.term.phrases for each in plan.weighed] == [(("remittances",),)]


def test_edit_of_a_concept_counts_for_practices_that_are_indexed_already():
    make_practice(title="Cheaper money orders")
    Concept.objects.update(names={"en": ["remittances", "money orders"]}, is_edited=True)
    catalogue_version.bump(names_changed=True)

    assert found("remittances") == ["Cheaper money orders"]


@pytest.mark.parametrize("text", ["ก.พ.ร.", "汇.款", "이.가", "か.か", "a.𐐀"])
def test_initials_in_scripts_without_spaces_are_read(text):
    make_practice(title=f"Desk {text}")

    assert found(text) == [f"Desk {text}"]
