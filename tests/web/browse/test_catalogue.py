import json
import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from practices import documents, workflow
from practices.choices import QuestionState, State
from practices.core import catalogue_version
from practices.exchange.exports import FORMATS, SCHEMA
from practices.models import Objective, Practice
from practices.web.browse.home import Chart
from tests.support.addresses import public_addresses
from tests.support.documents import FULL
from tests.support.factories import (
    NOW,
    document,
    make_practice,
    make_question,
    make_submission,
    send_adaptation,
)
from tests.support.pages import read, read_html
from tests.support.thesaurus import make_concept

pytestmark = pytest.mark.django_db

TITLE_OF_21 = "Cooperate in facilitating safe and dignified return and readmission, as well as sustainable reintegration"


def make_practices(*titles, **changes):
    """Create practices with these titles, published a day apart."""
    return [
        make_practice(title=title, now=NOW + timedelta(days=day), **changes)
        for day, title in enumerate(titles)
    ]


def titles(page):
    """Return the titles of the cards on a page, in order."""
    return page.texts("h3", "practice-card-title")


def listing(client, query=""):
    return read(client.get(f"/practices/?{query}"))


# Home -----------------------------------------------------------------------------


def test_home_shows_the_23_objectives_in_order_with_their_count_and_meaning(client):
    make_practice(objectives=[21, 3])
    make_practice(objectives=[21])

    *lines, _all = read(client.get("/")).one("ol", "objective-index").all("li")

    counts = {3: "1 practice", 21: "2 practices"}
    assert [(*line.links(), *line.texts("p")) for line in lines] == [
        (
            (
                f"{objective.number} {objective.short_label} {counts.get(objective.number, '0 practices')}",
                f"/objectives/{objective.number}/",
            ),
            objective.meaning,
        )
        for objective in Objective.objects.order_by("number")
    ]


def test_home_leads_to_all_practices_with_their_number(client):
    make_practices("One", "Two")

    *_objectives, all_practices = read(client.get("/")).one("ol", "objective-index").links()

    assert all_practices == ("All practices 2", "/practices/")


def test_home_names_its_numbers_when_there_are_many(client):
    for code in ["PH", "GE", "FR", "SN", "MD", "ES", "PT", "CH", "BE", "NL"]:
        make_practice(countries=[code], objectives=[21, 3])

    page = read(client.get("/"))

    assert page.one("p", "lead").texts("strong") == ["10 practices", "10 countries"]


def test_home_names_no_numbers_when_there_are_few(client):
    for _ in range(10):
        make_practice(countries=["PH"])

    page = read(client.get("/"))

    assert (page.one("p", "lead").texts("strong"), page.one("a", "plate", href="/map/").text) == (
        [],
        "Map Practices by country",
    )


def test_home_suggests_words_that_find_something(client):
    make_practice(tags=["pension rights", "B2B-visa", "a topic with far too many words"], countries=["PH"])
    make_practice(tags=["pension rights", "remittances"], countries=["PH", "GE"])

    suggested = read(client.get("/")).one("p", "cover-words").links()

    found = {text: len(titles(read(client.get(address)))) for text, address in suggested}
    assert found == {"pension rights": 2, "remittances": 1, "Philippines": 2}


def test_home_suggests_topics_by_the_names_that_the_thesaurus_has_in_the_language(client):
    make_concept("remittances", en=["remittances"], fr=["envois de fonds"])
    make_practice(tags=["remittances", "port dues"])

    suggested = read(client.get("/fr/")).one("p", "cover-words").links()

    assert [text for text, _address in suggested] == ["port dues", "envois de fonds"]


def test_home_draws_a_dot_for_each_practice_by_objective(client):
    make_practice(objectives=[1, 3])
    make_practice(objectives=[3])

    chart = read(client.get("/")).one("figure", "dot-chart")

    dots, dashes = chart.all("path")
    assert (dots["d"], dashes["d"].count("M"), chart.one("figcaption").text) == (
        "M5 96h0M25 96h0m0-7.6h0",
        21,
        "One dot per practice and objective. A dash: none yet.",
    )


def test_chart_leads_to_objectives_and_from_dashes_to_the_form(client):
    make_practice(objectives=[1])

    first, second, *_others = read(client.get("/")).one("figure", "dot-chart").links()

    assert (first, second) == (("1", "/objectives/1/"), ("2", "/submit/?objective=2"))


def test_chart_of_many_practices_says_how_many_a_dot_stands_for():
    counts = [(objective, 101 if objective.number == 1 else 0) for objective in Objective.objects.all()]

    page = read_html(
        render_to_string("web/browse/home.html#chart", {"objectives": counts, "chart": Chart(counts)})
    )

    assert (page.all("path")[0]["d"].count("h0"), page.one("figcaption").text) == (
        10,
        "By objective; one dot stands for 10 practices. A dash: none yet.",
    )


def test_home_shows_the_three_newest(client):
    make_practices("One", "Two", "Three", "Four")

    page = read(client.get("/"))

    assert titles(page) == ["Four", "Three", "Two"]


def test_home_draws_the_maps_and_leads_to_them(client):
    make_practice(countries=["PH"], objectives=[3, 21])

    plates = read(client.get("/")).all("a", "plate")

    assert [(plate["href"], plate.text, len(plate.all("circle"))) for plate in plates] == [
        ("/map/", "Map Practices by country", 1),
        ("/gaps/", "Gap map Objectives by region: 113 of 115 cells have no practice yet", 2),
    ]


