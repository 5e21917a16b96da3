import csv

import pytest

from tests.factories import make_practice
from tests.pages import read

pytestmark = pytest.mark.django_db


def table_of(page):
    """Row heading → its cells as text."""
    return {row.one("th").text: row.texts("td") for row in page.one("tbody").all("tr")}


# The gap map ------------------------------------------------------------------------------


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


def test_gap_map_by_what_it_does_not_know_is_by_region(client):
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
