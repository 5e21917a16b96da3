"""Conformance to the feed formats: RFC 4287, RSS 2.0 with its best practices, JSON Feed 1.1."""

import json
import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import feedparser
import pytest
from django.utils import timezone
from django.utils.http import http_date

from practices import workflow
from practices.core import catalogue_version
from practices.documents import FIELDS, kinds
from practices.documents.fields import GROUP_OF
from practices.models import Objective
from tests.support.documents import FULL
from tests.support.factories import NOW, document, make_moderator, make_practice
from tests.support.pages import _Reader, read

SITE = "https://practices.example.org"
ATOM = "{http://www.w3.org/2005/Atom}"
DC, DCTERMS = "{http://purl.org/dc/elements/1.1/}", "{http://purl.org/dc/terms/}"
XHTML = "{http://www.w3.org/1999/xhtml}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

WILD = {
    "title": 'مكاتب "التقاعد" <script> & ]]> ' + "long " * 40 + "end",
    "summary": "First line\nsecond <b>line</b>\n\nanother paragraph & more",
    "results": "Half of <them> returned.\n\nسطر",
    "objectives": [21, 3],
    "countries": ["PH", "TV"],
    "area": "Port <of> call",
    "implementers": ["Söhne & O'Brien"],
    "start_year": 2019,
    "evidence_level": "monitored",
    "evidence_reason": "Counted <twice>",
    "evidence_url": "https://example.org/?a=1&b=<2>",
    "source_url": "https://example.org/?a=1&b=2",
    "licence": "CC-BY-4.0",
    "tags": ["ports & docks"],
    "credit": "Ana <Reyes> & sons",
    "language": "ar",
}


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue(db, settings):
    """Create a practice with every field and one with only the required fields; return the former."""
    settings.SITE_URL, settings.SITE_HOST = SITE, "practices.example.org"
    settings.WEBSUB_HUBS = ["https://hub.example/"]
    wild = make_practice(now=NOW, **WILD | {"hindsight": "Begin with the banks."})
    make_practice(now=NOW + timedelta(hours=1))
    return workflow.publish_document(document(**WILD), to=wild, now=NOW + timedelta(days=2))


def names(element):
    return [child.tag for child in element]