def test_home_without_practices_asks_for_the_first(client):
    page = read(client.get("/"))

    assert (page.all("figure"), page.all("p", "cover-words"), page.one("div", "empty").texts("p")) == (
        [],
        [],
        ["No practice has been published yet.", "If you know one that works, be the first to share it."],
    )


def test_home_has_one_heading_and_its_feeds(client):
    page = read(client.get("/"))

    feeds = [(link["type"], link["href"]) for link in page.all("link", rel="alternate") if link.get("type")]
    assert (page.texts("h1"), feeds) == (
        ["Migration practices that others can learn from"],
        [
            ("application/atom+xml", "/practices/feed.atom"),
            ("application/rss+xml", "/practices/feed.rss"),
            ("application/feed+json", "/practices/feed.json"),
        ],
    )


# An objective ---------------------------------------------------------------------


def test_objective_page_shows_its_name_official_title_and_plain_words(client):
    objective = Objective.objects.get(number=21)

    page = read(client.get("/objectives/21/"))

    head = page.one("div", "cover-title")
    assert (page.one("title").text, page.texts("h1"), head.texts("p")) == (
        "Objective 21: Dignified return and reintegration – Migration Good Practices",
        ["Dignified return and reintegration"],
        ["Objective 21", f"“{TITLE_OF_21}”", objective.meaning],
    )


def test_objective_page_leads_to_all_others(client):
    page = read(client.get("/objectives/21/"))

    string = page.one("nav", "cover-string")
    assert (string.links(), string.one("a", **{"aria-current": "page"}).text) == (
        [(str(number), f"/objectives/{number}/") for number in range(1, 24)],
        "21",
    )
    assert [link["aria-label"] for link in string.all("a")][20:22] == [
        "21. Dignified return and reintegration",
        "22. Social protection",
    ]


def test_objective_page_shows_its_practices_newest_first(client):
    make_practices("Old", "New")
    make_practices("Serves it too", objectives=[3, 21])
    make_practice(title="Of another", objectives=[3])

    page = read(client.get("/objectives/21/"))

    assert (page.one("h2", id="practices").text, titles(page)) == (
        "3 practices",
        ["New", "Serves it too", "Old"],
    )


def test_objective_page_has_a_form_to_subscribe_under_the_label_people_know(client):
    page = read(client.get("/objectives/21/"))

    section = page.one("section", "subscribe")
    form = section.one("form")
    assert (section.one("h2").text, form["method"], form["action"]) == (
        "Subscribe to Objective 21",
        "post",
        "/subscribe/?objective=21",
    )


def test_objective_page_tells_main_from_further_objectives(client):
    make_practices("Main")
    make_practices("Serves it too", objectives=[3, 21])

    lists = {
        text: titles(read(client.get(address)))
        for text, address in read(client.get("/objectives/21/")).one("nav", "tabs").links()
    }

    assert lists == {
        "All 2": ["Serves it too", "Main"],
        "Main objective 1": ["Main"],
        "Also serves 1": ["Serves it too"],
    }


@pytest.mark.parametrize(
    ("query", "current"), [("", "All 1"), ("?main=1", "Main objective 1"), ("?main=2", "All 1")]
)
def test_objective_page_marks_the_current_tab(client, query, current):
    make_practice(objectives=[21])

    page = read(client.get(f"/objectives/21/{query}"))

    assert page.one("nav", "tabs").one("a", **{"aria-current": "page"}).text == current


def test_objective_page_sorts_its_practices(client):
    make_practices("B", "C", "A")

    orders = [
        (text, titles(read(client.get(address))))
        for text, address in read(client.get("/objectives/21/?main=1")).all("ul", "drop-list")[0].links()
    ]

    assert orders == [
        ("Newest first", ["A", "C", "B"]),
        ("Oldest first", ["B", "C", "A"]),
        ("Title, A to Z", ["A", "B", "C"]),
    ]


def test_objective_page_takes_tab_and_order_along(client, settings):
    settings.PRACTICES_PER_PAGE = 1
    one, _two = make_practices("One", "Two")

    page = read(client.get("/objectives/21/?main=1&sort=oldest"))

    card, *_place = page.one("article", "practice-card").links()
    assert (card, page.one("nav", "pagination").links()[0], page.all("ul", "drop-list")[1].links()[0][1]) == (
        ("One", f"{one.get_absolute_url()}?objective=21&main=1&sort=oldest"),
        ("2", "?main=1&sort=oldest&page=2"),
        "/practices/export.csv?objective=21&main=1&sort=oldest",
    )


def test_objective_page_searches_within_the_objective(client):
    make_practice(objectives=[21])

    form = read(client.get("/objectives/21/")).one("form", "objective-search")

    values = {field["name"]: field.get("value") for field in form.all("input")}
    assert (form["action"], values) == ("/practices/", {"objective": "21", "q": None})


def test_objective_page_has_its_search_and_filters_above_the_list(client):
    make_practices("Desks")

    body = client.get("/objectives/21/").content.decode()

    parts = ["Search in Objective 21", 'href="/practices/?objective=21">Filter</a>', "practice-card-title"]
    assert sorted(parts, key=body.index) == parts


