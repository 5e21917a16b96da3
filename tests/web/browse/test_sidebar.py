"""Sidebar of the listing: facets, chips, and corrected words."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from practices.choices import State
from practices.core import catalogue_version
from practices.discovery import Total
from practices.discovery.facets import Facet
from practices.discovery.filters import PracticeFilter
from practices.models import PracticeType
from practices.web.browse.sidebar import Correction, Sidebar
from tests.support.documents import FULL
from tests.support.factories import make_practice, make_three_that_differ, send_adaptation

pytestmark = pytest.mark.django_db


def sidebar(query):
    return Sidebar(PracticeFilter(QueryDict(query)))


@pytest.fixture
def practices(db):
    make_three_that_differ()


def options(name, query=""):
    """Return {value: chosen} of the options of a facet."""
    [facet] = [facet for facet in sidebar(query).facets if facet.name == name]
    return {option.value: option.chosen for option in [*facet.options, *facet.more, *facet.unmatched]}


# Facets ---------------------------------------------------------------------------


FILLED = {**FULL, "countries": ["PH", "KM"]}
"""A document with a value of every facet but that of uses elsewhere."""

FACETS = [name for name, each in PracticeFilter.base_filters.items() if isinstance(each, Facet)]


def test_facets_stand_in_the_order_of_the_filter_under_labels_of_their_own(practices):
    facets = sidebar("").facets

    labels = [str(facet.label) for facet in facets]
    assert [facet.name for facet in facets] == FACETS
    assert ("" in labels, len(set(labels))) == (False, len(FACETS))


def test_count_of_a_value_matches_its_listing(practices):
    send_adaptation(State.PUBLISHED, of=make_practice(**FILLED))
    counted = {name: counts(name) for name in FACETS}

    chosen = {
        name: {value: sidebar(urlencode({name: value})).filter for value in values}
        for name, values in counted.items()
    }

    assert [name for name, values in counted.items() if not values] == []
    for number in (lambda each: len(each.practices), lambda each: each.total.number):
        assert {
            name: {value: number(each) for value, each in filters.items()} for name, filters in chosen.items()
        } == counted


def test_every_chosen_value_is_marked_and_has_a_chip_that_removes_it(practices):
    send_adaptation(State.PUBLISHED, of=make_practice(**FILLED))
    first = {name: next(iter(counts(name))) for name in FACETS}
    asked = {name: sidebar(urlencode({"q": "desks", name: value})) for name, value in first.items()}

    marked, chips, expected = {}, {}, {}
    for name, each in asked.items():
        [shown] = each.shown([name])
        chosen = [option for option in [*shown.options, *shown.more] if option.chosen]
        marked[name] = (shown.is_chosen, [option.value for option in chosen])
        chips[name] = [(chip.facet, chip.label, chip.query_without) for chip in each.chips[1:]]
        expected[name] = [(shown.label, option.label, "q=desks") for option in chosen]

    assert marked == {name: (True, [value]) for name, value in first.items()}
    assert chips == expected
    assert {name: each.chips[0].query_without for name, each in asked.items()} == {
        name: urlencode({name: value}) for name, value in first.items()
    }


@pytest.mark.parametrize(
    ("facet", "offered"),
    [
        ("country", {"ge": False, "ke": False, "ph": False}),
        (
            "region",
            dict.fromkeys(
                ["africa", "asia", "south-eastern-asia", "sub-saharan-africa", "western-asia"], False
            ),
        ),
        ("tag", {"decent-work": False, "diaspora": False, "عمل": False}),
    ],
)
def test_facet_offers_values_of_published_practices(practices, facet, offered):
    make_practice(countries=["BR"], tags=["secret"], withdrawn=True)

    assert options(facet) == offered


def test_objectives_are_all_offered(practices):
    assert set(options("objective")) == {str(number) for number in range(1, 24)}


def test_types_are_all_offered(practices):
    slugs = PracticeType.objects.order_by("position").values_list("slug", flat=True)

    assert set(options("type")) == set(slugs)


def test_values_without_practices_are_folded_and_both_parts_are_in_order(practices):
    [facet] = sidebar("objective=8&country=ke").shown(["objective"])

    assert ([option.value for option in facet.options], [option.value for option in facet.unmatched]) == (
        ["8", "18"],
        [str(number) for number in range(1, 24) if number not in (8, 18)],
    )


def test_most_used_facet_offers_no_values_without_practices(practices):
    [facet] = sidebar("objective=18").shown(["country"])

    assert ([option.value for option in facet.options], facet.more, facet.unmatched) == (["ke"], [], [])


def test_chosen_options_are_marked(practices):
    assert options("country", "country=ph&country=ke") == {"ge": False, "ke": True, "ph": True}


def counts(name, query=""):
    """Return {value: count} of the options of a facet with a count above zero."""
    [facet] = sidebar(query).shown([name])
    return {option.value: option.count for option in [*facet.options, *facet.more] if option.count}


COUNTS = {
    ("objective", ""): {"18": 1, "20": 1, "21": 2},
    ("objective", "main=1&objective=20"): {"18": 1, "20": 1, "21": 1},
    ("objective", "main=0&objective=20"): {"21": 1},
    ("country", ""): {"ge": 1, "ke": 1, "ph": 2},
    ("country", "objective=21"): {"ge": 1, "ph": 2},
    ("country", "country=ke"): {"ge": 1, "ke": 1, "ph": 2},
    ("country", "country=ke&objective=21"): {"ge": 1, "ph": 2},
    ("country", "country=ke&objective=21&type=service"): {"ph": 1},
    ("country", "q=remittances"): {"ge": 1, "ph": 1},
    ("country", "q=remittances&country=ke"): {"ge": 1, "ph": 1},
    ("country", "since=2018&type=campaign&type=service"): {"ge": 1, "ph": 2},
    ("country", "q=desks&until=2013"): {"ke": 1},
    ("region", ""): {
        "africa": 1,
        "asia": 2,
        "south-eastern-asia": 2,
        "sub-saharan-africa": 1,
        "western-asia": 1,
    },
    ("type", "objective=21"): {"service": 1, "campaign": 1},
    ("tag", "country=ke"): {"diaspora": 1, "عمل": 1},
    ("status", ""): {"running": 1, "completed": 2},
    ("status", "objective=21"): {"running": 1, "completed": 1},
    ("evidence", ""): {"none_stated": 3},
    ("language", "objective=18"): {"en": 1},
}
"""(facet, query) → {value: count}."""


def test_values_are_counted_under_the_other_filters(practices):
    make_practice(objectives=[21], countries=["PH"], type="service", tags=["diaspora"], withdrawn=True)

    assert {(facet, query): counts(facet, query) for facet, query in COUNTS} == COUNTS


def test_long_facet_shows_the_most_used_first_and_folds_the_rest():
    codes = ["PH", "GE", "KE", "FR", "BR", "MX", "IT", "ES", "DE", "PL", "UA", "TR", "JP", "ZA"]
    make_practice(countries=codes)
    make_practice(countries=["ZA"])

    [facet] = sidebar("").shown(["country"])

    assert (facet.options[0].value, len(facet.options), [option.label for option in facet.more]) == (
        "za",
        12,
        ["Türkiye", "Ukraine"],
    )


def test_counts_cost_the_same_for_many_filters_as_for_one(practices):
    query = "q=desks&objective=21&country=ph&region=asia&type=service&tag=decent-work&since=2017"

    with catalogue_version.reading(), CaptureQueriesContext(connection) as queries:
        asked = sidebar(query)
        found = [practice.title for practice in asked.filter.practices]
        facets = asked.facets

    # PostgreSQL is told twice to use the index, before a query and after it.
    assert len([each for each in queries if not each["sql"].startswith("SET LOCAL")]) <= 11
    assert (found, [facet.name for facet in facets]) == (["Ports"], FACETS)


# Chips ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "number"), [("q=desks", 0), ("q=desks&objective=21", 1), ("objective=21&country=ph", 2)]
)
def test_words_of_a_search_are_no_filter(practices, query, number):
    assert sidebar(query).filters_chosen == number


def test_chips_name_active_filters_with_links_to_remove_them(practices):
    chips = sidebar("objective=21&objective=20&country=ph&q=desks").chips

    assert [(str(chip.facet), chip.label, chip.query_without) for chip in chips] == [
        ("Words", "desks", "objective=20&objective=21&country=ph"),
        ("Objective", "20. Remittances", "q=desks&objective=21&country=ph"),
        ("Objective", "21. Dignified return and reintegration", "q=desks&objective=20&country=ph"),
        ("Country", "Philippines", "q=desks&objective=20&objective=21"),
    ]


# Corrected words ------------------------------------------------------------------


def test_misspelt_word_is_named_with_its_replacement(practices):
    asked = sidebar("q=remitances")

    assert asked.filter.ranked_total == Total(1)
    assert asked.corrections == [Correction("remitances", ["remittances"], "q=%22remitances%22")]


def test_words_of_withdrawn_practices_are_not_suggested(practices):
    make_practice(title="Quokka", withdrawn=True)

    asked = sidebar("q=quoka")

    assert (asked.corrections, asked.filter.ranked_total) == ([], Total(0))


def test_words_searched_in_place_of_a_mistake_are_marked(client, practices):
    page = client.get("/practices/", {"q": "remitances"})

    assert "<mark>" in page.text
