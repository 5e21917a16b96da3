"""Uses of practices elsewhere on public pages: cards, the filter, maps, the gap map and statistics."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices import workflow
from practices.choices import State
from tests.support.factories import USE, make_check, make_practice, send_adaptation
from tests.support.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def used():
    practice = make_practice(title="Desks", countries=["PH"])
    send_adaptation(State.PUBLISHED, of=practice)
    return practice


def words(part):
    return " ".join(part.text.split())


def test_card_counts_uses(client):
    practice = make_practice()
    assert "other place" not in client.get("/practices/").text

    for code in ("KE", "GH"):
        send_adaptation(State.PUBLISHED, of=practice, countries=[code])

    card = read(client.get("/practices/")).one("article", "practice-card")
    assert "Used in 2 other places" in words(card)


def test_card_of_a_search_counts_uses(client, used):
    card = read(client.get("/practices/?q=desks")).one("article", "practice-card")

    assert "Used in 1 other place" in words(card)


def hits(client, words_searched):
    return [
        words(hit)
        for hit in read(client.get(f"/practices/?q={words_searched}")).all("p", "practice-card-hit")
    ]


def test_search_finds_words_of_a_report_and_says_where(client, used):
    found = hits(client, "nurse")

    assert found == [f"Used in Kenya, Mombasa: {USE['summary']}"]


def test_search_shows_a_report_only_where_nothing_else_has_the_word(client, used):
    send_adaptation(State.PUBLISHED, of=used, summary="Desks on wheels.")

    assert hits(client, "desks") == []


def test_search_does_not_find_a_report_that_was_withdrawn(client, used):
    assert hits(client, "nurse")

    workflow.retract_adaptation(used.adaptations.get().submission)

    assert "No practice" in client.get("/practices/?q=nurse").text


@pytest.mark.parametrize("sort", ["newest", "title"])
def test_card_made_before_a_withdrawal_is_made_again(client, used, sort):
    assert "Used in" in client.get(f"/practices/?sort={sort}").text

    workflow.retract_adaptation(used.adaptations.get().submission)

    assert "Used in" not in client.get(f"/practices/?sort={sort}").text


def test_filter_is_a_chip_in_words(client, used):
    make_practice(title="Offices")

    page = read(client.get("/practices/?used=africa"))

    assert [words(card.one("h3")) for card in page.all("article", "practice-card")] == ["Desks"]
    assert "Used elsewhere: Africa" in page.text


def test_map_of_a_practice_has_a_line_to_where_it_was_used(client, used):
    figure = read(client.get(used.get_absolute_url())).one("figure", "locator")

    assert (len(figure.all("path", "route")), len(figure.all("circle", "route"))) == (1, 1)
    assert figure.one("a")["href"] == "#used-by"


def test_map_of_a_practice_has_no_line_to_its_own_country(client):
    practice = make_practice(countries=["KE"])
    send_adaptation(State.PUBLISHED, of=practice)

    figure = read(client.get(practice.get_absolute_url())).one("figure", "locator")

    assert figure.all("path", "route") == []


def test_world_map_draws_a_line_and_says_the_same_in_a_list(client, used):
    section = read(client.get("/map/")).one("section", "map-uses")

    assert len(section.all("path", "route")) == 1
    assert words(section.one("ul")) == "Desks Philippines, used in Kenya, Mombasa"
    assert section.one("ul").one("a")["href"] == used.adaptations.get().get_absolute_url()


def test_world_map_without_uses_has_no_such_part(client):
    make_practice(countries=["PH"])

    assert read(client.get("/map/")).all("section", "map-uses") == []


def test_gap_map_offers_regions_of_use_once_there_are_any(client):
    practice = make_practice()
    assert "Regions of use elsewhere" not in client.get("/gaps/").text

    send_adaptation(State.PUBLISHED, of=practice)

    assert "Regions of use elsewhere" in client.get("/gaps/").text
    page = read(client.get("/gaps/?by=used"))
    assert page.one("table", "gap-map").all("a", "gap-plus") == []


def test_statistics_for_spreadsheets_count_regions_of_use(client, used):
    lines = client.get("/statistics/used.csv").content.decode("utf-8-sig").splitlines()

    assert "Africa,1" in lines


def test_json_ld_names_each_report(client, used):
    page = read(client.get(used.get_absolute_url()))
    [facts] = [
        json.loads(each.text) for each in page.all("script") if each.get("type") == "application/ld+json"
    ]

    [report] = facts["subjectOf"]
    assert (report["@type"], report["isBasedOn"], report["abstract"]) == (
        "Report",
        {"@id": facts["@id"]},
        USE["summary"],
    )
    assert report["sourceOrganization"] == [{"@type": "Organization", "name": "Port of Mombasa"}]
    assert report["temporalCoverage"] == "2021/.."


def test_yearly_question_asks_who_else_uses_the_practice(client):
    check = make_check()

    page = read(client.get(f"/checks/{check.token}/"))

    assert "Do you know who else uses it?" in page.text
    assert check.practice.get_adapt_url() in [link["href"] for link in page.all("a")]


def test_list_reads_no_report(client, used):
    send_adaptation(State.PUBLISHED, of=used, countries=["GH"])

    with CaptureQueriesContext(connection) as queries:
        client.get("/practices/?sort=oldest")

    assert [query for query in queries if "practices_adaptation" in query["sql"]] == []