def test_objective_page_counts_by_region(client):
    make_practice(countries=["PH", "FR"])
    make_practice(countries=["GE"])
    make_practice(countries=[])

    section = read(client.get("/objectives/21/")).one("section", **{"aria-labelledby": "regions"})

    assert (section.texts("li"), section.texts("p"), section.links()) == (
        ["Africa none yet 0", "Americas none yet 0", "Asia 2", "Europe 1", "Oceania none yet 0"],
        ["1 practice names no country."],
        [
            ("Asia", "/practices/?objective=21&region=asia"),
            ("Europe", "/practices/?objective=21&region=europe"),
        ],
    )


def test_objective_page_names_objectives_that_often_go_with_it(client):
    make_practice(objectives=[21, 3])
    make_practice(objectives=[20, 21, 3])
    make_practice(objectives=[5])

    section = read(client.get("/objectives/21/")).one("section", **{"aria-labelledby": "together"})

    assert (section.texts("li"), section.links()) == (
        ["3. Information provision 2", "20. Remittances 1"],
        [("3. Information provision", "/objectives/3/"), ("20. Remittances", "/objectives/20/")],
    )


def test_objective_page_names_its_paragraph_of_the_compact(client):
    page = read(client.get("/objectives/21/"))

    [(text, _address), *_feeds] = page.one("section", **{"aria-labelledby": "elsewhere"}).links()
    assert text == "Objective 21 in the Global Compact (paragraph 37)"


def test_objective_page_names_its_feeds(client):
    page = read(client.get("/objectives/21/"))

    assert page.one("p", "feed-links").links() == [
        ("Atom feed", "/objectives/21/feed.atom"),
        ("RSS feed", "/objectives/21/feed.rss"),
        ("JSON Feed", "/objectives/21/feed.json"),
    ]


def test_objective_page_offers_its_feeds_to_browsers(client):
    page = read(client.get("/objectives/21/"))

    assert [link["href"] for link in page.all("link", rel="alternate") if link.get("type")] == [
        f"/objectives/21/feed.{extension}" for extension in ("atom", "rss", "json")
    ]


def test_objective_page_without_practices_says_what_to_do(client):
    page = read(client.get("/objectives/21/"))

    assert (page.one("div", "empty").links(), page.all("nav", "tabs")) == (
        [("Submit a practice for Objective 21", "/submit/?objective=21"), ("Subscribe", "#subscribe")],
        [],
    )


def test_objective_page_goes_on_to_older_practices(client, settings):
    settings.PRACTICES_PER_PAGE = 2
    make_practices("One", "Two", "Three")

    page = read(client.get("/objectives/21/?page=2"))

    assert (titles(page), page.one("nav", "pagination").links()) == (
        ["One"],
        [("Previous", "?page=1"), ("1", "?page=1")],
    )


@pytest.mark.parametrize("number", [0, 24, 99])
def test_objective_that_there_is_not_is_not_found(client, number):
    assert client.get(f"/objectives/{number}/").status_code == 404


# The listing ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Song", "Visa", "Desk"]),
        ("objective=21", ["Song", "Desk"]),
        ("objective=21&objective=5", ["Song", "Visa", "Desk"]),
        ("objective=21&country=ph", ["Desk"]),
        ("objective=21&country=ph&country=fr", ["Song", "Desk"]),
        ("region=asia", ["Visa", "Desk"]),
        ("region=south-eastern-asia&type=service", ["Desk"]),
        ("tag=diaspora&since=2020", ["Song"]),
        ("q=harbour", ["Desk"]),
        ("q=harbour&country=fr", []),
    ],
)
def test_listing_combines_its_filters(client, query, found):
    make_practices("Desk", objectives=[21], countries=["PH"], type="service", summary="In a harbour.")
    make_practice(title="Visa", objectives=[5], countries=["GE"], now=NOW + timedelta(days=1))
    make_practice(
        title="Song", objectives=[3, 21], countries=["FR"], tags=["diaspora"], start_year=2019,
        now=NOW + timedelta(days=2),
    )  # fmt: skip

    assert titles(listing(client, query)) == found


def test_listing_shows_each_active_filter_with_a_link_to_remove_it(client):
    make_practice(objectives=[21], countries=["PH"])

    page = listing(client, "objective=21&country=ph&q=desks")

    assert page.one("ul", "chip-list").links() == [
        ("Remove Words: desks", "/practices/?objective=21&country=ph"),
        ("Remove Objective: 21. Dignified return and reintegration", "/practices/?q=desks&country=ph"),
        ("Remove Country: Philippines", "/practices/?q=desks&objective=21"),
        ("Clear all", "/practices/"),
    ]


def test_listing_keeps_filters_in_its_form(client):
    make_practice(objectives=[21], countries=["PH"])

    page = listing(client, "objective=21&country=ph&q=desks&since=2020")

    checked = [(box["name"], box["value"]) for box in page.all("input") if "checked" in box.attributes]
    typed = [page.one("input", name=name)["value"] for name in ("q", "since")]
    assert (checked, typed) == ([("objective", "21"), ("country", "ph")], ["desks", "2020"])


def test_listing_without_filters_shows_no_chips(client):
    page = listing(client)

    assert (page.one("h1").text, page.all("ul", "chip-list")) == ("All practices", [])


