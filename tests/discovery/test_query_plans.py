"""Query plans: lists, counts and searches use indexes and never scan a whole table."""

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
    """Return the plan of each query of `action`.

    On small tables PostgreSQL prefers to scan and sort, so both are turned off unless there is no alternative.
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


def full_scans(table, lines):
    """Return the steps that scan all rows of a table without an index."""
    scans = {"postgresql": f"Seq Scan on {table}", "sqlite": f"SCAN {table}"}[connection.vendor]
    return [line for line in lines if scans in line and "INDEX" not in line]


def walks(index, lines):
    """Return whether a step uses this index; "primary key" is that of the facet entries."""
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
def test_list_walks_an_index_in_order(found, selection, index, sort):
    lines = plan(lambda: results.page(selection, sort=sort, size=2))

    assert (full_scans("practices_facetentry", lines), sorts(lines)) == ([], [])
    assert full_scans("practices_filing", lines) == []
    assert walks(index, lines)


def test_next_page_starts_within_the_index(found):
    lines = plan(lambda: results.page(OBJECTIVE, sort="newest", size=2, after=found[1].pk))

    assert (full_scans("practices_facetentry", lines), sorts(lines)) == ([], [])
    assert walks("primary key", lines)


def test_list_by_title_walks_the_titles(found):
    lines = plan(lambda: results.page(Selection(), sort="title", size=2))

    assert any("practice_by_title" in line for line in lines)
    assert sorts(lines) == []


def test_neighbours_walk_an_index(found):
    lines = plan(lambda: related.neighbours(found[1], Selection()))

    assert full_scans("practices_filing", lines) + full_scans("practices_practice", lines) == []
    assert walks("filing_in_order", lines)


def test_stored_counts_are_read_by_index(found):
    lines = plan(lambda: results.facet_counts(OBJECTIVE))

    assert full_scans("practices_tally", lines) == []


def test_search_uses_the_full_text_index(found):
    terms = tuple(search.interpret("desks"))

    lines = plan(lambda: results.page(Selection(terms=terms), sort="relevance", size=2))

    by = {"postgresql": "Bitmap Index Scan on practices_search", "sqlite": "VIRTUAL TABLE INDEX"}
    assert any(by[connection.vendor] in line for line in lines)
    assert full_scans("practices_search", [line for line in lines if "VIRTUAL" not in line]) == []


def test_spelling_correction_uses_an_index(found):
    lines = plan(lambda: search.plan(tuple(search.interpret("penzion")), is_ranked=True))

    assert full_scans("practices_word", lines) == []
    assert any("word_by_initial_and_length" in line for line in lines)


def test_likely_duplicates_use_indexes_of_title_and_source(found):
    proposed = {"title": found[0].title, "source_url": "https://example.org/desks"}

    lines = " ".join(plan(lambda: duplicates.likely_duplicates(proposed), sort="on"))

    assert ("practice_by_source_page" in lines, "title_key" in lines) == (True, True)
