"""Validation of feeds against the schemas of their formats, also with hostile text in the practices."""

import json
from datetime import timedelta
from functools import cache
from pathlib import Path

import feedparser
import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from lxml import etree

from practices import workflow
from tests.support.documents import FULL
from tests.support.factories import NOW, document, make_practice

SCHEMAS = Path(__file__).resolve().parent / "schemas"
HOSTILE = FULL | {
    "title": "]]> <script>alert(1)</script> & \u202e\x07 مكاتب",
    "summary": "<![CDATA[ <b>bold</b> ]]>\n\x0b&amp; &nbsp; \ufffe end",
    "results": "<!-- --> </content></item></entry>\n\n<?xml version='1.0'?>",
    "implementers": ['O\'Brien & "Söhne" <x@example.org>'],
    "area": "<Port>\u2028of call",
    "credit": "\x08Ana <ana@example.org> & sons",
    "tags": ["a & b", "<c>", "\U0001f6a2"],
    "evidence_url": "https://example.org/?a=1&b=<2>",
}
PLACES = [
    "/practices/feed.{}", "/objectives/21/feed.{}", "/objectives/1/feed.{}", "/countries/ph/feed.{}",
    "/practices/feed.{}?tag=a-b", "/practices/feed.{}?objective=21&country=ph&q=%3Cb%3E+%26+%22", "archive",
]  # fmt: skip


EXTENSIONS = ["atom", "rss", "json"]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def feeds(rolled_back):
    """Return {(place, extension): content} of full practices with harmless and hostile text, minimal ones, a revision."""
    with rolled_back(WEBSUB_HUBS=["https://hub.example/?a=1&b=2"], FEED_LENGTH=2):
        for hours in range(4):
            make_practice(title=f"Plain {hours}", now=NOW + timedelta(hours=hours))
        hostile = make_practice(now=NOW + timedelta(days=1), **HOSTILE)
        newer = document(**HOSTILE | {"lessons": "&"})
        workflow.publish_document(newer, to=hostile, now=NOW + timedelta(days=2))
        make_practice(now=NOW + timedelta(days=3), **FULL)
        return {(place, extension): fetch(place, extension) for place in PLACES for extension in EXTENSIONS}


@cache
def schema(extension):
    return etree.RelaxNG(etree.parse(SCHEMAS / f"{extension}.rng"))


def faults(extension, content):
    """Return the errors that the schema of a format finds."""
    if extension == "json":
        validator = Draft202012Validator(json.loads((SCHEMAS / "json_feed.json").read_text()))
        return [error.message for error in validator.iter_errors(json.loads(content))]
    schema(extension).validate(etree.fromstring(content))
    return [error.message for error in schema(extension).error_log]


def fetch(place, extension):
    client = Client()
    if place == "archive":
        newest = client.get("/practices/feed.json").json()
        place = newest["next_url"].partition("/practices/")[2].replace(".json", ".{}")
        place = f"/practices/{place}"
    response = client.get(place.format(extension))
    assert response.status_code == 200
    return response.content


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("place", PLACES)
def test_feed_is_valid(feeds, place, extension):
    assert faults(extension, feeds[place, extension]) == []


@pytest.mark.parametrize("extension", ["atom", "rss"])
@pytest.mark.parametrize("place", PLACES)
def test_feed_reader_has_no_complaint(feeds, place, extension):
    parsed = feedparser.parse(feeds[place, extension])

    assert (parsed.bozo, parsed.get("bozo_exception")) == (False, None)


@pytest.mark.parametrize(
    ("extension", "part"),
    [
        ("atom", b"<updated>"),
        ("atom", b"<id>"),
        ("atom", b"<author>"),
        ("rss", b"<guid isPermaLink="),
        ("rss", b"<pubDate>"),
        ("json", b'"id":'),
        ("json", b'"date_published":'),
    ],
)
def test_schema_reports_missing_elements(feeds, extension, part):
    content = feeds["/practices/feed.{}", extension]
    name = part.strip(b'<>":').split()[0]

    changed = content.replace(name, b"other")

    assert part in content
    assert faults(extension, changed) != []