def test_listing_takes_filters_along_to_the_next_page(client, settings):
    settings.PRACTICES_PER_PAGE = 2
    make_practices("One", "Two", "Three", "Four", "Five")

    page = listing(client, "objective=21&q=ports&page=2")

    assert (titles(page), page.one("nav", "pagination").links()) == (
        ["Three", "Two"],
        [
            ("Previous", "?q=ports&objective=21&page=1"),
            ("1", "?q=ports&objective=21&page=1"),
            ("3", "?q=ports&objective=21&page=3"),
            ("Next", "?q=ports&objective=21&page=3"),
        ],
    )


@pytest.mark.parametrize(
    ("number", "shown"),
    [("1", "Three"), ("3", "One"), ("4", "One"), ("0", "Three"), ("two", "Three"), ("", "Three")],
)
def test_listing_shows_the_page_nearest_to_the_requested_one(client, settings, number, shown):
    settings.PRACTICES_PER_PAGE = 1
    make_practices("One", "Two", "Three")

    assert titles(listing(client, f"page={number}")) == [shown]


def test_listing_hands_its_filters_to_feeds_and_exports(client):
    make_practice(objectives=[21])

    page = listing(client, "objective=21&page=1&colour=blue")

    [_sorts, _subscribe, downloads] = page.one("div", "bar").all("details", "drop")
    assert downloads.links() == [
        *((str(each.label), f"/practices/export.{each.extension}?objective=21") for each in FORMATS.values()),
        ("As a kit to read or print", "/kit/of-list/?objective=21"),
        ("What the columns mean", "/data/#columns"),
        ("Atom", "/practices/feed.atom?objective=21"),
        ("RSS", "/practices/feed.rss?objective=21"),
        ("JSON", "/practices/feed.json?objective=21"),
        ("Embed this list", "/embed/?objective=21"),
        ("See on the map", "/map/?objective=21"),
        ("See in the gap map", "/gaps/?objective=21"),
    ]


def test_listing_ignores_and_reports_invalid_values(client):
    make_practice(title="Desk", countries=["PH"])
    make_practice(title="Song", countries=["FR"])

    page = listing(client, "objective=99&country=ph")

    assert (titles(page), page.one("div", "notice-warm").texts("li")) == (
        ["Desk"],
        ["Objective: We do not know “99”, so this filter was ignored."],
    )


def test_card_shows_place_type_years_evidence_and_objectives(client):
    make_practice(**FULL | {"language": "en"})

    card = listing(client).one("article", "practice-card")

    assert card.texts("p") == [
        "Georgia, Philippines, Manila and Batumi · Service · 2016–2020 · ●●○ Evaluated",
        "Desks in two ports help returning workers claim their pensions. They are free.",
        "22 Social protection · also 3, 21",
    ]


def test_card_names_three_countries_and_the_number_of_others(client):
    make_practice(countries=["PH", "GE", "FR", "SN", "MD"], area="Ports")

    place = listing(client).one("p", "practice-card-place").one("bdi")

    assert place.text == "France, Georgia, Philippines and 2 more, Ports"


def test_card_lists_places_in_the_punctuation_of_the_language(client):
    make_practice(countries=["PH", "GE", "FR", "SN", "MD"], area="Ports")

    place = read(client.get("/zh-hans/practices/")).one("p", "practice-card-place").one("bdi")

    assert place.text == "法国、格鲁吉亚、菲律宾以及另外2项、Ports"


def test_card_names_the_language_of_a_practice_that_is_not_in_that_of_the_page(client):
    make_practice(language="ar", countries=["PH"])

    card = listing(client).one("article", "practice-card")

    assert card.one("p", "practice-card-place").text == "Philippines · العربية (Arabic)"


# A practice -----------------------------------------------------------------------


def practice_page(client, **changes):
    return read(client.get(make_practice(**changes).get_absolute_url()))


def facts_of(page):
    """Return the facts that a page shows, by their terms."""
    return {
        fact.one("dt").text: fact.one("dd") for facts in page.all("dl", "facts") for fact in facts.all("div")
    }


def test_practice_page_sets_results_apart_with_figures_and_evidence(client):
    page = practice_page(client, **FULL)

    results = page.one("section", "results")
    address = "https://example.org/evaluation"
    assert results.one("h2").text == "Results"
    assert [(figure.one("dt").text, figure.one("dd").text) for figure in results.one("dl").all("div")] == [
        ("4,000", "pensions claimed, 2016–2020 example.org"),
        ("5 → 1", "trips to claim one Survey of 2019, page 3"),
    ]
    assert results.one("dl").links() == [("example.org", address)]
    assert results.texts("p") == ["4,000 claims.", "●●○ Evaluated. A survey in 2019. See the evidence"]
    assert results.one("p", "proof").links() == [("See the evidence", address)]


def test_practice_page_shows_its_objectives_the_main_one_first(client):
    page = practice_page(client, **FULL)

    assert page.one("ul", "serving").links() == [
        ("Main objective 22 Social protection", "/objectives/22/"),
        ("Also serves 3 Information provision", "/objectives/3/"),
        ("Also serves 21 Dignified return and reintegration", "/objectives/21/"),
    ]


