import pytest

from practices.web.browse import topics
from tests.support.factories import make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db


def by_letter(page):
    """Return {letter: [(topic, number)]} of the list from A to Z."""
    return {
        part.one("h3").text: [(item.one("a").text, item.one("span").text) for item in part.all("li")]
        for part in page.all("section", "index-part")
    }


def test_topics_are_listed_from_a_to_z_with_their_numbers(client):
    make_practice(tags=["Pensions", "education", "Éducation populaire", "ports"])
    make_practice(tags=["Pensions", "3D printing"])

    page = read(client.get("/topics/"))

    assert by_letter(page) == {
        "#": [("3D printing", "1")],
        "E": [("education", "1"), ("Éducation populaire", "1")],
        "P": [("Pensions", "2"), ("ports", "1")],
    }


def test_topics_that_begin_with_no_letter_are_in_one_list(client):
    make_practice(tags=["“Safe cities”", "ports", "3D printing", "→ return"])

    page = read(client.get("/topics/"))

    assert page.texts("h3") == ["#", "P"]


def test_each_topic_leads_to_its_practices(client):
    make_practice(title="Desk", tags=["جاليات"])
    make_practice(title="Fund", tags=["remittances"])

    page = read(client.get("/topics/"))

    [first, _second] = [address for _text, address in page.one("main").links()]
    listing = read(client.get(first))
    assert (first, listing.texts("h3", "practice-card-title")) == ("/practices/?tag=remittances", ["Fund"])


def test_most_used_topics_come_first_where_there_are_many(client, monkeypatch):
    monkeypatch.setattr(topics, "ENOUGH_TO_RANK", 3)
    monkeypatch.setattr(topics, "MOST_USED", 2)
    make_practice(tags=["asylum", "ports", "pensions"])
    make_practice(tags=["ports", "pensions"])
    make_practice(tags=["ports"])

    page = read(client.get("/topics/"))

    assert [
        (link.one("strong").text, link.one("small").text, link["href"]) for link in page.all("a", "signpost")
    ] == [
        ("ports", "3 practices", "/practices/?tag=ports"),
        ("pensions", "2 practices", "/practices/?tag=pensions"),
    ]


def test_few_topics_are_not_ranked(client):
    make_practice(tags=["asylum", "ports"])

    page = read(client.get("/topics/"))

    assert (page.all("a", "signpost"), page.texts("h2")[:1]) == ([], ["A to Z"])


def test_topics_of_withdrawn_practices_are_not_listed(client):
    make_practice(tags=["secret"], withdrawn=True)

    page = read(client.get("/topics/"))

    assert ("secret" in page.text, page.one("div", "empty").links()) == (
        False,
        [("Submit a practice", "/submit/")],
    )


def test_all_topics_are_listed_however_many_there_are(client):
    for number in range(7):
        make_practice(tags=[f"topic {number * 10 + each}" for each in range(10)])

    page = read(client.get("/topics/"))

    assert len(by_letter(page)["T"]) == 70


def test_list_of_topics_costs_the_same_however_long_it_is(client, django_assert_num_queries):
    make_practice(tags=["asylum", "ports", "pensions", "cities"])

    with django_assert_num_queries(3):
        client.get("/topics/")
