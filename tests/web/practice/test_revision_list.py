"""List of a practice's revisions, with pagination."""

import pytest

from practices import workflow
from practices.web.practice import revisions
from tests.support.factories import document, make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(monkeypatch):
    """Return the address of the list of a practice with five revisions, two per page."""
    monkeypatch.setattr(revisions, "REVISIONS_PER_PAGE", 2)
    practice = make_practice(title="Desk 1")
    for number in range(2, 6):
        practice = workflow.publish_document(document(title=f"Desk {number}"), to=practice)
    return f"{practice.get_absolute_url()}revisions/"


def shown(client, path):
    """Return [(revision, changed fields)] and the pagination links."""
    page = read(client.get(path))
    entries = page.one("ol", "timeline").all("li")
    revisions = [(entry.links()[0][0], entry.texts("p", "eyebrow")) for entry in entries]
    return revisions, [link for nav in page.all("nav", "pagination") for link in nav.links()]


CHANGED = ["Changed: Title"]


def test_list_begins_with_the_newest_and_leads_to_the_older_ones(client, path):
    assert shown(client, path) == (
        [("Revision 5", CHANGED), ("Revision 4", CHANGED)],
        [("Older", "?from=3")],
    )


def test_middle_page_links_both_ways(client, path):
    assert shown(client, f"{path}?from=3") == (
        [("Revision 3", CHANGED), ("Revision 2", CHANGED)],
        [("Newer", path), ("Older", "?from=1")],
    )


def test_last_page_ends_with_the_first_revision(client, path):
    assert shown(client, f"{path}?from=1") == ([("Revision 1", [])], [("Newer", "?from=3")])


@pytest.mark.parametrize("typed", ["", "x", "²", "9" * 40, "99", "-1", "1.5"])
def test_page_that_is_not_there_is_the_first(client, path, typed):
    assert shown(client, f"{path}?from={typed}") == shown(client, path)


def test_page_before_the_first_revision_is_the_last(client, path):
    assert shown(client, f"{path}?from=0") == shown(client, f"{path}?from=1")


def test_short_list_has_no_pages(client):
    practice = make_practice()

    assert shown(client, f"{practice.get_absolute_url()}revisions/") == ([("Revision 1", [])], [])


@pytest.mark.parametrize("revisions", [1, 5])
def test_list_costs_the_same_however_long_it_is(client, path, revisions, django_assert_num_queries):
    with django_assert_num_queries(6):
        client.get(f"{path}?from={revisions}")
