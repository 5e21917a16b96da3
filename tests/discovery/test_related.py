from datetime import timedelta

import pytest

from practices import workflow
from practices.core import catalogue_version
from practices.discovery import facet_codes, related, results
from practices.discovery.results import Selection
from practices.documents.lookup import rows_named
from practices.models import Country, Practice, PracticeType
from tests.support.factories import NOW, document, make_practice

pytestmark = pytest.mark.django_db


def related_to(practice):
    """Return (title, reason) of each related practice."""
    found = related.related_practices(practice)
    return [(each.practice.title, str(each.reason)) for each in found]


def titles(beside):
    return [getattr(practice, "title", None) for practice in (beside.before, beside.after)]


# Related practices --------------------------------------------------------------------------------------


def test_most_similar_practices_come_first_with_the_reason():
    practice = make_practice(objectives=[21, 3], countries=["PH"], tags=["ports"], type="service")
    make_practice(title="Country", objectives=[5], countries=["PH"])
    make_practice(title="Everything", objectives=[21], countries=["PH", "FR"], tags=["ports"])
    make_practice(title="Tag", objectives=[5], tags=["ports"])
    make_practice(title="Both", objectives=[21], countries=["PH"])
    make_practice(title="Nothing", objectives=[5], countries=["FR"], tags=["banks"], type="service")

    assert related_to(practice) == [
        ("Everything", "Same objective, country and topics"),
        ("Both", "Same objective and country"),
        ("Country", "Same country"),
        ("Tag", "Same topics"),
    ]


def test_practice_with_only_an_objective_is_related_by_it():
    practice = make_practice(objectives=[21, 3])
    make_practice(title="Of its other objective", objectives=[3])
    make_practice(title="Serves it too", objectives=[5, 21])
    make_practice(title="Mainly that", objectives=[21])
    make_practice(title="Mainly that, and the other", objectives=[21, 3])

    assert related_to(practice) == [
        ("Mainly that, and the other", "Same objective"),
        ("Mainly that", "Same objective"),
        ("Serves it too", "Same objective"),
    ]


@pytest.mark.usefixtures("semantic_search")
def test_practices_similar_in_meaning_are_related_and_say_so():
    practice = make_practice(
        title="Transfer desk",
        summary="Migrants send money home.",
        objectives=[20],
        countries=["PH"],
    )
    make_practice(
        title="Transferts", summary="Les migrants envoient de l’argent chez eux.", objectives=[19],
        countries=["FR"], language="fr",
    )  # fmt: skip
    make_practice(title="Clinic", summary="Doctors see patients in a van, free of charge.", objectives=[15])
    make_practice(
        title="Cheaper transfers",
        summary="A lower price to send money home.",
        objectives=[20],
        countries=["PH"],
    )

    assert related_to(practice) == [
        ("Cheaper transfers", "Same objective and country, similar in meaning"),
        ("Transferts", "Similar in meaning"),
    ]


def test_at_most_four_published_practices_are_related():
    practice = make_practice(countries=["PH"])
    make_practice(title="Gone", countries=["PH"], withdrawn=True)
    for number in range(6):
        make_practice(title=f"Practice {number}", countries=["PH"])

    assert [title for title, _reason in related_to(practice)] == [
        f"Practice {number}" for number in (5, 4, 3, 2)
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_related_practices_cost_four_queries(django_assert_num_queries, number):
    practice = make_practice(countries=["PH", "FR"], tags=["ports", "banks"], type="service")
    for each in range(number):
        make_practice(title=f"Practice {each}", countries=["PH"], tags=["ports"])

    with catalogue_version.reading():
        results.facet_counts(Selection())  # as other parts of the page
        facet_codes.keys_by_code()
        rows_named(Country, [])
        rows_named(PracticeType, [])
        with django_assert_num_queries(4):
            related.related_practices(practice)


def test_related_practice_has_its_place_and_type():
    practice = make_practice(countries=["PH"])
    make_practice(countries=["PH", "FR", "KE", "GE"], area="Manila Bay", type="service")
    make_practice(countries=["PH"], type=None, area="")

    bare, full = related.related_practices(practice)

    assert (full.place, str(full.type)) == ("France, Georgia, Kenya and 1 more, Manila Bay", "Service")
    assert (bare.place, bare.type) == ("Philippines", None)


def test_related_practices_are_the_newest_of_a_tag_however_many_share_other_things(monkeypatch):
    monkeypatch.setattr(related, "CANDIDATES", 1)
    practice = make_practice(objectives=[21], countries=["PH"], tags=["ports"])
    for title in ("Old", "New"):
        make_practice(title=title, objectives=[5], tags=["ports"])
    make_practice(title="Of the objective", objectives=[21])

    assert related_to(practice) == [("Of the objective", "Same objective"), ("New", "Same topics")]


# Neighbours ---------------------------------------------------------------------------


@pytest.fixture
def three():
    """Practices published a day apart, the last two at the same instant."""
    return [
        make_practice(title=title, now=NOW + timedelta(days=day))
        for title, day in (("1", 0), ("2", 1), ("3", 1))
    ]


def test_newer_practice_comes_before_older_one(three, django_assert_num_queries):
    with django_assert_num_queries(6):
        beside = [titles(related.neighbours(practice, Selection())) for practice in three]

    assert beside == [["2", None], ["3", "1"], [None, "2"]]


def test_neighbours_belong_to_the_list(three):
    workflow.publish_document(document(title="2", objectives=[5]), to=three[1])

    beside = [titles(related.neighbours(practice, Selection((("objective:21",),)))) for practice in three]

    assert beside == [["3", None], ["3", "1"], [None, "1"]]


def test_practice_with_several_values_is_one_neighbour(three):
    wanted = Selection((("objective:21", "objective:3"),))

    assert titles(related.neighbours(three[0], wanted)) == ["2", None]


def test_neighbours_in_a_list_of_another_order(three):
    listed = list(Practice.objects.exclude(title="2").order_by("title").values_list("pk", flat=True))

    beside = [titles(related.neighbours_in_list(practice, listed)) for practice in three]

    assert beside == [[None, "3"], [None, None], ["1", None]]
