"""Archives of feeds, with all practices after the newest (RFC 5005 §4)."""

from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices import workflow
from practices.models import Practice
from practices.web.feeds import archives
from tests.support.factories import NOW, make_moderator, make_practice

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
FEED = "/practices/feed.atom"


@pytest.fixture(autouse=True)
def short_documents(settings, monkeypatch):
    settings.FEED_LENGTH = 4
    monkeypatch.setattr(archives, "ARCHIVE_STEP", 3)


def publish(number, **changes):
    """Create that many practices, published at the same instant as by an import."""
    return [make_practice(title=f"Practice {count}", now=NOW, **changes) for count in range(number)]


class Document:
    def __init__(self, client, address):
        response = client.get(address.removeprefix("http://127.0.0.1:8000"))
        assert response.status_code == 200
        root = ET.fromstring(response.content)
        self.links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        self.is_archive = root.find(f"{HISTORY}archive") is not None
        self.keys = [int(key.text.split(":")[-1]) for key in root.findall(f"{ATOM}entry/{ATOM}id")]


def walk(client, address=FEED, relation="prev-archive"):
    """Return {address: document}, following a link relation from `address` on."""
    found = {}
    while address:
        found[address] = Document(client, address)
        address = found[address].links.get(relation)
    return found


@pytest.mark.parametrize("number", [0, 4, 5, 11])
def test_archives_hold_all_the_rest(client, number):
    practices = publish(number, countries=["PH"])
    publish(2, objectives=[3])

    walks = [
        walk(client, address) for address in (FEED, "/objectives/21/feed.atom", "/countries/ph/feed.atom")
    ]

    held = [{key for document in documents.values() for key in document.keys} for documents in walks]
    marks = [[document.is_archive for document in documents.values()] for documents in walks]
    of_both = {practice.pk for practice in practices}
    assert held == [set(Practice.objects.values_list("pk", flat=True)), of_both, of_both]
    assert marks == [[False] + [True] * (len(documents) - 1) for documents in walks]
    assert {len(document.keys) <= 4 for documents in walks for document in documents.values()} == {True}


def test_archive_stays_as_it_is_when_new_practices_come(client):
    publish(12)
    before = walk(client)
    archived = list(before)[1:]

    publish(5)

    after = {address: Document(client, address) for address in archived}
    assert [after[address].keys for address in archived] == [before[address].keys for address in archived]
    assert set(archived) - set(walk(client)) == set()


def test_archives_lead_up_and_down_and_to_the_feed(client):
    publish(12)
    downwards = list(walk(client))[1:]

    upwards = walk(client, downwards[-1], "next-archive")

    assert [address for address in reversed(upwards) if address in downwards] == downwards
    assert {document.links["current"] for document in upwards.values()} == {f"http://127.0.0.1:8000{FEED}"}


def test_archive_keeps_the_filters_and_the_format(client):
    publish(9, countries=["PH"], tags=["ports"])

    feed = client.get("/practices/feed.json?tag=ports&country=ph").json()

    older = feed["next_url"].removeprefix("http://127.0.0.1:8000")
    assert older.startswith("/practices/feed.json?country=ph&tag=ports&archive=")
    assert len(client.get(older).json()["items"]) > 0


def test_withdrawn_practice_leaves_its_archive(client):
    practices = publish(12)
    [address] = [address for address, document in walk(client).items() if practices[3].pk in document.keys]

    workflow.withdraw_practice(practices[3], by=make_moderator(), reason="Its source is gone.")

    documents = walk(client)
    held = {key for document in documents.values() for key in document.keys}
    assert held == {practice.pk for practice in practices} - {practices[3].pk}
    assert practices[3].pk not in Document(client, address).keys


def test_archive_is_no_topic_of_a_hub(client, settings):
    settings.WEBSUB_HUBS = ["https://hub.example/"]
    publish(9)

    hubs = [document.links.get("hub") for document in walk(client).values()]

    assert hubs == ["https://hub.example/"] + [None] * (len(hubs) - 1)


@pytest.mark.parametrize("name", ["0", "-1", "soon", "²", "999999", "9" * 30, "1.5", "%00"])
def test_archive_that_there_is_not_is_not_found(client, name):
    publish(2)

    assert client.get(f"{FEED}?archive={name}").status_code == 404


def test_deep_archive_costs_as_much_as_the_first(client):
    publish(12)
    addresses = list(walk(client))[1:]

    costs = []
    for address in (addresses[0], addresses[-1]):
        with CaptureQueriesContext(connection) as queries:
            Document(client, address)
        costs.append(len(queries))

    assert costs[0] == costs[1]
