"""Uses of practices elsewhere in feeds: in the entry of the practice, which is updated by them."""

import json
from datetime import timedelta

import feedparser
import pytest
from django.utils.dateparse import parse_datetime

from practices import workflow
from practices.choices import State
from tests.support.factories import NOW, USE, make_practice, send_adaptation

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)


@pytest.fixture
def used(client):
    """Return a practice whose feeds were read before its use was reported."""
    practice = make_practice(now=NOW)
    client.get("/practices/feed.json")
    client.get("/practices/feed.atom")
    send_adaptation(State.PUBLISHED, of=practice, now=LATER)
    return practice


def test_entry_tells_where_the_practice_was_used(client, used):
    [item] = json.loads(client.get("/practices/feed.json").content)["items"]

    assert "<bdi>Port of Mombasa</bdi>" in item["content_html"]
    assert "Kenya, Mombasa" in item["content_html"]
    assert USE["summary"] in item["content_html"]


def test_entry_and_feed_are_updated_by_a_report(client, used):
    [item] = json.loads(client.get("/practices/feed.json").content)["items"]
    feed = feedparser.parse(client.get("/practices/feed.atom").content)

    assert parse_datetime(item["date_published"]) == NOW
    assert parse_datetime(item["date_modified"]) == LATER
    assert parse_datetime(feed.feed.updated) == parse_datetime(feed.entries[0].updated) == LATER


def test_withdrawn_report_leaves_the_feed(client, used):
    client.get("/practices/feed.json")

    workflow.retract_adaptation(used.adaptations.get().submission)

    [item] = json.loads(client.get("/practices/feed.json").content)["items"]
    assert "Mombasa" not in item["content_html"]
