"""Feeds in the language of their address, where there are translations into it."""

import json
from datetime import UTC, datetime

import feedparser
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from practices.core import catalogue_version
from practices.models import Translation
from tests.support.factories import make_practice, make_translation, withdraw_translation

pytestmark = pytest.mark.django_db


def make_translated():
    """Create a practice in English, “Pension desks”, with a French translation."""
    practice = make_practice(title="Pension desks", lessons="Open on Sundays.")
    make_translation(
        practice, title="Guichets des pensions", summary="Dans deux ports.", lessons="Ouvrir le dimanche."
    )
    return practice


@pytest.mark.parametrize("extension", ["atom", "rss"])
def test_entry_has_the_texts_of_the_translation(client, extension):
    make_translated()

    [entry] = feedparser.parse(client.get(f"/fr/practices/feed.{extension}").content).entries

    assert (entry.title, entry.summary) == ("Guichets des pensions", "Dans deux ports.")
    assert "Ouvrir le dimanche." in entry.content[0].value


def test_entry_of_an_atom_feed_says_the_language_of_the_translation(client):
    make_translated()

    assert '<entry xml:lang="fr">' in client.get("/fr/practices/feed.atom").text


def test_item_of_a_json_feed_is_the_translation(client):
    make_translated()

    [item] = json.loads(client.get("/fr/practices/feed.json").content)["items"]

    assert (item["title"], item["language"]) == ("Guichets des pensions", "fr")


def test_text_that_is_not_translated_says_its_own_language(client):
    make_translation(make_practice(lessons="Open on Sundays."))

    [item] = json.loads(client.get("/fr/practices/feed.json").content)["items"]

    assert '<div lang="en" dir="ltr">\n    <p>Open on Sundays.</p>' in item["content_html"]


def test_feed_in_the_language_of_the_original_has_the_original(client):
    make_translated()

    [entry] = feedparser.parse(client.get("/practices/feed.atom").content).entries

    assert entry.title == "Pension desks"


def test_entry_keeps_its_id_in_every_language(client):
    make_translated()

    first, second = (
        feedparser.parse(client.get(f"{prefix}/practices/feed.atom").content).entries[0].id
        for prefix in ("", "/fr")
    )

    assert first == second


def test_feed_follows_a_new_version_and_the_withdrawal_of_a_translation(client):
    def title():
        return feedparser.parse(client.get("/fr/practices/feed.atom").content).entries[0].title

    practice = make_translated()
    first = title()
    translation = make_translation(practice, title="Comptoirs")
    second = title()

    withdraw_translation(translation)

    assert [first, second, title()] == ["Guichets des pensions", "Comptoirs", "Pension desks"]


@pytest.mark.parametrize("path", ["/practices/feed.atom", "/objectives/21/feed.json"])
def test_feed_with_written_entries_costs_the_same_in_each_language(client, path):
    make_translated()

    costs = []
    for prefix in ("", "/fr", "/ru"):
        client.get(f"{prefix}{path}")
        with transaction.atomic():
            catalogue_version.bump()  # as a publication elsewhere does
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{prefix}{path}")
        costs.append(len(queries))

    assert costs == [costs[0]] * 3


def test_feed_is_dated_by_the_newest_text_of_its_language(client):
    later = datetime(2030, 1, 1, tzinfo=UTC)
    practice = make_practice()
    Translation.objects.filter(pk=make_translation(practice).pk).update(revised_at=later)

    dates = [
        feedparser.parse(client.get(f"{prefix}/practices/feed.atom").content).feed.updated
        for prefix in ("/fr", "/ru")
    ]

    assert [date.startswith("2030-01-01") for date in dates] == [True, False]
