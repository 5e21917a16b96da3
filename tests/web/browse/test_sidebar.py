"""What the listing shows of its filter."""

import pytest
from django.http import QueryDict

from practices.core import catalogue_version
from practices.discovery.filters import PracticeFilter
from practices.models import Practice
from practices.web.browse.sidebar import Correction, Sidebar
from tests.support.factories import make_practice, make_three_that_differ

pytestmark = pytest.mark.django_db


def sidebar(query):
    return Sidebar(PracticeFilter(QueryDict(query), queryset=Practice.objects.published()))


@pytest.fixture
def practices(db):
    make_three_that_differ()


def options(name, query=""):
    """{value: chosen} of what the sidebar offers in a facet."""
    [facet] = [facet for facet in sidebar(query).facets if facet.name == name]
    return {option.value: option.chosen for option in [*facet.options, *facet.more]}


# Facets ---------------------------------------------------------------------------


def test_facets_and_their_labels(practices):
    facets = [(facet.name, str(facet.label)) for facet in sidebar("").facets]

    assert facets == [
        ("objective", "Objective"),
        ("region", "Region"),
        ("country", "Country"),
        ("type", "Type of practice"),
        ("implementer", "Run by"),
        ("evidence", "Evidence"),
        ("status", "Status"),
        ("principle", "Guiding principle"),
        ("sdg", "Sustainable Development Goal"),
        ("tag", "Tag"),
        ("language", "Language"),
        ("licence", "Licence"),
    ]


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
def test_facet_offers_what_published_practices_have(practices, facet, offered):
    make_practice(countries=["BR"], tags=["secret"], withdrawn=True)

    assert options(facet) == offered


def test_objectives_are_all_offered_in_order(practices):
    assert list(options("objective")) == [str(number) for number in range(1, 24)]


def test_types_are_all_offered(practices):
    assert len(options("type")) == 9


def test_chosen_options_are_marked(practices):
    assert options("country", "country=ph&country=ke") == {"ge": False, "ke": True, "ph": True}


def counts(name, query=""):
    """{value: count} of those values of a facet that have any."""
    [facet] = sidebar(query).shown([name])
    return {option.value: option.count for option in [*facet.options, *facet.more] if option.count}


@pytest.mark.parametrize(
    ("facet", "query", "counted"),
    [
        ("objective", "", {"18": 1, "20": 1, "21": 2}),
        ("objective", "main=1&objective=20", {"18": 1, "20": 1, "21": 1}),
        ("country", "", {"ge": 1, "ke": 1, "ph": 2}),
        ("country", "objective=21", {"ge": 1, "ph": 2}),
        ("country", "country=ke", {"ge": 1, "ke": 1, "ph": 2}),
        ("country", "country=ke&objective=21", {"ge": 1, "ph": 2}),
        ("country", "country=ke&objective=21&type=service", {"ph": 1}),
        ("country", "q=remittances", {"ge": 1, "ph": 1}),
        ("country", "q=remittances&country=ke", {"ge": 1, "ph": 1}),
        ("country", "since=2018&type=campaign&type=service", {"ge": 1, "ph": 2}),
        ("country", "q=desks&until=2013", {"ke": 1}),
        (
            "region",
            "",
            {"africa": 1, "asia": 2, "south-eastern-asia": 2, "sub-saharan-africa": 1, "western-asia": 1},
        ),
        ("type", "objective=21", {"service": 1, "campaign": 1}),
        ("tag", "country=ke", {"diaspora": 1, "عمل": 1}),
        ("status", "", {"running": 1, "completed": 2}),
        ("status", "objective=21", {"running": 1, "completed": 1}),
        ("evidence", "", {"none_stated": 3}),
        ("language", "objective=18", {"en": 1}),
    ],
)
def test_values_are_counted_under_the_other_filters(practices, facet, query, counted):
    make_practice(objectives=[21], countries=["PH"], type="service", tags=["diaspora"], withdrawn=True)

    assert counts(facet, query) == counted


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


def test_counts_cost_the_same_for_many_filters_as_for_one(practices, django_assert_max_num_queries):
    query = "q=desks&objective=21&country=ph&region=asia&type=service&tag=decent-work&since=2017"

    with catalogue_version.reading(), django_assert_max_num_queries(10):
        asked = sidebar(query)
        found = [practice.title for practice in asked.filter.practices]
        facets = asked.facets

    assert (found, len(facets)) == (["Ports"], 12)


# Chips ----------------------------------------------------------------------------


def test_chips_name_what_is_in_force_and_the_way_without(practices):
    chips = sidebar("objective=21&objective=20&country=ph&q=desks").chips

    assert [(str(chip.facet), chip.label, chip.query_without) for chip in chips] == [
        ("Words", "desks", "objective=21&objective=20&country=ph"),
        ("Objective", "21. Dignified return and reintegration", "q=desks&objective=20&country=ph"),
        ("Objective", "20. Remittances", "q=desks&objective=21&country=ph"),
        ("Country", "Philippines", "q=desks&objective=21&objective=20"),
    ]


# Help where nothing is found ------------------------------------------------------


def test_advice_names_each_filter_without_which_there_are_practices(practices):
    asked = sidebar("objective=21&country=ke&type=service")

    advice = [(str(each.facet), each.label, each.total.text, each.query_without) for each in asked.advice]
    assert (asked.filter.total.number, advice) == (
        0,
        [("Country", "Kenya", "1 practice", "objective=21&type=service")],
    )


def test_misspelt_word_is_named_with_what_was_searched_instead(practices):
    asked = sidebar("q=remitances")

    assert [practice.title for practice in asked.filter.practices] == ["Remittances"]
    assert asked.corrections == [Correction("remitances", ["remittances"])]


def test_words_of_what_was_withdrawn_are_suggested_to_nobody(practices):
    make_practice(title="Quokka", withdrawn=True)

    asked = sidebar("q=quoka")

    assert (asked.corrections, list(asked.filter.practices)) == ([], [])
