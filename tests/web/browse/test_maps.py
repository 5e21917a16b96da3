import csv
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings

from practices import workflow
from practices.choices import State
from practices.models import Country
from practices.web.browse.maps import NOT_DRAWN
from tests.support.factories import NOW, make_practice, make_submission
from tests.support.pages import Element, read

pytestmark = pytest.mark.django_db


def table_of(page):
    """Return {row heading: cells as text}."""
    return {row.one("th").text: row.texts("td") for row in page.one("tbody").all("tr")}


# The gap map ----------------------------------------------------------------------


def test_gap_map_leads_from_each_number_to_its_practices(client):
    make_practice(title="Desk", objectives=[21, 3], countries=["PH", "FR"])
    make_practice(title="Fund", objectives=[21], countries=["PH"])
    page = read(client.get("/gaps/"))

    links = [
        (link.text, link["href"])
        for link in page.one("table").all("a")
        if link["href"].startswith("/practices/")
    ]

    assert links == [
        ("1", "/practices/?objective=3&region=asia"),
        ("1", "/practices/?objective=3&region=europe"),
        ("1", "/practices/?objective=3"),
        ("2", "/practices/?objective=21&region=asia"),
        ("1", "/practices/?objective=21&region=europe"),
        ("2", "/practices/?objective=21"),
        ("2", "/practices/?region=asia"),
        ("1", "/practices/?region=europe"),
    ]
    for text, address in links:
        assert len(read(client.get(address)).all("h3", "practice-card-title")) == int(text)


def test_gap_map_is_a_table_a_screen_reader_can_read(client):
    make_practice(objectives=[21], countries=["PH"])

    page = read(client.get("/gaps/"))

    region, table = page.one("div", "gap-scroll"), page.one("table")
    assert (region["role"], region["tabindex"], region["aria-labelledby"]) == (
        "region",
        "0",
        table.one("caption")["id"],
    )
    assert table.one("caption").text == "Practices by objective and regions"
    assert [head.text for head in table.one("thead").all("th", scope="col")] == [
        "Objective", "Africa", "Americas", "Asia", "Europe", "Oceania", "All",
    ]  # fmt: skip
    assert len(table.one("tbody").all("th", scope="row")) == 23
    assert table_of(page)["21. Dignified return and reintegration"] == ["0", "0", "1", "0", "0", "1"]
    assert len(table.all("td", "gap")) == 23 * 5 - 1


def test_gap_map_obeys_the_filters_of_the_listing(client):
    make_practice(objectives=[21, 3], countries=["PH"], type="service")
    make_practice(objectives=[21], countries=["PH"])
    make_practice(objectives=[5], countries=["FR"], type="service")

    page = read(client.get("/gaps/?type=service&objective=21&by=region"))

    assert table_of(page) == {"21. Dignified return and reintegration": ["0", "0", "1", "0", "0", "1"]}
    assert ("1", "/practices/?objective=21&region=asia&type=service") in page.one("table").links()
    assert page.one("ul", "chip-list").links() == [
        ("Remove Objective: 21. Dignified return and reintegration", "/gaps/?by=region&type=service"),
        ("Remove Type of practice: Service", "/gaps/?by=region&objective=21"),
        ("Clear all", "/gaps/?by=region"),
    ]


@pytest.mark.parametrize("by", ["subregion", "type"])
def test_gap_map_has_other_columns_on_request(client, by):
    make_practice(objectives=[21], countries=["PH"], type="service")

    page = read(client.get(f"/gaps/?by={by}"))

    here = [link["href"] for link in page.one("nav", "overview-tabs").all("a", **{"aria-current": "page"})]
    value = {"subregion": "region=south-eastern-asia", "type": "type=service"}[by]
    assert here == [f"/gaps/?by={by}"]
    assert ("1", f"/practices/?objective=21&{value}") in page.one("table").links()


def test_gap_map_with_unknown_columns_is_by_region(client):
    make_practice(countries=["PH"])

    page = read(client.get("/gaps/?by=colour"))

    assert page.one("caption").text == "Practices by objective and regions"


def test_gap_map_without_practices_says_so(client):
    page = read(client.get("/gaps/"))

    assert (page.all("table"), page.one("div", "empty").links()) == (
        [],
        [("Submit the first one", "/submit/")],
    )


def test_gap_map_as_csv(client):
    make_practice(objectives=[21], countries=["PH"], type="service")

    response = client.get("/gaps.csv?by=type&objective=21")

    rows = list(csv.reader(response.text.removeprefix("\ufeff").splitlines()))
    assert [rows[0][:3], rows[0][-1], *(row[-1] for row in rows[1:])] == [
        ["objective", "title", "Policy or law"], "practices", "1", "1",
    ]  # fmt: skip
    assert rows[1][0] == "21"
    assert rows[1][1].startswith("Cooperate in facilitating")
    assert response.headers["Content-Disposition"] == 'attachment; filename="gaps-by-type.csv"'