def test_practice_page_shows_every_fact(client):
    page = practice_page(client, **FULL)

    assert {label: fact.text for label, fact in facts_of(page).items()} == {
        "Where": "Philippines, Georgia, Manila and Batumi",
        "When": "2016–2020",
        "Type": "Service",
        "Evidence": "●●○ Evaluated The results were evaluated; the organisations took part in the evaluation.",
        "Implementing organisations": "City of Manila Port of Batumi "
        "Local or regional government, Employer or private sector",
        "Partners": "Seafarers' union",
        "Cost": "50,000 to 500,000 US dollars",
        "Topics": "pensions, ports",
        "Source": "example.org",
        "Guiding principles": "People-centred Whole-of-society approach",
        "SDGs": "10. Reduced inequalities 8. Decent work and economic growth",
        "Language": "العربية (Arabic)",
        "Licence": "CC BY 4.0: anyone may reuse it if they name the source",
    }


def test_practice_page_shows_every_text_under_its_heading(client):
    page = practice_page(client, **FULL)

    sections = [
        (section.one("h2").text, section.texts("p")) for section in page.all("section", "reading-section")
    ]
    assert page.one("p", "reading-summary").text == (
        "Desks in two ports help returning workers claim their pensions. They are free."
    )
    shown = FULL | {"resources": "The forms of the desks desks.example"}
    assert sections == [
        (str(documents.label(name)), [shown[name]]) for name in documents.LONG_TEXTS if name != "results"
    ]


def test_practice_page_lists_its_sections(client):
    page = practice_page(client, **FULL)

    links = page.one("nav", "contents").links()
    texts = [name for name in documents.LONG_TEXTS if name != "results"]
    assert links == [(str(documents.label(name)), f"#section-{name}") for name in ("results", *texts)]
    assert all(page.one(id=address.removeprefix("#")) for _text, address in links)


def test_practice_page_with_few_sections_has_no_list_of_them(client):
    page = practice_page(client, context="Why.", activities="What.", results="Much.")

    assert page.all("nav", "contents") == []


def test_practice_page_shows_only_filled_in_fields(client):
    page = practice_page(client)

    facts = {label: fact.text for label, fact in facts_of(page).items()}
    assert (facts, page.all("section", "reading-section"), page.all("section", "results")) == (
        {"Language": "English"},
        [],
        [],
    )


@pytest.mark.parametrize(
    ("changes", "invitation"),
    [
        (
            {},
            "This practice has a summary only. Do you know what was done and what the results were? Add details",
        ),
        ({"context": "Why."}, "No results are described yet. Do you know what the results were? Add results"),
    ],
)
def test_practice_page_invites_to_complete_it(client, changes, invitation):
    practice = make_practice(**changes)

    [asked] = read(client.get(practice.get_absolute_url())).all("p", "invitation")

    assert asked.text == invitation
    assert asked.one("a")["href"] == f"{practice.get_absolute_url()}correct/"


def test_practice_page_with_results_asks_for_no_more(client):
    page = practice_page(client, results="Much.")

    assert page.all("p", "invitation") == []


def test_practice_page_shows_where_it_is(client):
    page = practice_page(client, countries=["MD"])

    figure = page.one("figure", "locator")
    assert (figure.one("figcaption").text, len(figure.all("circle", "ring"))) == (
        "Republic of Moldova · Eastern Europe",
        1,
    )


def test_practice_page_without_a_country_has_no_map(client):
    page = practice_page(client, area="Global")

    assert page.all("figure", "locator") == []


def test_practice_page_leads_to_others_like_it(client):
    page = practice_page(client, **FULL)

    assert [link for facts in page.all("dl", "facts") for link in facts.links()] == [
        ("Philippines", "/countries/ph/"),
        ("Georgia", "/countries/ge/"),
        ("Service", "/practices/?type=service"),
        ("pensions", "/practices/?tag=pensions"),
        ("ports", "/practices/?tag=ports"),
        ("example.org", "https://example.org/desks"),
    ]


def test_practice_page_offers_to_share_cite_compare_and_correct_it(client):
    practice = make_practice(title="Pension desks", objectives=[22])
    path = practice.get_absolute_url()

    tools = read(client.get(path)).one("div", "tools")

    assert [address for _text, address in tools.links()] == [
        f"/p/{practice.pk}",
        f"mailto:?subject=Pension%20desks&body=http%3A%2F%2F127.0.0.1%3A8000%2Fp%2F{practice.pk}",
        "/subscribe/?objective=22",
        "/objectives/22/feed.atom",
        f"http://127.0.0.1:8000/p/{practice.pk}",
        f"http://127.0.0.1:8000/p/{practice.pk}",
        f"{path}cite.bib",
        f"{path}cite.ris",
        f"{path}cite.json",
        f"/compare/?practice={practice.pk}",
        f"{path}revisions/",
        f"/kit/?ids={practice.pk}",
        f"{path}translate/",
        f"{path}correct/",
    ]


@pytest.mark.parametrize("tag", ["Remesas y ahorro", "C++", "جاليات", "ports/harbours"])
def test_tag_of_a_practice_leads_to_a_list_with_that_practice(client, tag):
    page = practice_page(client, title="Desk", tags=[tag])

    [link] = facts_of(page)["Topics"].all("a")

    assert titles(read(client.get(link["href"]))) == ["Desk"]


@pytest.mark.parametrize(
    ("credit", "submitted_on", "line"),
    [
        ("Mr. Camille Saadé", "2026-11-02", "Submitted by Mr. Camille Saadé on 2 November 2026"),
        ("Mr. Camille Saadé", None, "Submitted by Mr. Camille Saadé"),
        ("", "2026-11-02", "Submitted anonymously on 2 November 2026"),
        ("", None, "Submitted anonymously"),
    ],
)
def test_credit_is_shown_as_chosen_or_left_out(client, credit, submitted_on, line):
    page = practice_page(client, credit=credit, submitted_on=submitted_on, now=NOW)

    assert page.one("p", "credit-line").text == f"{line} · Published 2 November 2026"


