"""Ways on from a listing without results."""

from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from practices.discovery.filters import PracticeFilter
from practices.models import Country
from practices.web.browse.no_results import NoResults
from tests.support.factories import make_practice, make_three_that_differ
from tests.support.pages import read
from tests.support.thesaurus import make_concept

pytestmark = pytest.mark.django_db


def no_results(query):
    found = NoResults(PracticeFilter(QueryDict(query)))
    assert found.filter.total.number == 0
    return found


def listed(alternatives):
    return [(each.label, each.total.number, each.query) for each in alternatives]


def test_each_filter_that_alone_hides_all_practices_can_be_removed():
    make_three_that_differ()

    found = no_results("objective=21&country=ke&type=service").fewer_filters

    assert listed(found) == [("Without Country: Kenya", 1, "objective=21&type=service")]


def test_searches_with_most_words_come_first_and_keep_the_other_filters():
    make_practice(title="Circular visa", countries=["PH"])
    make_practice(title="Visa desk", countries=["PH"])
    make_practice(title="Visa fees", countries=["FR"])

    found = no_results("q=circular visa zeppelin&country=ph").fewer_words

    assert listed(found) == [
        ("circular visa", 1, "q=circular+visa&country=ph"),
        ("circular", 1, "q=circular&country=ph"),
        ("visa", 2, "q=visa&country=ph"),
    ]


def test_words_are_left_out_one_at_a_time_where_each_is_known():
    make_practice(title="Circular visa")
    make_practice(title="Visa lottery")
    make_practice(title="Lottery")

    found = no_results("q=circular visa lottery").fewer_words

    assert listed(found) == [
        ("visa lottery", 1, "q=visa+lottery"),
        ("circular visa", 1, "q=circular+visa"),
        ("circular", 1, "q=circular"),
        ("visa", 2, "q=visa"),
    ]


def test_phrases_keep_their_quotation_marks():
    make_practice(title="Circular visa")

    found = no_results('q="circular visa" zeppelin').fewer_words

    assert listed(found) == [('"circular visa"', 1, "q=%22circular+visa%22")]


@pytest.mark.parametrize("query", ["q=zeppelin", "q=zeppelin quokka", "country=fj"])
def test_there_are_no_fewer_words_where_none_is_found(query):
    make_practice()

    assert no_results(query).fewer_words == []


def test_what_is_nearby_are_the_values_asked_for_and_the_regions_around_a_country():
    make_practice(objectives=[21], countries=["PH"])

    found = no_results("objective=21&country=vn").nearby

    assert listed(found) == [
        ("Objective: 21. Dignified return and reintegration", 1, "objective=21"),
        ("Region: South-eastern Asia", 1, "region=south-eastern-asia"),
        ("Region: Asia", 1, "region=asia"),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=labour zeppelin", [("Topic: labour migration", 1, "tag=labour-migration")]),
        ("q=remittances zeppelin", [("Objective: 20. Remittances", 1, "objective=20")]),
        ("q=philippines zeppelin", [("Country: Philippines", 1, "country=ph")]),
        (
            "q=samoa",
            [("Region: Polynesia", 1, "region=polynesia"), ("Region: Oceania", 1, "region=oceania")],
        ),
        ("q=lab zeppelin", []),
    ],
)
def test_names_that_contain_a_word_are_nearby(query, found):
    make_practice(objectives=[20], countries=["PH", "TO"], tags=["labour migration"])

    nearby = listed(no_results(query).nearby)

    assert [each for each in found if each not in nearby] == []
    assert (found == []) == (nearby == [])


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("q=zeppelin", "No practice matches “zeppelin”"),
        ("country=fj", "No practice matches these filters"),
        ("q=zeppelin&country=fj", "No practice matches “zeppelin” and these filters"),
    ],
)
def test_title_names_what_was_asked_for(client, query, title):
    make_practice()

    page = read(client.get(f"/practices/?{query}"))

    assert (page.texts("h1"), page.all("div", "bar")) == ([title], [])


def test_page_offers_each_way_on_with_its_number(client):
    make_practice(title="Visa desk", objectives=[21], countries=["PH"])

    page = read(client.get("/practices/?q=visa+quokka&objective=21&country=vn"))

    ways = {
        section.one("h2").text: (section.links(), section.texts("span", "tally-number"))
        for section in page.one("div", "ways-on").all("section")
    }
    nearby, _numbers = ways.pop("Look nearby")
    assert nearby[-1] == ("Region: Asia", "/practices/?region=asia")
    assert ways == {
        "Help to fill the gap": (
            [
                ("Subscribe to this search", "/subscribe/?q=visa+quokka&objective=21&country=vn"),
                ("Submit a practice from Viet Nam", "/submit/?objective=21&country=vn"),
            ],
            [],
        ),
    }


@pytest.mark.parametrize("query", ["q=visa+lottery+Samoa&objective=5", "country=ws&objective=5"])
def test_country_without_practices_is_named_and_filled_in(client, query):
    make_practice(objectives=[21], countries=["PH"])

    section = read(client.get(f"/practices/?{query}")).one("div", "ways-on").all("section")[-1]

    assert section.links()[-1] == ("Submit a practice from Samoa", "/submit/?objective=5&country=ws")
    assert "Samoa has no practice yet." in section.text


def test_topic_that_the_words_name_is_nearby_or_else_one_related_to_it():
    visas = make_concept("visas", en=["visas"])
    make_concept("lotteries", en=["lotteries"], related=[visas])
    make_practice(title="Visas")

    for query in ("q=visas zeppelin quokka", "q=lotteries zeppelin quokka"):
        assert listed(no_results(query).nearby) == [("Topic: visas", 1, "q=visas")]


def test_empty_catalogue_invites_to_submit_and_to_subscribe(client):
    page = read(client.get("/practices/"))

    assert (page.texts("h1"), page.one("div", "ways-on").links(), page.all("details", "filters")) == (
        ["All practices"],
        [("Subscribe to all practices", "/subscribe/"), ("Submit a practice", "/submit/")],
        [],
    )


def test_listing_without_results_costs_no_more_the_more_is_asked_for(client):
    make_practice(title="Visa desk", tags=["visa fees"], countries=["PH"])
    codes = list(Country.objects.values_list("code", flat=True)[:40])

    def cost(query):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/practices/?{query}")
        return len(queries)

    few = cost("q=visa+desks+quokka+fees&objective=8&country=vn&region=asia&tag=visa-fees")
    many = cost(
        "q=visa+desks+quokka+fees&objective=8&objective=9&objective=10&region=asia&region=europe"
        "&tag=visa-fees&" + urlencode({"country": codes}, doseq=True)
    )

    assert many <= few


def test_words_that_any_practice_has_name_nothing_nearby():
    make_practice(objectives=[15], tags=["migrants"])

    assert no_results("q=zeppelin migrants").nearby == []
