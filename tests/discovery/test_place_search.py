"""Searches and subscriptions for places, by any of their names."""

import pytest

from practices.core import places
from practices.discovery import search
from practices.models import Practice, Region
from tests.support.factories import make_practice, make_subscription
from tests.support.news import due_now

pytestmark = pytest.mark.django_db


def found(text):
    """Return the countries of the practices that have all words of a search."""
    ranking = search.rank(search.plan(tuple(search.interpret(text)), is_ranked=False))
    practices = Practice.objects.in_bulk([hit.practice for hit in ranking.hits])
    return sorted(practices[hit.practice].title.removeprefix("Desk ") for hit in ranking.hits)


def plan_of(text):
    """Return how the page of results reads a search."""
    return search.plan(tuple(search.interpret(text)), is_ranked=True)


@pytest.fixture
def desks():
    """A practice of each of these countries, whose title has only the code."""
    for code in ("CI", "EE", "KP", "KR", "MD", "MM", "NE", "NG", "NL", "PL", "SN", "TG"):
        make_practice(title=f"Desk {code.lower()}1", countries=[code])


CODES = {
    "South Korea": "kr1",
    "Corée du Sud": "kr1",
    "desk republic of korea": "kr1",
    "韩国": "kr1",
    "в Молдове": "md1",
    "из Нигера": "",
    "Korea": "kp1 kr1",
    "South Korean desk": "kr1",
    "Ivory Coast": "ci1",
    "Burma": "mm1",
    "Holland": "nl1",
    "Moldovan": "md1",
    "Moldovans": "md1",
    "Niger": "ne1",
    "Nigeria": "ng1",
    "nigérienne": "ne1",
    "Baltic": "ee1",
    "West Africa": "ci1 ne1 ng1 sn1 tg1",
    "Afrique de l’Ouest -Niger -Nigeria": "ci1 sn1 tg1",
    "EU": "ee1 nl1 pl1",
    "desk Europe": "ee1 md1 nl1 pl1",
    "to go": "",
    "Sahel +Senegal": "sn1",
    '"Ivory Coast"': "",
}
"""Search → countries of the desks that it finds."""


def test_practices_are_found_by_every_name_of_their_countries(desks):
    assert {text: " ".join(found(text)) for text in CODES} == CODES


def test_every_region_is_found_by_its_name():
    named = {region.name: places.mentions(region.name.split()) for region in Region.objects.all()}

    assert {name: [(each.start, each.stop) for each in found] for name, found in named.items()} == {
        name: [(0, len(name.split()))] for name in named
    }


def test_countries_whose_names_contain_each_other_are_told_apart():
    for code in ("GN", "GW", "PG", "GB", "IE", "SD", "SS"):
        make_practice(title=f"Desk {code.lower()}1", countries=[code])

    assert {name: found(name) for name in ("Guinea", "Ireland", "Sudan", "Papua New Guinea")} == {
        "Guinea": ["gn1"],
        "Ireland": ["ie1"],
        "Sudan": ["sd1"],
        "Papua New Guinea": ["pg1"],
    }


def test_name_in_a_text_is_found_as_it_is_written():
    make_practice(title="Desk here", summary="It helps people from South Korea.")
    make_practice(title="Desk elsewhere", summary="Korea lies south of it.")

    assert found("south korea") == ["here"]


def test_place_that_a_result_lacks_is_named_as_typed():
    make_practice(title="Desk", summary="It pays pensions to seafarers.", countries=["NG"])
    make_practice(title="Elsewhere", summary="In spring.", countries=["CI"])

    ranking = search.rank(plan_of("desk paying pensions to seafarers in the Ivory Coast"))

    assert [hit.missing for hit in ranking.hits] == [("Ivory Coast",)]


def test_misspelt_country_is_replaced_on_the_page_of_results_only(desks):
    plan = plan_of("Moldowa")

    assert (plan.corrections, len(search.rank(plan).hits)) == ((("Moldowa", ("Republic of Moldova",)),), 1)
    assert (plan_of("Ugandda").corrections, found("Moldowa")) == ((), [])


@pytest.mark.parametrize(
    ("words", "country", "hears"),
    [
        ("South Korea", "KR", True),
        ("South Korea", "KP", False),
        ("Niger", "NE", True),
        ("Niger", "NG", False),
    ],
)
def test_subscriber_of_a_place_is_told_of_its_practices_alone(words, country, hears):
    make_subscription(query=f"q={words}")
    make_practice(announce=True, title="Desk", countries=[country])

    assert bool(due_now()) == hears