def test_date_of_the_credit_can_be_read_by_machines(client):
    page = practice_page(client, credit="Mr. Camille Saadé", submitted_on="2026-11-02")

    assert page.one("p", "credit-line").all("time")[0]["datetime"] == "2026-11-02"


def test_practice_page_says_since_when_and_which_revision(client):
    practice = make_practice(now=NOW)
    newer = document(start_year=2016)
    workflow.publish_document(newer, to=practice, note="Years added", now=NOW + timedelta(days=3))

    page = read(client.get(practice.get_absolute_url()))

    assert page.one("p", "credit-line").text == (
        "Submitted anonymously · Published 2 November 2026 · Updated 5 November 2026 (Years added)"
    )
    assert page.one("div", "tools").texts("a", href=f"{practice.get_absolute_url()}revisions/") == [
        "History (2 revisions)"
    ]


def test_practice_page_says_when_its_submitter_checked_it(client):
    practice = make_practice(now=NOW)
    Practice.objects.update(checked_on=date(2026, 11, 20))

    page = read(client.get(practice.get_absolute_url()))

    assert page.one("p", "credit-line").text == (
        "Submitted anonymously · Published 2 November 2026 · Checked by its submitter on 20 November 2026"
    )


def test_practice_page_says_how_to_cite_it_on_screen_and_on_paper(client):
    practice = make_practice(credit="Ms. Ana Reyes", implementers=["City of Manila"], now=NOW)

    page = read(client.get(practice.get_absolute_url()))

    apa = (
        "City of Manila. (2026). Pension desks in two ports (Revision 1). Migration Good Practices. "
        f"Submitted by Ana Reyes. http://127.0.0.1:8000/p/{practice.pk}"
    )
    chicago = (
        "City of Manila. “Pension desks in two ports.” Migration Good Practices, 2026. Revision 1. "
        f"Submitted by Ana Reyes. http://127.0.0.1:8000/p/{practice.pk}"
    )
    assert [page.one(id=f"citation-{style}").text for style in ("apa", "chicago")] == [apa, chicago]
    assert page.one("p", "print-only").text == f"Cite as: {apa}"


SCRIPT = '<script>alert("1")</script>'


@pytest.mark.parametrize(
    "field",
    ["title", "summary", "area", "credit", *documents.LONG_TEXTS, "implementers", "tags"],
)
def test_text_of_a_practice_is_shown_as_text(client, field):
    practice = make_practice(**{field: [SCRIPT] if field in ("implementers", "tags") else SCRIPT})

    page = read(client.get(practice.get_absolute_url()))

    assert (page.one("body").all("script"), SCRIPT in page.one("article").text) == ([], True)


def test_practice_in_arabic_is_marked_as_such_and_nothing_else_is(client):
    page = practice_page(client, title="مكاتب التقاعد", summary="ملخص", context="سياق", language="ar")

    main = page.one("main")
    marked = [(element.text, element["lang"], element["dir"]) for element in main.all(lang="ar")]
    assert (marked, len(main.all(dir="rtl"))) == (
        [
            ("مكاتب التقاعد", "ar", "rtl"),
            ("ملخص", "ar", "rtl"),
            ("مكاتب التقاعد", "ar", "rtl"),  # in the APA reference
            ("مكاتب التقاعد", "ar", "rtl"),  # in the Chicago reference
            ("سياق", "ar", "rtl"),
            ("مكاتب التقاعد", "ar", "rtl"),  # in the citation on paper
        ],
        6,
    )


def test_title_in_arabic_stays_in_the_address(client):
    practice = make_practice(title="مكاتب التقاعد", language="ar")

    response = client.get(f"/practices/{practice.pk}-مكاتب-التقاعد/")

    assert response.status_code == 200


def test_practice_without_neighbours_shows_none(client):
    page = practice_page(client)

    assert page.all("section", "related") == []


def test_wrong_slug_redirects_permanently(client):
    practice = make_practice()

    response = client.get(f"/practices/{practice.pk}-anything/")

    assert (response.status_code, response.url) == (301, practice.get_absolute_url())


def test_practice_that_there_is_not_is_not_found(client):
    assert client.get("/practices/12345-anything/").status_code == 404


@pytest.mark.parametrize("name", ["practice-detail", "revision-list", "revision-detail"])
def test_withdrawn_practice_is_gone_and_says_why(client, name):
    practice = make_practice(title="Desk of old", withdrawn=True)
    [path] = public_addresses(practice, names=[name])[name]

    response = client.get(path)

    page = read(response)
    assert (response.status_code, page.one("h1").text, page.one("div", "notice").texts("p")) == (
        410,
        "This practice was withdrawn",
        ["Reason:", "Its source is gone."],
    )


def test_withdrawn_practice_is_gone_under_any_slug(client):
    practice = make_practice(withdrawn=True)

    assert client.get(f"/practices/{practice.pk}-anything/").status_code == 410


# Revisions ------------------------------------------------------------------------


@pytest.fixture
def revised():
    """Create a practice with two revisions."""
    practice = make_practice(title="Desk", now=NOW)
    changed = document(title="Desks", countries=["PH"])
    return workflow.publish_document(changed, to=practice, note="Now two", now=NOW + timedelta(days=3))


