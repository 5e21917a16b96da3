import csv
from datetime import timedelta

import pytest
from django.utils import translation

from practices import workflow
from practices.choices import State
from practices.web.browse import statistics
from tests.support.factories import NOW, judged, make_practice, make_submission
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
    assert table.one("caption").text == "Practices by objectives and regions"
    assert [head.text for head in table.one("thead").all("th", scope="col")] == [
        "Objective", "Africa", "Americas", "Asia", "Europe", "Oceania", "All",
    ]  # fmt: skip
    assert len(table.one("tbody").all("th", scope="row")) == 23
    assert table_of(page)["21 Dignified return and reintegration"] == ["+", "+", "1", "+", "+", "1"]
    assert len(table.one("tbody").all("tr", "gap-row")) == 22


def test_empty_cell_of_the_gap_map_leads_to_the_form_for_its_objective_and_region(client):
    make_practice(objectives=[21], countries=["PH"])

    page = read(client.get("/gaps/?objective=8"))

    assert [(link["aria-label"], link["href"]) for link in page.one("tbody").all("a", "gap-plus")] == [
        (f"Submit a practice for Objective 8 in {name}", f"/submit/?objective=8&region={name.lower()}")
        for name in ("Africa", "Americas", "Asia", "Europe", "Oceania")
    ]


def test_empty_cell_of_the_gap_map_by_type_leads_to_the_form_for_its_objective(client):
    make_practice(objectives=[21], countries=["PH"], type="service")

    page = read(client.get("/gaps/?by=type&objective=8&type=service"))

    [link] = page.one("tbody").all("a", "gap-plus")
    assert (link["aria-label"], link["href"]) == (
        "Submit a practice for Objective 8 of the type “Service”",
        "/submit/?objective=8",
    )


def test_empty_cell_of_the_gap_map_by_country_group_leads_to_a_form_that_asks_for_its_countries(client):
    make_practice(objectives=[21], countries=["KM"])
    page = read(client.get("/gaps/?by=group&objective=21"))

    [link] = page.one("tbody").all("a", "gap-plus")
    form = read(client.get(link["href"]))

    assert (link["aria-label"], link["href"]) == (
        "Submit a practice for Objective 21 in Landlocked Developing Countries (LLDCs)",
        "/submit/?objective=21&group=lldc",
    )
    assert "Name the Landlocked Developing Countries (LLDCs) where the practice takes place." in form.text


def test_gap_map_by_country_group_says_how_old_the_lists_are(client):
    make_practice(countries=["KM"])

    page = read(client.get("/gaps/?by=group"))

    assert "The groups are those that the United Nations listed in December 2024" in page.text


def test_sub_regions_of_the_gap_map_stand_under_their_regions(client):
    make_practice(countries=["PH"])

    head = read(client.get("/gaps/?by=subregion")).one("thead")

    assert [(each.text, each["colspan"]) for each in head.all("th", scope="colgroup")] == [
        ("Africa", "2"), ("Americas", "2"), ("Asia", "5"), ("Europe", "4"), ("Oceania", "4"),
    ]  # fmt: skip
    assert [each.text for each in head.all("th", scope="col")][1:3] == [
        "Northern Africa",
        "Sub-Saharan Africa",
    ]


def test_gap_map_obeys_the_filters_of_the_listing(client):
    make_practice(objectives=[21, 3], countries=["PH"], type="service")
    make_practice(objectives=[21], countries=["PH"])
    make_practice(objectives=[5], countries=["FR"], type="service")

    page = read(client.get("/gaps/?type=service&objective=21&by=region"))

    assert table_of(page) == {"21 Dignified return and reintegration": ["+", "+", "1", "+", "+", "1"]}
    assert ("1", "/practices/?objective=21&region=asia&type=service") in page.one("table").links()
    assert page.one("ul", "chip-list").links() == [
        ("Remove Objective: 21. Dignified return and reintegration", "/gaps/?by=region&type=service"),
        ("Remove Type of practice: Service", "/gaps/?by=region&objective=21"),
        ("Clear all", "/gaps/?by=region"),
    ]


@pytest.mark.parametrize("by", ["subregion", "group", "type"])
def test_gap_map_has_other_columns_on_request(client, by):
    make_practice(objectives=[21], countries=["PH", "KM"], type="service")

    page = read(client.get(f"/gaps/?by={by}"))

    here = [link["href"] for link in page.one("nav", "tabs").all("a", **{"aria-current": "page"})]
    value = {"subregion": "region=south-eastern-asia", "group": "group=ldc", "type": "type=service"}[by]
    assert here == [f"/gaps/?by={by}"]
    assert ("1", f"/practices/?objective=21&{value}") in page.one("table").links()


def test_gap_map_with_unknown_columns_is_by_region(client):
    make_practice(countries=["PH"])

    page = read(client.get("/gaps/?by=colour"))

    assert page.one("caption").text == "Practices by objectives and regions"


