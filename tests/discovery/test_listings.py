"""Lists page by page, by the practice a page comes after, and what publication keeps for them."""

import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices import workflow
from practices.core import catalogue_version
from practices.discovery import facet_codes, indexing, results, search
from practices.discovery.results import Selection, Total
from practices.models import FacetEntry, Filing, Practice, Tally
from tests.documents.test_documents import FULL
from tests.support.factories import NOW, document, make_practice
from tests.support.pages import read


def make_seven():
    for number, title in enumerate(["Éa", "b", "C", "d", "E", "f", "G"]):
        make_practice(
            title=title, summary="Here.", now=NOW + timedelta(days=number // 2), tags=[f"tag {number % 2}"]
        )
        make_practice(title=f"Other {number}", objectives=[3], now=NOW + timedelta(days=number // 2))


pytestmark = [pytest.mark.django_db, pytest.mark.shared_rows(seven=make_seven)]


@pytest.fixture
def seven(settings):
    """Seven practices of objective 21, two a page; among them some of another objective."""
    settings.PRACTICES_PER_PAGE = 2


def walk(client, path, rel="next"):
    """Titles of the pages from `path` on, following the links to the next."""
    pages = []
    while path:
        page = read(client.get(path))
        pages.append(page.texts("h3", "practice-card-title"))
        links = [link["href"] for link in page.all("a", rel=rel)]
        path = path.partition("?")[0] + links[0] if links else None
    return pages


PAGES = {
    "/objectives/21/": ["G f", "E d", "C b", "Éa"],
    "/practices/?objective=21": ["G f", "E d", "C b", "Éa"],
    "/practices/?objective=21&sort=oldest": ["Éa b", "C d", "E f", "G"],
    "/practices/?objective=21&sort=title": ["b C", "d E", "Éa f", "G"],
    "/practices/?objective=21&tag=tag-0&tag=tag-1": ["G f", "E d", "C b", "Éa"],
    "/practices/?objective=21&objective=22&tag=tag-0": ["G E", "C Éa"],
    "/practices/?objective=21&objective=22": ["G f", "E d", "C b", "Éa"],
    "/practices/?q=here&sort=oldest": ["Éa b", "C d", "E f", "G"],
}


@pytest.mark.parametrize(("path", "pages"), PAGES.items())
def test_pages_follow_each_other_and_lead_back(client, seven, path, pages):
    forth = walk(client, path)
    last = f"{path}{'&' if '?' in path else '?'}page=9"

    back = walk(client, last, rel="prev")

    expected = [page.split() for page in pages]
    assert (forth, back) == (expected, expected[::-1])


@pytest.mark.parametrize("sort", ["newest", "oldest", "title"])
def test_next_page_neither_skips_nor_repeats_when_something_is_published_meanwhile(client, seven, sort):
    path = f"/practices/?objective=21&sort={sort}"
    whole = [title for page in walk(client, path) for title in page]
    first = read(client.get(path))
    [link] = first.all("a", rel="next")
    make_practice(title="A new one", now=NOW + timedelta(days=9))
    make_practice(title="An old one", now=NOW - timedelta(days=9))

    second = read(client.get(f"/practices/{link['href']}"))

    assert second.texts("h3", "practice-card-title") == whole[2:4]


@pytest.mark.parametrize(
    "edge", ["after=0", "after=999999", "after=x", "before=²", "after=99999999999999999999", "after=-1"]
)
def test_page_after_what_is_not_there_goes_by_its_number(client, seven, edge):
    page = read(client.get(f"/objectives/21/?page=2&{edge}"))

    assert page.texts("h3", "practice-card-title") == ["E", "d"]


def test_page_after_what_was_withdrawn_meanwhile_goes_on(client, seven, moderator):
    [link] = read(client.get("/objectives/21/")).all("a", rel="next")
    workflow.withdraw_practice(Practice.objects.get(title="f"), by=moderator, reason="Gone.")

    page = read(client.get(f"/objectives/21/{link['href']}"))

    assert page.texts("h3", "practice-card-title") == ["E", "d"]


def test_a_page_far_on_costs_what_the_first_does(client, seven):
    paths = ["/objectives/21/"]
    for _page in range(2):
        paths.append("/objectives/21/" + read(client.get(paths[-1])).all("a", rel="next")[0]["href"])

    costs = []
    for path in paths:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        costs.append(len(queries))

    assert costs[1] == costs[2] == costs[0] + 1  # the practice it comes after is looked up


def test_listing_names_its_order_and_leads_to_the_others(client, seven):
    page = read(client.get("/practices/?objective=21&sort=title"))

    sorts = page.one("p", "sorts")
    assert (sorts.text, sorts.links()) == (
        "Newest first Oldest first By title",
        [("Newest first", "?objective=21&sort=newest"), ("Oldest first", "?objective=21&sort=oldest")],
    )


def test_order_survives_the_form_the_pages_and_the_exports(client, seven):
    page = read(client.get("/practices/?sort=title"))

    links = [link["href"] for link in page.all("a") if "sort=title" in link["href"]]
    assert page.one("input", name="sort")["value"] == "title"
    assert "/practices/export.csv?sort=title" in links
    assert any(link.startswith("?sort=title&page=2") for link in links)


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (Total(0), "0 practices"),
        (Total(1), "1 practice"),
        (Total(1234), "1,234 practices"),
        (Total(10_000, is_lower_bound=True), "10,000+ practices"),
    ],
)
def test_total_in_words(total, words):
    assert total.text == words


def test_what_takes_counting_is_counted_only_so_far(client, seven, monkeypatch):
    monkeypatch.setattr(results, "MAX_COUNTED", 3)

    page = read(client.get("/practices/?objective=21&objective=22"))

    assert page.one("div", "section-head").one("h2").text == "3+ practices"
    assert walk(client, "/practices/?objective=21&objective=22") == walk(client, "/objectives/21/")


def test_counts_of_more_than_is_counted_say_so(client, seven, monkeypatch):
    monkeypatch.setattr(results, "MAX_COUNTED", 3)

    page = read(client.get("/practices/?objective=21&objective=3&language=en"))

    assert "3+" in page.texts("small")


def test_search_lists_so_many_hits_and_says_so(client, seven, monkeypatch):
    monkeypatch.setattr(search, "MAX_HITS", 4)

    pages = walk(client, "/practices/?q=here&sort=newest")

    last = read(client.get("/practices/?q=here&sort=newest&page=2"))
    assert pages == [["G", "f"], ["E", "d"]]
    assert (last.one("div", "section-head").one("h2").text, last.all("p", "notice") != []) == (
        "7 practices",
        True,
    )


# Hits in their context ---------------------------------------------------------------------


def test_hit_that_the_card_would_cut_off_is_shown_by_itself(client):
    make_practice(title="Ports", summary="Quays and harbours. " * 20 + "A desk.")

    card = read(client.get("/practices/?q=desk")).one("article", "practice-card")

    assert card.one("p", "practice-card-hit").texts("mark") == ["desk"]


def test_hits_are_marked_in_title_and_summary_or_shown_where_they_stand(client):
    make_practice(title="Desks & doors", summary="A desk.")
    make_practice(title="Ports", summary="Quays.", lessons="Open the <b>desk</b> on Sundays.")

    cards = read(client.get("/practices/?q=desk")).all("article", "practice-card")

    assert [(card.texts("mark"), card.texts("p", "practice-card-hit")) for card in cards] == [
        (["Desks", "desk"], []),
        (["desk"], ["Open the <b>desk</b> on Sundays."]),
    ]


@pytest.mark.parametrize("query", ["%25%25", "-desk", "%22%22", "*", "%00%01", "AND", "a" * 10_000])
def test_query_in_which_there_is_nothing_to_find_gets_a_page(client, query):
    make_practice(title="Desks")

    response = client.get(f"/practices/?q={query}")

    assert (response.status_code, len(read(response).texts("h1"))) == (200, 1)


def test_signs_alone_show_everything_and_say_why(client):
    make_practice(title="Desks")

    page = read(client.get("/practices/?q=%25"))

    assert page.texts("h3", "practice-card-title") == ["Desks"]
    assert "no word to look for" in page.one("p", "notice-warm").text


def test_nothing_found_leads_to_what_one_filter_less_would_find(client):
    make_practice(title="Desks", objectives=[21], countries=["PH"])

    page = read(client.get("/practices/?objective=21&country=ke"))

    assert page.one("div", "empty").links() == [("Without Country: Kenya", "/practices/?objective=21")]


# The objective page -------------------------------------------------------------------------


def test_objective_page_leads_into_the_listing_with_counts(client):
    make_practice(countries=["PH"], type="service")
    make_practice(countries=["PH", "GE"])

    ways = read(client.get("/objectives/21/")).one("section", "ways").links()

    assert ("Philippines 2", "/practices/?objective=21&country=ph") in ways
    assert ("Service 1", "/practices/?objective=21&type=service") in ways
    assert ("Asia 2", "/practices/?objective=21&region=asia") in ways


# What publication keeps ----------------------------------------------------------------------


def filed():
    """Everything that lists, counts and searches are answered from."""
    with connection.cursor() as cursor:
        columns = (
            "practice_id, vector" if connection.vendor == "postgresql" else "rowid, title, head, body, keys"
        )
        cursor.execute(f"SELECT {columns} FROM practices_search ORDER BY 1")
        searched = cursor.fetchall()
    return (
        sorted(FacetEntry.objects.values_list("practice", "key", "published_at")),
        [
            (*row, sorted(facet_codes.keys_by_code()[sign] for sign in text))
            for *row, text in Filing.objects.order_by("pk").values_list(
                "practice", "published_at", "revision", "start_year", "end_year", "submitter", "signs"
            )
        ],
        sorted(Tally.objects.filter(count__gt=0).values_list("scope", "facet", "key", "count")),
        [
            [str(cell).split(" ") if column == 4 else cell for column, cell in enumerate(row)]
            for row in searched
        ],
    )


def sorted_keys(kept):
    entries, filings, tallies, searched = kept
    return (
        entries,
        filings,
        tallies,
        [[sorted(cell) if isinstance(cell, list) else cell for cell in row] for row in searched],
    )


def test_what_is_kept_step_by_step_is_what_would_be_made_anew(moderator):
    first = make_practice(**FULL)
    make_practice(title="Ports", countries=["PH", "GE"], tags=["ports"], start_year=2019)
    gone = make_practice(title="Gone", countries=["FR"], tags=["gone"], withdrawn=True)
    back = make_practice(title="Back", countries=["FR"], credit="City of Manila", withdrawn=True)
    workflow.publish_document(document(title="Desks", objectives=[3, 21], tags=["Desks"]), to=first)
    workflow.publish_document(document(title="Still gone"), to=gone)
    workflow.restore_practice(back, by=moderator)
    kept = sorted_keys(filed())

    call_command("rebuild_search", stdout=io.StringIO())

    assert sorted_keys(filed()) == kept


def test_rebuilding_is_a_new_version():
    make_practice()
    before = catalogue_version.current()

    call_command("rebuild_search", stdout=io.StringIO())

    assert catalogue_version.current() != before


def test_filing_costs_the_same_however_much_there_is(django_assert_max_num_queries):
    practice = make_practice(**FULL)
    for number in range(3):
        make_practice(title=f"Ports {number}", countries=["FR"], tags=["ports"])

    with catalogue_version.reading(), django_assert_max_num_queries(9):
        indexing.index_practice(practice, document(countries=["FR", "PH"], tags=["ports"]))


def test_total_of_a_selection_is_read_where_it_was_counted(django_assert_max_num_queries):
    make_practice(countries=["PH"])

    with catalogue_version.reading(), django_assert_max_num_queries(1):
        total = results.total(Selection(facet_keys=(("country:ph",), ("objective:21",))))

    assert total == Total(1)


def test_faults_of_one_reader_are_told_to_no_other(client):
    make_practice()
    first = read(client.get("/practices/?since=soon"))

    again = read(client.get("/practices/"))

    fields = [page.one("input", id="since")["value"] for page in (first, again)]
    assert (fields, len(again.all("div", "notice"))) == (["soon", ""], 0)