def test_revisions_are_listed_with_notes_and_changed_fields(client, revised):
    page = read(client.get(f"/practices/{revised.pk}-desks/revisions/"))

    assert [entry.text for entry in page.one("ol", "timeline").all("li")] == [
        "5 November 2026, 09:30 UTC Revision 2 current Now two Changed: Title, Countries",
        "2 November 2026, 09:30 UTC Revision 1 First published",
    ]


def test_listed_revisions_lead_to_their_pages(client, revised):
    page = read(client.get(f"/practices/{revised.pk}-desks/revisions/"))

    assert page.one("ol", "timeline").links() == [
        ("Revision 2", f"/practices/{revised.pk}-desks/revisions/2/"),
        ("Revision 1", f"/practices/{revised.pk}-desks/revisions/1/"),
    ]


@pytest.mark.parametrize(("number", "title"), [(1, "Desk"), (2, "Desks")])
def test_revision_is_shown_as_published(client, revised, number, title):
    page = read(client.get(f"/practices/{revised.pk}-desks/revisions/{number}/"))

    assert page.texts("h1") == [title]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "This is an earlier text: revision 1 of 2 November 2026."),
        (2, "This is the current text: revision 2 of 5 November 2026."),
    ],
)
def test_revision_says_whether_it_is_the_current_text(client, revised, number, said):
    page = read(client.get(f"/practices/{revised.pk}-desks/revisions/{number}/"))

    assert page.one("div", "notice").texts("p")[0] == said


def changes(page):
    """Return (field, text for screen readers) of each difference shown."""
    return [(entry.texts("dt")[0], *entry.texts("dd")) for entry in page.one("dl", "differences").all("div")]


def test_revision_shows_changes_from_the_previous_one(client, revised):
    page = read(client.get(f"/practices/{revised.pk}-desks/revisions/2/"))

    assert changes(page) == [("Title", "[removed: Desk] [added: Desks]"), ("Countries", "Added: Philippines")]


def test_any_two_revisions_are_compared(client, revised):
    workflow.publish_document(document(title="Desks", area="Batumi"), to=revised)

    newest = read(client.get(f"/practices/{revised.pk}-desks/revisions/3/?from=1"))
    backwards = read(client.get(f"/practices/{revised.pk}-desks/revisions/1/?from=3"))

    assert newest.one("h2", id="changes").text == "What changed from revision 1"
    assert [field for field, *_said in changes(newest)] == ["Title", "Area"]
    assert changes(backwards)[0] == ("Title", "[removed: Desks] [added: Desk]")


@pytest.mark.parametrize("number", ["0", "2", "9", "²", "%00", "one", "9" * 40])
def test_revision_is_compared_with_the_one_before_where_there_is_no_such_other(client, revised, number):
    page = read(client.get(f"/practices/{revised.pk}-desks/revisions/2/?from={number}"))

    assert page.one("h2", id="changes").text == "What changed from revision 1"
    assert page.one("p", "notice-warm").text.startswith("There is no such revision to compare with.")


def test_first_revision_offers_the_others_to_compare_with(client, revised):
    page = read(client.get(f"/practices/{revised.pk}-desks/revisions/1/"))

    assert page.one("h2", id="changes").text == "The first revision"
    assert page.one("form", "compare-form").texts("option") == ["Revision 2 of 5 November 2026"]


def test_revision_is_left_to_the_practice_by_search_engines(client, revised):
    page = read(client.get(f"/practices/{revised.pk}-desks/revisions/1/"))

    assert page.one("meta", name="robots")["content"] == "noindex"


@pytest.mark.parametrize("number", [0, 3])
def test_revision_that_there_is_not_is_not_found(client, revised, number):
    assert client.get(f"/practices/{revised.pk}-desks/revisions/{number}/").status_code == 404


def test_revision_of_another_practice_is_not_found(client, revised):
    other = make_practice(title="Visa")

    assert client.get(f"/practices/{other.pk}-visa/revisions/2/").status_code == 404


@pytest.mark.parametrize("name", ["revision-list", "revision-detail"])
def test_wrong_slug_of_a_revision_redirects_permanently(client, revised, name):
    [path] = public_addresses(revised, names=[name])[name]

    response = client.get(path.replace("-desks/", "-desk/"))

    assert (response.status_code, response.url) == (301, path)


# Files ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extension", "content_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("json", "application/json"),
    ],
)
def test_export_is_a_file_to_keep(client, extension, content_type):
    response = client.get(f"/practices/export.{extension}")

    assert (response.headers["Content-Type"], response.headers["Content-Disposition"]) == (
        content_type,
        f'attachment; filename="practices.{extension}"',
    )


def test_export_contains_the_filtered_practices(client):
    make_practice(title="Desk", countries=["PH"])
    make_practice(title="Song", countries=["FR"])

    response = client.get("/practices/export.json?country=ph")

    assert [each["title"] for each in response.json()["practices"]] == ["Desk"]


def test_export_of_everything_is_not_paged(client, settings):
    settings.PRACTICES_PER_PAGE = 1
    make_practices("One", "Two")

    response = client.get("/practices/export.json")

    assert [practice["title"] for practice in response.json()["practices"]] == ["Two", "One"]