def test_gap_map_without_practices_says_so(client):
    page = read(client.get("/gaps/"))

    assert (page.all("table"), page.one("div", "empty").links()) == (
        [],
        [("Submit the first practice", "/submit/")],
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


def circles_of(drawing):
    """Return (accessible name, address, number shown inside) of the circles of a map."""
    return [(link["aria-label"], link["href"], link.texts("text")) for link in drawing.all("a")]


def test_map_and_lists_give_the_same_numbers_and_links(client):
    make_practice(countries=["PH", "FR"])
    make_practice(countries=["PH"])
    make_practice(countries=["AQ"])

    page = read(client.get("/map/"))

    philippines = ("Philippines: 2 practices", "/countries/ph/", ["2"])
    france = ("France: 1 practice", "/countries/fr/", ["1"])
    assert circles_of(page.one("g", "world-countries")) == [philippines, france]
    assert [circles_of(section.one("svg")) for section in page.one("div", "regions").all("section")[:5]] == [
        [], [], [philippines], [france], [],
    ]  # fmt: skip
    assert [
        (link, count)
        for names in page.all("ul", "name-list")
        for link, count in zip(names.links(), names.texts("span"), strict=True)
    ] == [
        (("Philippines", "/countries/ph/"), "2"),
        (("France", "/countries/fr/"), "1"),
        (("Antarctica", "/countries/aq/"), "1"),
    ]


@pytest.mark.parametrize("path", ["/map/", "/gaps/"])
def test_drawings_are_the_same_in_languages_with_a_decimal_comma(client, path):
    make_practice(countries=["PH", "FR"])
    make_practice(countries=["PH"])

    with translation.override("de"):
        page = read(client.get(path))

    drawn = [
        value
        for circle in page.one("main").all("circle")
        for name in ("cx", "cy", "r")
        if (value := circle[name])
    ]
    assert drawn
    assert all(value.isascii() and value.isdecimal() for value in drawn)


def test_map_has_a_circle_for_each_region_that_leads_to_its_section(client):
    make_practice(countries=["PH", "ID"])
    make_practice(countries=["PH", "FR"])

    page = read(client.get("/map/"))

    assert circles_of(page.one("g", "world-regions")) == [
        ("Asia: 2 practices", "#asia", ["2"]),
        ("Europe: 1 practice", "#europe", ["1"]),
    ]
    assert page.one("section", id="asia").one("h2").text == "Asia 2 practices, 2 countries"
    assert page.one("section", id="oceania").links()[1:] == [
        ("Submit a practice from Oceania", "/submit/?region=oceania")
    ]


def test_practices_without_a_country_are_named_in_the_last_section(client):
    make_practice(countries=["PH"])
    practice = make_practice(title="Regional guidelines", area="West Africa")

    section = read(client.get("/map/")).one("section", id="elsewhere")

    assert section.one("ul", "plain-list").texts("li") == ["Regional guidelines West Africa"]
    assert section.links() == [("Regional guidelines", practice.get_absolute_url())]


def test_key_of_the_map_shows_the_smallest_and_the_largest_circle(client):
    for _each in range(3):
        make_practice(countries=["PH"])
    make_practice(countries=["FR"])

    page = read(client.get("/map/"))

    key, countries = page.one("g", "world-sizes"), page.one("g", "world-countries").all("a")
    largest, smallest = (link.all("circle")[1]["r"] for link in countries)
    assert (key.texts("text"), [circle["r"] for circle in key.all("circle")]) == (
        ["1", "3"],
        [smallest, largest],
    )


def test_map_obeys_the_filters_of_the_listing(client):
    make_practice(title="Desk", objectives=[21], countries=["PH", "FR"])
    make_practice(objectives=[3], countries=["PH"])

    page = read(client.get("/map/?objective=21&country=ph"))

    [(name, link)] = page.one("ul", "name-list").links()
    assert (name, link) == ("Philippines", "/practices/?country=ph&objective=21")
    assert read(client.get(link)).texts("h3", "practice-card-title") == ["Desk"]
    assert page.one("link", rel="canonical")["href"].endswith("/map/?objective=21&country=ph")


@pytest.mark.parametrize("path", ["/map/", "/gaps/"])
def test_form_of_a_map_keeps_the_filters_it_does_not_offer(client, path):
    make_practice(objectives=[21], countries=["PH"], language="en")

    form = read(client.get(f"{path}?type=service&language=en")).one("form", "overview-form")

    carried = {field["name"]: field["value"] for field in form.all("input", type="hidden")}
    assert carried | {"by": "region"} == {"by": "region", "language": "en"}
    assert form.one("select", name="type").one("option", selected="")["value"] == "service"


@pytest.mark.parametrize(
    ("query", "link"),
    [
        ("", ("Submit the first practice", "/submit/")),
        ("?objective=3", ("Show the map of all practices", "/map/")),
    ],
)
def test_map_without_practices_says_so(client, query, link):
    page = read(client.get(f"/map/{query}"))

    assert (page.all("figure"), page.one("div", "empty").links()) == ([], [link])


def test_map_as_csv(client):
    make_practice(countries=["PH", "FR"])
    make_practice(countries=["PH"])

    response = client.get("/map.csv")

    assert list(csv.reader(response.text.removeprefix("\ufeff").splitlines())) == [
        ["code", "country", "practices"], ["PH", "Philippines", "2"], ["FR", "France", "1"],
    ]  # fmt: skip
    assert response.headers["Content-Disposition"] == 'attachment; filename="practices-by-country.csv"'


# Statistics -----------------------------------------------------------------------


def charts(page):
    """Return {heading: rows of text}."""
    return {
        section.one("h2").text: [
            [cell.text for cell in row.children if isinstance(cell, Element)]
            for row in section.one("tbody").all("tr")
        ]
        for section in page.one("div", "chart-list").all("section")
    }


def test_statistics_without_practices_say_so(client):
    page = read(client.get("/statistics/"))

    assert (page.all("table"), page.one("div", "empty").links()) == (
        [],
        [("Submit the first practice", "/submit/")],
    )


def test_statistics_draw_each_number_beside_it(client):
    make_practice(objectives=[21], countries=["PH"], start_year=2019, type="service")
    make_practice(objectives=[21, 3], countries=["FR"], start_year=2022, type="policy-or-law")
    make_practice(objectives=[21], start_year=2022)

    page = read(client.get("/statistics/"))

    found = charts(page)
    assert page.one("p", "lead").text == "3 practices in numbers."
    assert list(found) == ["By start year", "By objective", "By region", "By type of practice"]
    assert found["By start year"] == [["2019", "", "1"], ["2020–2021", "", "0"], ["2022", "", "2"]]
    assert [row for row in found["By objective"] if row[-1] != "0"] == [
        ["3. Information provision", "", "1"],
        ["21. Dignified return and reintegration", "", "3"],
    ]
    assert [path["d"] for path in page.one("section", **{"aria-labelledby": "start"}).all("path")] == [
        "M5 5h10",
        "M5 5h20",
    ]
    assert page.one("section", **{"aria-labelledby": "region"}).one("p", "eyebrow").text == (
        "A practice can count in several rows. 1 practice names no country."
    )
    assert page.one("section", **{"aria-labelledby": "type"}).one("p", "eyebrow").text == (
        "Not stated by 1 practice."
    )


def test_statistics_draw_all_charts_alike(client, monkeypatch):
    monkeypatch.setattr(statistics, "MOST_DOTS", 2)
    for year, objectives in ((2019, [21]), (2020, [21]), (2022, [21, 3])):
        make_practice(objectives=objectives, start_year=year)

    page = read(client.get("/statistics/"))

    drawn = page.all("svg", "chart-bar"), page.all("svg", "chart-dots")
    assert [bool(found) for found in drawn] == [True, False]


def test_statistics_hide_what_hardly_any_practice_states(client):
    for level in ["monitored", "evaluated", *["none_stated"] * 17]:
        make_practice(evidence_level=level)
    shown = charts(read(client.get("/statistics/")))
    make_practice()
    make_practice()

    assert "By evidence" in shown
    assert "By evidence" not in charts(read(client.get("/statistics/")))


def test_statistics_tell_waiting_times_from_ten_decisions_on(client, moderator):
    def publish():
        submission = make_submission(State.SUBMITTED, now=NOW - timedelta(days=3))
        workflow.publish(judged(submission), by=moderator, now=NOW)

    for _each in range(9):
        publish()
    before = read(client.get("/statistics/"))
    publish()

    page = read(client.get("/statistics/"))

    heading = "Days from submission to publication"
    assert heading not in charts(before)
    assert charts(page)[heading] == [["2026", "", "3.0", "10"]]
    assert page.one("p", "lead").text == (
        "10 practices in numbers. Most recent submissions were decided within 4 days."
    )


def test_table_of_the_statistics_as_csv(client):
    make_practice(objectives=[21], countries=["PH"])

    response = client.get("/statistics/region.csv")

    assert list(csv.reader(response.text.removeprefix("\ufeff").splitlines())) == [
        ["region", "practices"],
        ["Africa", "0"], ["Americas", "0"], ["Asia", "1"], ["Europe", "0"], ["Oceania", "0"],
    ]  # fmt: skip
    assert response.headers["Content-Disposition"] == 'attachment; filename="practices-by-region.csv"'


def test_unknown_table_of_the_statistics_is_not_found(client):
    assert client.get("/statistics/colour.csv").status_code == 404
