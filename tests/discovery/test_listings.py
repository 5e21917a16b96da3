"""Pagination of lists, counts and search results, and the index behind them."""

import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices import workflow
from practices.core import catalogue_version
from practices.discovery import facet_codes, indexing, results
from practices.discovery.results import Selection, Total
from practices.documents import FIELDS
from practices.models import FacetCount, FacetEntry, IndexedPractice, Practice
from tests.support.documents import FULL
from tests.support.factories import NOW, document, make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def seven(settings):
    """Seven practices of objective 21, two per page, among practices of another objective."""
    settings.PRACTICES_PER_PAGE = 2
    for number, title in enumerate(["Éa", "b", "C", "d", "E", "f", "G"]):
        make_practice(
            title=title, summary="Here.", now=NOW + timedelta(days=number // 2), tags=[f"tag {number % 2}"]
        )
        make_practice(title=f"Other {number}", objectives=[3], now=NOW + timedelta(days=number // 2))


def walk(client, path, rel="next"):
    """Return the titles on each page from `path` on, following the links to the next or previous page."""
    pages = []
    while path:
        page = read(client.get(path))
        pages.append(page.texts("h3", "practice-card-title"))
        links = [link["href"] for link in page.all("a") if rel in link.get("rel", "").split()]
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
def test_pages_link_forwards_and_backwards(client, seven, path, pages):
    forth = walk(client, path)
    last = f"{path}{'&' if '?' in path else '?'}page=9"

    back = walk(client, last, rel="prev")

    expected = [page.split() for page in pages]
    assert (forth, back) == (expected, expected[::-1])


@pytest.mark.parametrize("sort", ["newest", "oldest", "title"])
def test_next_page_neither_skips_nor_repeats_after_a_publication(client, seven, sort):
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
def test_page_after_a_missing_practice_falls_back_to_its_number(client, seven, edge):
    page = read(client.get(f"/objectives/21/?page=2&{edge}"))

    assert page.texts("h3", "practice-card-title") == ["E", "d"]


def test_page_after_a_withdrawn_practice_continues_the_list(client, seven, moderator):
    [link] = read(client.get("/objectives/21/")).all("a", rel="next")
    workflow.withdraw_practice(Practice.objects.get(title="f"), by=moderator, reason="Gone.")

    page = read(client.get(f"/objectives/21/{link['href']}"))

    assert page.texts("h3", "practice-card-title") == ["E", "d"]


def test_deep_page_costs_as_much_as_the_first(client, seven):
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


def test_listing_names_its_order_and_links_to_the_others(client, seven):
    page = read(client.get("/practices/?objective=21&sort=title"))

    sorts = page.one("div", "bar").all("details", "drop")[0]
    assert (sorts.one("summary").text, sorts.links(), sorts.one("a", **{"aria-current": "true"}).text) == (
        "Sort: Title, A to Z",
        [
            ("Newest first", "?objective=21&sort=newest"),
            ("Oldest first", "?objective=21&sort=oldest"),
            ("Title, A to Z", "?objective=21&sort=title"),
        ],
        "Title, A to Z",
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
def test_text_of_a_total(total, words):
    assert total.text == words


def test_counting_stops_at_its_limit(client, seven, monkeypatch):
    monkeypatch.setattr(results, "MAX_COUNTED", 3)

    page = read(client.get("/practices/?objective=21&objective=22"))

    assert page.one("h2", **{"data-results": ""}).text == "3+ practices"
    assert walk(client, "/practices/?objective=21&objective=22") == walk(client, "/objectives/21/")


def test_counts_beyond_the_limit_are_marked(client, seven, monkeypatch):
    monkeypatch.setattr(results, "MAX_COUNTED", 3)

    page = read(client.get("/practices/?objective=21&objective=3&language=en"))

    assert "3+" in page.texts("small")


def test_search_lists_a_limited_number_of_results(client, seven, monkeypatch):
    monkeypatch.setattr("practices.discovery.search.hits.MAX_HITS", 4)

    pages = walk(client, "/practices/?q=here&sort=newest")

    last = read(client.get("/practices/?q=here&sort=newest&page=2"))
    assert pages == [["G", "f"], ["E", "d"]]
    assert (last.one("h2", **{"data-results": ""}).text, last.all("p", "notice") != []) == (
        "7 practices",
        True,
    )


# Search results in context ---------------------------------------------------------------------


def test_hit_beyond_the_visible_summary_gets_an_excerpt(client):
    make_practice(title="Ports", summary="Quays and harbours. " * 20 + "A desk.")

    card = read(client.get("/practices/?q=desk")).one("article", "practice-card")

    assert card.one("p", "practice-card-hit").texts("mark") == ["desk"]


def test_hits_are_marked_in_title_and_summary_or_excerpted(client):
    make_practice(title="Desks & doors", summary="A desk.")
    make_practice(title="Ports", summary="Quays.", lessons="Open the <b>desk</b> on Sundays.")

    cards = read(client.get("/practices/?q=desk")).all("article", "practice-card")

    assert [(card.texts("mark"), card.texts("p", "practice-card-hit")) for card in cards] == [
        (["Desks", "desk"], []),
        (["desk"], ["Open the <b>desk</b> on Sundays."]),
    ]


@pytest.mark.parametrize(
    ("query", "filed_under"),
    [
        ("harbours", {"tags": ["harbours"]}),
        ("government", {"implementer_kinds": ["national-government"]}),
        ("pathways", {"objectives": [5]}),
        ("SDG 10", {"sdgs": [10]}),
    ],
)
def test_card_says_where_a_word_stands_that_is_in_no_text(client, query, filed_under):
    make_practice(title="Ports", summary="Quays.", **filed_under)

    card = read(client.get("/practices/", {"q": query})).one("article", "practice-card")

    (field,) = filed_under
    hit = card.one("p", "practice-card-hit")
    assert (hit.text.partition(":")[0], len(hit.texts("mark")) > 0) == (FIELDS[field].label, True)


def test_card_with_a_marked_word_does_not_say_what_it_is_filed_under(client):
    make_practice(title="Harbours", tags=["harbours"])

    card = read(client.get("/practices/?q=harbours")).one("article", "practice-card")

    assert card.all("p", "practice-card-hit") == []


@pytest.mark.parametrize("query", ["%25%25", "-desk", "%22%22", "*", "%00%01", "AND", "a" * 10_000])
def test_query_without_search_terms_gets_a_page(client, query):
    make_practice(title="Desks")

    response = client.get(f"/practices/?q={query}")

    assert (response.status_code, len(read(response).texts("h1"))) == (200, 1)


def test_punctuation_alone_shows_everything_and_says_why(client):
    make_practice(title="Desks")

    page = read(client.get("/practices/?q=%25"))

    assert page.texts("h3", "practice-card-title") == ["Desks"]
    assert "no word to look for" in page.one("div", "notice-warm").text


def test_empty_result_suggests_removing_a_filter(client):
    make_practice(title="Desks", objectives=[21], countries=["PH"])

    page = read(client.get("/practices/?objective=21&country=ke"))

    assert ("Without Country: Kenya", "/practices/?objective=21") in page.one("div", "ways-on").links()


# The index ----------------------------------------------------------------------


def indexed():
    """Return the contents of the index."""
    with connection.cursor() as cursor:
        columns = (
            "practice_id, vector" if connection.vendor == "postgresql" else "rowid, title, head, body, keys"
        )
        cursor.execute(f"SELECT {columns} FROM practices_search ORDER BY 1")
        search_rows = cursor.fetchall()
    return (
        sorted(FacetEntry.objects.values_list("practice", "key", "published_at")),
        [
            (*row, sorted(facet_codes.keys_by_code()[code] for code in codes))
            for *row, codes in IndexedPractice.objects.order_by("pk").values_list(
                "practice", "published_at", "revision", "start_year", "end_year", "submitter", "facet_codes"
            )
        ],
        sorted(FacetCount.objects.filter(count__gt=0).values_list("scope", "facet", "key", "count")),
        [
            [str(cell).split(" ") if column == 4 else cell for column, cell in enumerate(row)]
            for row in search_rows
        ],
    )


def sorted_keys(contents):
    entries, rows, counts, search_rows = contents
    return (
        entries,
        rows,
        counts,
        [[sorted(cell) if isinstance(cell, list) else cell for cell in row] for row in search_rows],
    )


def test_incremental_index_equals_a_rebuilt_one(moderator):
    first = make_practice(**FULL)
    make_practice(title="Ports", countries=["PH", "GE"], tags=["ports"], start_year=2019)
    gone = make_practice(title="Gone", countries=["FR"], tags=["gone"], withdrawn=True)
    back = make_practice(title="Back", countries=["FR"], credit="City of Manila", withdrawn=True)
    workflow.publish_document(document(title="Desks", objectives=[3, 21], tags=["Desks"]), to=first)
    workflow.publish_document(document(title="Still gone"), to=gone)
    workflow.restore_practice(back, by=moderator)
    before = sorted_keys(indexed())

    call_command("rebuild_search", stdout=io.StringIO())

    assert sorted_keys(indexed()) == before


def test_rebuilding_mends_titles_to_sort_by():
    practice = make_practice(title="Élan")
    Practice.objects.update(sort_title="Élan")

    call_command("rebuild_search", stdout=io.StringIO())

    practice.refresh_from_db()
    assert practice.sort_title == "elan"


def test_rebuilding_leaves_out_a_practice_whose_words_cannot_be_read(monkeypatch):
    broken, whole = make_practice(), make_practice()
    original = indexing.search_entry

    def search_entry(practice, *arguments, **named):
        if practice == broken:
            raise RuntimeError
        return original(practice, *arguments, **named)

    monkeypatch.setattr(indexing, "search_entry", search_entry)

    with pytest.raises(CommandError, match=f"index of practice {broken.pk}"):
        call_command("rebuild_search", stdout=io.StringIO())

    assert list(IndexedPractice.objects.values_list("pk", flat=True)) == [whole.pk]


def test_rebuilding_changes_the_catalogue_version():
    make_practice()
    before = catalogue_version.current()

    call_command("rebuild_search", stdout=io.StringIO())

    assert catalogue_version.current() != before


def test_indexing_costs_a_limited_number_of_queries(django_assert_max_num_queries):
    practice = make_practice(**FULL)
    for number in range(3):
        make_practice(title=f"Ports {number}", countries=["FR"], tags=["ports"])

    with catalogue_version.reading(), django_assert_max_num_queries(12):
        indexing.index_practice(practice, document(countries=["FR", "PH"], tags=["ports"]))


def test_total_of_a_scope_and_a_key_is_stored(django_assert_max_num_queries):
    make_practice(countries=["PH"])

    with catalogue_version.reading(), django_assert_max_num_queries(1):
        total = results.total(Selection(facet_keys=(("country:ph",), ("objective:21",))))

    assert total == Total(1)


def test_errors_of_one_reader_are_not_cached_for_others(client):
    make_practice()
    first = read(client.get("/practices/?since=soon"))

    again = read(client.get("/practices/"))

    fields = [page.one("input", id="since")["value"] for page in (first, again)]
    assert (fields, len(again.all("div", "notice"))) == (["soon", ""], 0)
