from datetime import timedelta

import pytest

from tests.support.factories import NOW, make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db


def titles(page):
    return page.texts("h3", "practice-card-title")


def sections(page):
    """Return {heading: [(text, address, count)]} of the lists beside the practices."""
    return {
        section.one("h2").text: [
            (item.one("a").text, item.one("a")["href"], item.one("span").text) for item in found
        ]
        for section in page.one("aside").all("section")
        if (found := [item for part in section.all("ul", "count-list") for item in part.all("li")])
    }


def test_country_page_shows_its_practices_newest_first(client):
    make_practice(title="Old", countries=["PH"], objectives=[21, 3], now=NOW)
    make_practice(title="New", countries=["PH", "FR"], objectives=[21], now=NOW + timedelta(days=1))
    make_practice(title="Elsewhere", countries=["FR"])

    page = read(client.get("/countries/ph/"))

    assert (page.one("h1").text, page.one("h2", id="practices").text, titles(page)) == (
        "Philippines",
        "2 practices",
        ["New", "Old"],
    )
    assert sections(page) == {
        "By objective": [
            ("3. Information provision", "/practices/?objective=3&country=ph", "1"),
            ("21. Dignified return and reintegration", "/practices/?objective=21&country=ph", "2"),
        ]
    }


def test_country_page_leads_to_where_it_lies_and_to_its_listing_and_feeds(client):
    make_practice(countries=["PH"])

    page = read(client.get("/countries/ph/"))

    assert page.one("main").one("header").links() == [
        ("World", "/map/"),
        ("Asia", "/regions/asia/"),
        ("South-eastern Asia", "/regions/south-eastern-asia/"),
    ]
    assert page.one("div", "section-head").links() == [("Filter them", "/practices/?country=ph")]
    assert [link["href"] for link in page.all("link", rel="alternate")] == [
        "/countries/ph/feed.atom", "/countries/ph/feed.rss", "/countries/ph/feed.json",
    ]  # fmt: skip
    assert [address for _text, address in page.all("p", "feed-links")[0].links()] == [
        "/countries/ph/feed.atom", "/countries/ph/feed.rss", "/countries/ph/feed.json",
    ]  # fmt: skip


def test_region_page_counts_countries_within_it(client):
    make_practice(title="Both", countries=["PH", "GE", "FR"], objectives=[21])
    make_practice(title="One", countries=["PH"], objectives=[21])

    page = read(client.get("/regions/asia/"))

    assert (sorted(titles(page)), sections(page)["By country"]) == (
        ["Both", "One"],
        [("Philippines", "/countries/ph/", "2"), ("Georgia", "/countries/ge/", "1")],
    )
    assert [address for _text, address in page.one("ul", "chip-list").links()] == [
        f"/regions/{slug}/"
        for slug in ("central-asia", "eastern-asia", "south-eastern-asia", "southern-asia", "western-asia")
    ]


def test_subregion_page_shows_its_own(client):
    make_practice(title="Desk", countries=["PH"])
    make_practice(title="Fund", countries=["GE"])

    page = read(client.get("/regions/south-eastern-asia/"))

    assert (page.one("h1").text, titles(page), page.one("main").one("header").links()) == (
        "South-eastern Asia",
        ["Desk"],
        [("World", "/map/"), ("Asia", "/regions/asia/")],
    )


def test_place_with_more_practices_than_a_page_leads_to_all(client):
    for number in range(21):
        make_practice(title=f"Practice {number}", countries=["PH"])

    page = read(client.get("/countries/ph/"))

    assert (len(titles(page)), page.one("p", "place-more").links()) == (
        20,
        [("All 21 practices", "/practices/?country=ph")],
    )


def test_place_without_practices_says_so_and_leads_on(client):
    make_practice(countries=["VA"], withdrawn=True)

    page = read(client.get("/countries/va/"))

    assert (page.one("h1").text, sections(page), page.one("div", "empty").links()) == (
        "Holy See",
        {},
        [("Submit one", "/submit/"), ("Southern Europe", "/regions/southern-europe/")],
    )


def test_country_outside_every_region_has_a_page(client):
    make_practice(title="Desk", countries=["TW"])

    page = read(client.get("/countries/tw/"))

    assert (titles(page), page.one("main").one("header").links()) == (["Desk"], [("World", "/map/")])


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/countries/PH/", "/countries/ph/"),
        ("/countries/phl/", "/countries/ph/"),
        ("/countries/PHL/", "/countries/ph/"),
        ("/regions/Asia/", "/regions/asia/"),
        ("/regions/142/", "/regions/asia/"),
        ("/regions/035/", "/regions/south-eastern-asia/"),
    ],
)
def test_place_has_one_address(client, path, canonical):
    response = client.get(path)

    assert (response.status_code, response.headers["Location"]) == (301, canonical)


@pytest.mark.parametrize(
    "path",
    [
        "/countries/zz/",
        "/countries/zzz/",
        "/countries/p/",
        "/countries/²²/",
        "/regions/atlantis/",
        "/regions/999/",
    ],
)
def test_place_that_there_is_not_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_cards_and_practices_lead_to_their_countries(client):
    practice = make_practice(countries=["FR", "PH"], area="Two ports")

    card, reading = [
        read(client.get(path)).one(tag, class_)
        for path, tag, class_ in (
            ("/practices/", "p", "practice-card-place"),
            (practice.get_absolute_url(), "section", "reading-facts"),
        )
    ]

    countries = [("France", "/countries/fr/"), ("Philippines", "/countries/ph/")]
    assert card.links() == countries
    assert card.text.startswith("France, Philippines, Two ports ·")
    assert [link for link in reading.links() if link in countries] == countries
