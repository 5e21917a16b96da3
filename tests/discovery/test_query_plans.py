"""No list, count or search reads a whole table: the databases say themselves which index they go by."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices.discovery import duplicates, related, results, search
from practices.discovery.results import Selection
from tests.support.factories import make_practice

pytestmark = pytest.mark.django_db

OBJECTIVE = Selection((("objective:21",),))
TWO = Selection((("objective:21",), ("country:ph",)))


def plan(action, *, sort="off"):
    """What the database does for each query of `action`, in its own words.

    With so few rows PostgreSQL would read them all and sort them: it is to do so only where it has no choice.
    """
    with CaptureQueriesContext(connection) as captured:
        action()
    lines = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = {sort}")
        for query in captured.captured_queries:
            if query["sql"].startswith(("SELECT", "WITH", "(SELECT")):
                explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
                cursor.execute(explain + query["sql"].replace("%", "%%"))
                lines += [str(row[-1]) for row in cursor.fetchall()]
    return lines


def reads_a_whole(table, lines):
    """The steps that go through all rows of a table, as far as they are none of an index."""
    scans = {"postgresql": f"Seq Scan on {table}", "sqlite": f"SCAN {table}"}[connection.vendor]
    return [line for line in lines if scans in line and "INDEX" not in line]


def walks(index, lines):
    """Whether some step goes by this index; "primary key" is that of the entries."""
    names = {
        "postgresql": {"primary key": "practices_facetentry_pkey"},
        "sqlite": {"primary key": "sqlite_autoindex_practices_facetentry_1"},
    }[connection.vendor]
    return any(names.get(index, index) in line for line in lines)


def sorts(lines):
    return [line for line in lines if line.strip(" ->").startswith(("Sort", "USE TEMP B-TREE FOR ORDER BY"))]


@pytest.fixture
def found():
    practices = [make_practice(objectives=[21], countries=["PH"]) for _number in range(3)]
    results.facet_counts(Selection())
    return practices


@pytest.mark.parametrize(
    ("selection", "index"),
    [(Selection(), "filing_in_order"), (OBJECTIVE, "primary key"), (TWO, "primary key")],
    ids=["all", "objective", "two facets"],
)
@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_list_is_walked_in_order(found, selection, index, sort):
    lines = plan(lambda: results.page(selection, sort=sort, size=2))

    assert (reads_a_whole("practices_facetentry", lines), sorts(lines)) == ([], [])
    assert reads_a_whole("practices_filing", lines) == []
    assert walks(index, lines)


def test_next_page_begins_at_its_practice(found):
    lines = plan(lambda: results.page(OBJECTIVE, sort="newest", size=2, after=found[1].pk))

    assert (reads_a_whole("practices_facetentry", lines), sorts(lines)) == ([], [])
    assert walks("primary key", lines)


def test_list_by_title_walks_the_titles(found):
    lines = plan(lambda: results.page(Selection(), sort="title", size=2))

    assert any("practice_by_title" in line for line in lines)
    assert sorts(lines) == []


def test_practices_beside_one_are_its_next_entries(found):
    lines = plan(lambda: related.neighbours(found[1], Selection()))

    assert reads_a_whole("practices_filing", lines) + reads_a_whole("practices_practice", lines) == []
    assert walks("filing_in_order", lines)


def test_counts_are_read_where_they_are_kept(found):
    lines = plan(lambda: results.facet_counts(OBJECTIVE))

    assert reads_a_whole("practices_tally", lines) == []


def test_search_asks_the_index_of_words(found):
    terms = tuple(search.interpret("desks"))

    lines = plan(lambda: results.page(Selection(terms=terms), sort="relevance", size=2))

    by = {"postgresql": "Bitmap Index Scan on practices_search", "sqlite": "VIRTUAL TABLE INDEX"}
    assert any(by[connection.vendor] in line for line in lines)
    assert reads_a_whole("practices_search", [line for line in lines if "VIRTUAL" not in line]) == []


def test_misspelt_word_is_looked_for_among_those_like_it(found):
    lines = plan(lambda: search.interpret("deskz"))

    assert reads_a_whole("practices_word", lines) == []
    assert any("word_by_initial_and_length" in line for line in lines)


def test_likely_duplicates_are_found_by_title_and_source(found):
    proposed = {"title": found[0].title, "source_url": "https://example.org/desks"}

    lines = " ".join(plan(lambda: duplicates.likely_duplicates(proposed), sort="on"))

    assert ("practice_by_source_url" in lines, "title_key" in lines) == (True, True)