# The world map --------------------------------------------------------------------


def test_map_and_table_give_the_same_numbers_and_links(client):
    make_practice(countries=["PH", "FR"])
    make_practice(countries=["PH"])
    make_practice(countries=["AQ"])

    page = read(client.get("/map/"))

    drawn = [(link.one("title").text, link["href"]) for link in page.one("svg", "world-map").all("a")]
    assert drawn == [("Philippines: 2 practices", "/countries/ph/"), ("France: 1 practice", "/countries/fr/")]
    assert table_of(page) == {"Philippines": ["2"], "Antarctica": ["1"], "France": ["1"]}
    assert page.one("table").links() == [
        ("Philippines", "/countries/ph/"),
        ("Antarctica", "/countries/aq/"),
        ("France", "/countries/fr/"),
    ]
    assert page.one("ul", "map-legend").texts("li") == ["2 practices", "1 practice", "none yet"]


def test_map_obeys_the_filters_of_the_listing(client):
    make_practice(title="Desk", objectives=[21], countries=["PH", "FR"])
    make_practice(objectives=[3], countries=["PH"])

    page = read(client.get("/map/?objective=21&country=ph"))

    [(name, link)] = page.one("table").links()
    assert (name, link) == ("Philippines", "/practices/?country=ph&objective=21")
    assert read(client.get(link)).texts("h3", "practice-card-title") == ["Desk"]
    assert page.one("link", rel="canonical")["href"].endswith("/map/?objective=21&country=ph")


@pytest.mark.parametrize(
    ("query", "link"),
    [
        ("", ("Submit the first one", "/submit/")),
        ("?objective=3", ("The map of all practices", "/map/")),
    ],
)
def test_map_without_practices_says_so(client, query, link):
    page = read(client.get(f"/map/{query}"))

    assert (page.all("table"), page.one("div", "empty").links()) == ([], [link])


def test_map_has_a_shape_for_every_country_it_draws(client):
    drawing = ET.parse(settings.BASE_DIR / "static" / "img" / "world.svg").getroot()

    shapes = {path.get("id") for path in drawing.iter("{http://www.w3.org/2000/svg}path")}

    countries = {code.lower() for code in Country.objects.values_list("code", flat=True)}
    make_practice(countries=["PH"])
    box = read(client.get("/map/")).one("svg", "world-map")["viewbox"]
    assert (shapes - {None}, box) == (countries - NOT_DRAWN, drawing.get("viewBox"))


# Statistics -----------------------------------------------------------------------


def charts(page):
    """Return {heading: rows of text}."""
    return {
        table.one("caption").text: [
            [cell.text for cell in row.children if isinstance(cell, Element)]
            for row in table.one("tbody").all("tr")
        ]
        for table in page.all("table")
    }


def test_statistics_without_practices_say_so(client):
    page = read(client.get("/statistics/"))

    found = charts(page)
    assert (
        page.one("p", "lead").text
        == "0 practices are in the catalogue. No submission has been decided on yet."
    )
    assert found["By year of submission"] == found["Days from submission to publication"] == [["nothing yet"]]
    assert {row[-1] for row in found["By objective"]} == {"0"}


def test_statistics_draw_each_number_beside_it(client, moderator):
    submission = make_submission(
        State.SUBMITTED,
        objectives=[21],
        countries=["PH"],
        submitted_on="2025-01-02",
        now=NOW - timedelta(days=3),
    )
    workflow.publish(submission, by=moderator, now=NOW)
    make_practice(objectives=[21, 3], countries=["FR"], now=NOW)

    page = read(client.get("/statistics/"))

    found = charts(page)
    assert found["By year of submission"] == [["2026", "", "1"], ["not stated", "", "1"]]
    assert found["By year of publication here"] == [["2026", "", "2"]]
    assert [row for row in found["By objective"] if row[-1] != "0"] == [
        ["3. Information provision", "", "1"],
        ["21. Dignified return and reintegration", "", "2"],
    ]
    assert found["Days from submission to publication"] == [["2026", "", "3.0", "1"]]
    bars = [bar.one("rect")["width"] for bar in page.all("svg", "bar")]
    assert sorted(set(bars)) == ["100", "50"]
    assert page.one("p", "lead").text == (
        "2 practices are in the catalogue. The last submission that was decided on waited less than 4 days."
    )