def html(text):
    """Parse an entry's content. Fails on elements that are not closed or nested correctly."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root]
    return reader.root


# Atom: RFC 4287 -------------------------------------------------------------------


def test_atom_feed_keeps_the_rules_of_rfc_4287(client):
    root = ET.fromstring(client.get("/practices/feed.atom").content)
    entries = root.findall(f"{ATOM}entry")

    assert root.tag == f"{ATOM}feed"
    for element in [root, *entries]:  # §4.1.1, §4.1.2
        tags = names(element)
        assert [tags.count(ATOM + name) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert element.findtext(f"{ATOM}id").startswith(("https://", "tag:"))
        alternates = [link for link in element.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert [link.get("href").startswith(f"{SITE}/") for link in alternates] == [True]
        for date in [*element.findall(f"{ATOM}updated"), *element.findall(f"{ATOM}published")]:  # §3.3
            assert RFC_3339.fullmatch(date.text)
    for entry in entries:
        assert [author.findtext(f"{ATOM}name") for author in entry.findall(f"{ATOM}author")] != [""]
        assert [names(entry).count(ATOM + name) for name in ("author", "summary", "content", "published")] == [
            1, 1, 1, 1,
        ]  # fmt: skip
        assert entry.find(f"{ATOM}content").attrib == {"type": "html"}  # §3.1.1.2
        assert all(category.get("term") for category in entry.findall(f"{ATOM}category"))
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries) == 2
    others = {tag for element in root.iter() for tag in names(element) if not tag.startswith(ATOM)}
    assert others == {f"{XHTML}a", f"{XHTML}time"}


def test_atom_feed_announces_its_hub(client):
    root = ET.fromstring(client.get("/practices/feed.atom").content)

    links = [(link.get("rel"), link.get("href")) for link in root.findall(f"{ATOM}link")]
    assert links == [
        ("alternate", f"{SITE}/practices/"),
        ("self", f"{SITE}/practices/feed.atom"),
        ("hub", "https://hub.example/"),
    ]


# RSS 2.0 and its best practices ---------------------------------------------------

CHANNEL = {"title", "link", "description", "language", "lastBuildDate", "item", f"{ATOM}link", f"{XHTML}a"}
ITEM = {
    "title", "link", "description", "pubDate", "guid", "category", f"{DC}creator", f"{DCTERMS}modified",
    f"{CONTENT}encoded", f"{XHTML}a", f"{XHTML}time",
}  # fmt: skip


def test_rss_feed_keeps_the_rules_and_best_practices_of_rss(client):
    root = ET.fromstring(client.get("/practices/feed.rss").content)
    [channel] = root
    items = channel.findall("item")

    assert (root.tag, root.get("version")) == ("rss", "2.0")
    assert set(names(channel)) == CHANNEL
    assert parsedate_to_datetime(channel.findtext("lastBuildDate")) == NOW + timedelta(days=2)
    assert [(link.get("rel"), link.get("href")) for link in channel.findall(f"{ATOM}link")] == [
        ("self", f"{SITE}/practices/feed.rss"),
        ("hub", "https://hub.example/"),
    ]
    for item in items:
        tags = names(item)
        assert set(tags) == ITEM
        assert [tag for tag in ITEM - {"category", f"{XHTML}time"} if tags.count(tag) != 1] == []
        assert item.findtext("link").startswith(f"{SITE}/practices/")
        assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo
        assert RFC_3339.fullmatch(item.findtext(f"{DCTERMS}modified"))
    assert len({item.findtext("guid") for item in items}) == 2


# JSON Feed 1.1 --------------------------------------------------------------------


def test_json_feed_conforms_to_version_1_1(client, catalogue):
    response = client.get("/practices/feed.json?country=ph&objective=21")

    feed = json.loads(response.content)
    [item] = feed.pop("items")
    assert response.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Migration Good Practices: 21. Dignified return and reintegration · Philippines",
        "description": "Good practices on migration. To subscribe, copy this address into a feed reader.",
        "home_page_url": f"{SITE}/practices/?objective=21&country=ph",
        "feed_url": f"{SITE}/practices/feed.json?objective=21&country=ph",
        "language": "en",
    }
    assert item.pop("content_html").startswith('<div lang="ar" dir="rtl"><p>First line<br>second &lt;b&gt;')
    assert item == {
        "id": f"tag:practices.example.org,2026:practice:{catalogue.pk}",
        "url": SITE + item["url"].removeprefix(SITE),
        "title": WILD["title"],
        "summary": WILD["summary"],
        "date_published": "2026-11-02T09:30:00+00:00",
        "date_modified": "2026-11-04T09:30:00+00:00",
        "authors": [{"name": "Ana <Reyes> & sons"}],
        "tags": ["21. Dignified return and reintegration", "3. Information provision", "ports & docks"],
        "language": "ar",
    }


def test_json_feed_announces_its_hub(client):
    feed = client.get("/practices/feed.json").json()

    assert (len(feed["items"]), feed["hubs"]) == (2, [{"type": "WebSub", "url": "https://hub.example/"}])


# All formats ----------------------------------------------------------------------


def as_read(client, extension):
    """Return (title, summary as text, content, published, updated, credit, categories) of the wild entry."""
    content = client.get(f"/objectives/3/feed.{extension}").content
    if extension == "json":
        [item] = json.loads(content)["items"]
        return (
            item["title"], item["summary"], item["content_html"], datetime.fromisoformat(item["date_published"]),
            datetime.fromisoformat(item["date_modified"]), item["authors"][0]["name"], item["tags"],
        )  # fmt: skip
    [entry] = feedparser.parse(content, sanitize_html=False, resolve_relative_uris=False).entries
    published, updated = (
        datetime(*parsed[:6], tzinfo=NOW.tzinfo) for parsed in (entry.published_parsed, entry.updated_parsed)
    )
    summary = html(entry.summary).raw
    return (
        entry.title, summary, entry.content[-1].value, published, updated, entry.author,
        [tag.term for tag in entry.tags],
    )  # fmt: skip


def test_three_formats_tell_the_same(client):
    atom, rss, as_json = (as_read(client, extension) for extension in ("atom", "rss", "json"))

    assert (atom, rss) == (as_json, as_json)


def test_full_text_is_sound_html_that_says_its_language_and_direction(client):
    content = html(as_read(client, "json")[2])

    written = [(part["lang"], part["dir"], part.text) for part in content.all("div")]
    assert written == [
        ("ar", "rtl", "First linesecond <b>line</b> another paragraph & more"),
        ("ar", "rtl", "Half of <them> returned. سطر"),
    ]
    assert content.texts("h2") == ["Results"]
    assert content.texts("li") == [
        "Objectives: 21. Dignified return and reintegration; 3. Information provision",
        "Where: Philippines, Tuvalu, Port <of> call",
        "When: Since 2019",
        "Evidence: Monitored. Counted <twice>",
        "Implementing organisation: Söhne & O'Brien",
        "Topics: ports & docks",
        "Source: https://example.org/?a=1&b=2",
        "Language: العربية (Arabic)",
        "Licence: CC BY 4.0: anyone may reuse it if they name the source",
    ]
    assert all(link["href"].startswith("https://") for link in content.all("a"))


def test_full_text_holds_all_that_the_page_says(client):
    practice = make_practice(**FULL)

    content = html(client.get("/practices/feed.json?tag=pensions").json()["items"][0]["content_html"])

    page = read(client.get(practice.get_absolute_url()))
    facts = {
        fact.one("dt").text: fact.one("dd") for facts in page.all("dl", "facts") for fact in facts.all("div")
    }
    figures, facts_list = content.all("ul")
    lines = dict(line.split(": ", 1) for line in facts_list.texts("li"))
    assert figures.texts("li") == FIELDS["figures"].texts(FULL)
    assert set(lines) == {*facts, "Objectives"}
    shown = {name: [each.text for each in fact.all("li")] or [fact.text] for name, fact in facts.items()}
    shown |= {"Objectives": [str(each) for each in practice.objectives.order_by("placements")]}
    shown["Topics"] = FULL["tags"]
    shown["Implementing organisations"][-1] += f" ({facts['Implementing organisations'].one('small').text})"
    shown |= {
        str(field.label): [FULL[name]]
        for name, field in FIELDS.items()
        if isinstance(field, kinds.WebAddress) and name not in GROUP_OF
    }
    del shown["Evidence"]  # the page has its reason among the results
    assert {name: lines[name].split("; ") for name in shown} == shown
    assert lines["Evidence"] == "Evaluated. A survey in 2019."
    sections = [section.one("h2").text for section in page.one("article").all("section") if section.all("h2")]
    assert content.texts("h2") == sections


def test_characters_invalid_in_xml_are_left_out(client):
    make_practice(title="Bell\x07 \ufffe desk", summary="A\x02 bell", results="It\x0b rang", credit="\x08Ana")

    read = [client.get(f"/practices/feed.{extension}") for extension in ("atom", "rss", "json")]

    ET.fromstring(read[0].content)
    ET.fromstring(read[1].content)
    assert ["Bell  desk" in response.text for response in read] == [True, True, True]


def test_any_page_may_read_a_feed(client):
    assert client.get("/practices/feed.json").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("extension", ["atom", "rss", "json"])
def test_objective_that_is_renamed_is_renamed_in_feeds(client, extension):
    client.get(f"/practices/feed.{extension}")
    Objective.objects.filter(number=21).update(short_label="Return in dignity")

    catalogue_version.bump(names_changed=True)

    text = client.get(f"/practices/feed.{extension}").text
    assert ("21. Return in dignity" in text, "21. Dignified return" in text) == (True, False)


def test_feed_has_the_date_of_the_last_public_change(client, clock, catalogue):
    clock.shift(timedelta(days=1))
    workflow.withdraw_practice(catalogue, by=make_moderator(), reason="Its source is gone.")
    withdrawn_at = timezone.now()
    at_once = client.get("/practices/feed.atom")

    clock.shift(timedelta(seconds=3))
    later = client.get("/practices/feed.atom")

    assert "Last-Modified" not in at_once.headers
    assert later.headers["Last-Modified"] == http_date(withdrawn_at.timestamp())
    asked = {"If-Modified-Since": later.headers["Last-Modified"]}
    assert client.get("/practices/feed.atom", headers=asked).status_code == 304
    workflow.restore_practice(catalogue, by=make_moderator())
    assert client.get("/practices/feed.atom", headers=asked).status_code == 200
