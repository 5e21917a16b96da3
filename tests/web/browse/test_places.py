from datetime import timedelta

import pytest

from practices.exchange.exports import FORMATS
from tests.support.factories import NOW, make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db


def titles(page):
    return page.texts("h3", "practice-card-title")


def sections(page):
    """Return {heading: [(text, address, count)]} of the counts beside the practices."""
    return {
        section.one("h2").text: [
            (item.one("a").text, item.one("a")["href"], item.one("span", "tally-number").text)
            for item in found
        ]
        for aside in page.all("aside")
        for section in aside.all("section")
        if (found := [item for part in section.all("ul", "tally") for item in part.all("li")])
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

    assert page.one("nav", "crumbs").links() == [
        ("Home", "/"),
        ("Countries and regions", "/countries/"),
        ("Asia", "/regions/asia/"),
        ("South-eastern Asia", "/regions/south-eastern-asia/"),
    ]
    assert page.one("div", "bar").links()[0] == ("Filter and sort", "/practices/?country=ph")
    assert [link["href"] for link in page.all("link", rel="alternate") if link.get("type")] == [
        "/countries/ph/feed.atom", "/countries/ph/feed.rss", "/countries/ph/feed.json",
    ]  # fmt: skip
    [_subscribe, downloads] = page.one("div", "bar").all("details", "drop")
    assert downloads.links() == [
        *((str(each.label), f"/practices/export.{each.extension}?country=ph") for each in FORMATS.values()),
        ("As a kit to read or print", "/kit/of-list/?country=ph"),
        ("What the columns mean", "/data/#columns"),
        ("Atom", "/countries/ph/feed.atom"),
        ("RSS", "/countries/ph/feed.rss"),
        ("JSON", "/countries/ph/feed.json"),
        ("Embed this list", "/embed/?country=ph"),
        ("See on the map", "/map/?country=ph"),
        ("See in the gap map", "/gaps/?country=ph"),
    ]


def test_place_page_leads_to_both_maps(client):
    make_practice(countries=["PH"])

    page = read(client.get("/regions/asia/"))

    assert page.one("ul", "place-maps").links() == [
        ("Map of these practices", "/map/?region=asia"),
        ("Gap map of these practices", "/gaps/?region=asia"),
    ]


def test_place_page_has_a_form_to_subscribe_to_it(client):
    make_practice(countries=["PH"])

    page = read(client.get("/countries/ph/"))

    section = page.one("section", "subscribe")
    assert (section.one("h2").text, section.one("form")["action"]) == (
        "Subscribe to: Philippines",
        "/subscribe/?country=ph",
    )


def test_region_page_counts_countries_within_it(client):
    make_practice(title="Both", countries=["PH", "GE", "FR"], objectives=[21])
    make_practice(title="One", countries=["PH"], objectives=[21])

    page = read(client.get("/regions/asia/"))

    assert (sorted(titles(page)), sections(page)["By country"]) == (
        ["Both", "One"],
        [("Philippines", "/countries/ph/", "2"), ("Georgia", "/countries/ge/", "1")],
    )


def test_region_page_counts_its_sub_regions_that_have_practices(client):
    make_practice(countries=["PH", "VN", "GE", "FR"])
    make_practice(countries=["VN"])

    page = read(client.get("/regions/asia/"))

    assert sections(page)["By sub-region"] == [
        ("South-eastern Asia", "/regions/south-eastern-asia/", "2"),
        ("Western Asia", "/regions/western-asia/", "1"),
    ]


def test_subregion_page_shows_its_own(client):
    make_practice(title="Desk", countries=["PH"])
    make_practice(title="Fund", countries=["GE"])

    page = read(client.get("/regions/south-eastern-asia/"))

    assert (page.one("h1").text, titles(page), page.one("nav", "crumbs").links()) == (
        "South-eastern Asia",
        ["Desk"],
        [("Home", "/"), ("Countries and regions", "/countries/"), ("Asia", "/regions/asia/")],
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
        [
            ("Submit a practice", "/submit/?country=va"),
            ("Subscribe", "/subscribe/?country=va"),
            ("Practices from Southern Europe", "/regions/southern-europe/"),
        ],
    )


def test_region_without_practices_leads_to_a_form_that_names_it(client):
    page = read(client.get("/regions/oceania/"))

    assert page.one("div", "empty").links() == [
        ("Submit a practice", "/submit/?region=oceania"),
        ("Subscribe", "/subscribe/?region=oceania"),
    ]


def test_country_outside_every_region_has_a_page(client):
    make_practice(title="Desk", countries=["TW"])

    page = read(client.get("/countries/tw/"))

    assert (titles(page), page.one("nav", "crumbs").links()) == (
        ["Desk"],
        [("Home", "/"), ("Countries and regions", "/countries/")],
    )


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
    assert card.text == "France, Philippines, Two ports"
    assert [link for link in reading.links() if link in countries] == countries


# Countries and regions --------------------------------------------------------------


def parts(page):
    """Return {region: (its links, [(sub-region, [(country, count)])])} of the list of countries."""
    return {
        section.one("h2").text: [
            (part.texts("h3"), [(item.one("a").text, item.one("span").text) for item in part.all("li")])
            for part in section.all("section", "index-part")
        ]
        for section in page.one("main").all("section")
        if section.all("h2")
    }


def test_countries_are_listed_by_region_and_sub_region_with_their_numbers(client):
    make_practice(countries=["PH", "GE", "VN"])
    make_practice(countries=["VN", "FR"])

    page = read(client.get("/countries/"))

    assert parts(page) == {
        "Africa": [],
        "Americas": [],
        "Asia": [
            (["South-eastern Asia"], [("Philippines", "1"), ("Viet Nam", "2")]),
            (["Western Asia"], [("Georgia", "1")]),
        ],
        "Europe": [(["Western Europe"], [("France", "1")])],
        "Oceania": [],
    }
    assert page.texts("div", "section-head") == [
        "Africa none yet", "Americas none yet", "Asia 2 practices", "Europe 1 practice", "Oceania none yet",
    ]  # fmt: skip


def test_regions_without_practices_are_listed_with_a_form_for_the_first_one(client):
    make_practice(countries=["PH"])

    oceania = read(client.get("/countries/")).one("section", **{"aria-labelledby": "oceania"})

    assert oceania.links() == [
        ("Oceania", "/regions/oceania/"),
        ("Submit a practice from Oceania", "/submit/?region=oceania"),
    ]


def test_list_of_countries_leads_to_every_place_in_it_and_to_the_map(client):
    make_practice(countries=["PH"])

    page = read(client.get("/countries/"))

    assert page.one("main").links()[0] == ("See them on the map", "/map/")
    assert page.one("section", **{"aria-labelledby": "asia"}).links() == [
        ("Asia", "/regions/asia/"),
        ("South-eastern Asia", "/regions/south-eastern-asia/"),
        ("Philippines", "/countries/ph/"),
    ]


def test_countries_outside_every_region_are_listed_last(client):
    make_practice(countries=["TW", "PH"])

    page = read(client.get("/countries/"))

    [*_regions, last] = parts(page).items()
    assert last == ("Other places", [([], [("Taiwan, Province of China", "1")])])


def test_countries_of_withdrawn_practices_are_not_listed(client):
    make_practice(countries=["PH"], withdrawn=True)

    page = read(client.get("/countries/"))

    assert (page.one("div", "empty").links(), page.all("h2", id="asia")) == (
        [("Submit a practice", "/submit/")],
        [],
    )


def test_list_of_countries_costs_the_same_however_long_it_is(client, django_assert_num_queries):
    make_practice(countries=["PH", "GE", "FR", "KE", "BR", "MX", "TO", "TW"])

    with django_assert_num_queries(5):
        client.get("/countries/")


def test_cards_name_the_countries_of_the_place_first(client):
    make_practice(countries=["AM", "EE", "IQ", "LV", "LT", "PH"])

    shown = {
        path: read(client.get(path)).one("p", "practice-card-place").text.partition("·")[0].strip()
        for path in (
            "/practices/",
            "/regions/europe/",
            "/countries/ph/",
            "/practices/?region=northern-europe",
        )
    }

    assert shown == {
        "/practices/": "Armenia, Estonia, Iraq and 3 more",
        "/regions/europe/": "Estonia, Latvia, Lithuania and 3 more",
        "/countries/ph/": "Philippines, Armenia, Estonia and 3 more",
        "/practices/?region=northern-europe": "Estonia, Latvia, Lithuania and 3 more",
    }