def test_export_with_a_filter_that_is_not_valid_is_refused_in_words(client):
    response = client.get("/practices/export.csv?objective=99&since=soon")

    assert (response.status_code, response.headers["Content-Type"], response.text) == (
        400,
        "text/plain; charset=utf-8",
        (
            "Objective: We do not know “99”, so this filter was ignored.\n"
            "Running in or after: Enter a year from 1000 to 2100, such as 2019."
        ),
    )


def test_export_of_an_unknown_format_is_not_found(client):
    assert client.get("/practices/export.exe").status_code == 404


def test_schema_is_published(client):
    response = client.get("/practices/document.schema.json")

    assert (response.headers["Content-Type"], response.json()) == (
        "application/schema+json",
        json.loads(json.dumps(SCHEMA)),
    )


# Number of queries ----------------------------------------------------------------

COUNTED = [
    "home", "objective-detail", "practice-list", "practice-detail", "objective-feed", "practice-feed",
    "practice-export", "revision-list", "revision-detail", "sitemap", "gap-map", "gap-map-file",
    "world-map", "country-detail", "region-detail", "topic-detail", "practice-citation", "statistics",
]  # fmt: skip


def make_many(number):
    """Create that many practices, each with several related objects of every kind."""
    for count in range(number):
        several = {
            "tags": [f"tag {count}", "ports", "pensions"],
            "countries": ["PH", "GE", "FR"][: count % 3 + 1],
        }
        make_practice(**FULL | several | {"language": "en", "title": f"Practice {count}"})


def costs(client, practice):
    """Return {address: number of queries} of pages of which nothing is cached."""
    found = {}
    for paths in public_addresses(practice, names=COUNTED).values():
        for path in paths:
            cache.clear()  # pages have cards in common
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            found[path] = len(queries)
    return found


@pytest.fixture
def practice():
    return make_practice(**FULL | {"language": "en"})


def test_pages_cost_the_same_however_many_practices_there_are(client, practice):
    costs(client, practice)  # fills caches that last as long as the process
    make_many(1)
    with_one_other = costs(client, practice)
    make_many(2)
    with_three_others = costs(client, practice)
    make_many(27)

    with_thirty_others = costs(client, practice)

    assert (with_three_others, with_thirty_others) == (with_one_other, with_one_other)


def test_revisions_cost_the_same_however_many_there_are(client, practice):
    path = f"/practices/{practice.pk}-{practice.slug}/revisions/"
    with CaptureQueriesContext(connection) as of_one:
        client.get(path)
    for count in range(29):
        workflow.publish_document(FULL | {"area": f"Port {count}"}, to=practice)

    with CaptureQueriesContext(connection) as of_thirty:
        client.get(path)

    assert len(of_thirty) == len(of_one)


@pytest.mark.parametrize(
    "name",
    [
        "home",
        "objective-detail",
        "practice-list",
        "practice-detail",
        "gap-map",
        "world-map",
        "country-detail",
        "region-detail",
        "topic-detail",
        "comparison",
        "statistics",
    ],
)
def test_page_costs_at_most_12_queries(client, practice, django_assert_max_num_queries, name):
    make_many(3)
    [path] = public_addresses(practice, names=[name])[name]

    with django_assert_max_num_queries(12):
        client.get(path)


def test_page_with_a_question_and_a_report_costs_at_most_12_queries(client, django_assert_max_num_queries):
    make_many(3)
    practice = make_submission(State.PUBLISHED).practice
    make_question(QuestionState.PUBLISHED, practice=practice)
    send_adaptation(State.PUBLISHED, of=practice)
    catalogue_version.bump()

    with django_assert_max_num_queries(12):
        client.get(practice.get_absolute_url())


# Metadata for search engines and link previews ------------------------------------


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/?utm_source=mail", "/"),
        ("/objectives/21/?page=1&x=y", "/objectives/21/"),
        ("/objectives/21/?main=1&sort=title&page=2", "/objectives/21/"),
        ("/practices/?country=ph&objective=21&q=&since=", "/practices/?objective=21&country=ph"),
        ("/practices/?objective=99", "/practices/"),
        ("/practices/?page=2&objective=21", "/practices/?objective=21&page=2"),
    ],
)
def test_page_names_its_one_address(client, settings, asked, canonical):
    settings.PRACTICES_PER_PAGE = 1
    make_practices("One", "Two")

    page = read(client.get(asked))

    links = [link["href"] for link in page.all("link") if link["rel"] == "canonical"]
    assert links == [f"{settings.SITE_URL}{canonical}"]


def test_practice_page_has_link_preview_metadata(client, settings):
    page = practice_page(client, title="Desks & doors", summary="One desk. " * 40)

    said = {meta["property"]: meta["content"] for meta in page.all("meta") if meta.get("property")}
    address = Practice.objects.get().get_absolute_url()
    assert said == {
        "og:type": "article",
        "og:site_name": "Migration Good Practices",
        "og:title": "Desks & doors",
        "og:description": ("One desk. " * 40)[:199] + "…",
        "og:url": f"{settings.SITE_URL}{address}",
        "og:image": f"{settings.SITE_URL}{address}picture.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Desks & doors",
    }


def test_counts_are_grouped_by_thousands():
    counts = {"practice_count": 12_345, "country_count": 1_000, "has_many": True}

    body = render_to_string("web/browse/home.html#lead", counts)

    assert re.findall(r"<strong>(.*?)</strong>", body) == ["12,345 practices", "1,000 countries"]
