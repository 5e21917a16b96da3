from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import feedparser
import pytest
from django.core import signing

from practices import workflow
from practices.core.http.public_forms import STAMP_SALT
from practices.models import Submission
from practices.models.submission import new_token
from tests.support.factories import NOW, document, judged, make_practice
from tests.support.pages import read_html

pytestmark = pytest.mark.django_db

SITE = "https://practices.example.org"
EXTENSIONS = ["atom", "rss"]
both = pytest.mark.parametrize("extension", EXTENSIONS)


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL, settings.SITE_HOST = SITE, "practices.example.org"


def feed(client, path):
    """Parse a feed. Fails if it is not well-formed."""
    response = client.get(path)
    assert response.status_code == 200
    ET.fromstring(response.content)
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def titles(parsed):
    return [entry.title for entry in parsed.entries]


# Content --------------------------------------------------------------------------


@both
def test_feed_holds_the_practices_newest_first(client, extension):
    make_practice(title="Old", now=NOW)
    make_practice(title="New", objectives=[3], now=NOW + timedelta(days=1))

    assert titles(feed(client, f"/practices/feed.{extension}")) == ["New", "Old"]


@both
def test_feed_of_an_objective_contains_its_practices(client, extension):
    make_practice(title="Of another", objectives=[3])
    make_practice(title="Serves it too", objectives=[3, 21])
    make_practice(title="Serves it first", objectives=[21])

    assert titles(feed(client, f"/objectives/21/feed.{extension}")) == ["Serves it first", "Serves it too"]


@both
def test_feed_of_a_country_contains_its_practices(client, extension):
    make_practice(title="Desk", countries=["PH", "FR"])
    make_practice(title="Song", countries=["FR"])

    assert titles(feed(client, f"/countries/ph/feed.{extension}")) == ["Desk"]


@both
def test_feed_of_filters_contains_matching_practices(client, extension):
    make_practice(title="Desk", countries=["PH"])
    make_practice(title="Song", countries=["FR"])

    parsed = feed(client, f"/practices/feed.{extension}?objective=21&country=ph")

    assert titles(parsed) == ["Desk"]


@both
def test_feed_ends_after_a_number_of_practices(client, settings, extension):
    settings.FEED_LENGTH = 2
    for title in ("One", "Two", "Three"):
        make_practice(title=title)

    paths = [f"/practices/feed.{extension}", f"/objectives/21/feed.{extension}"]

    assert [titles(feed(client, path)) for path in paths] == [["Three", "Two"], ["Three", "Two"]]


@both
@pytest.mark.parametrize(
    ("path", "title", "page"),
    [
        ("/practices/feed.{}", "all practices", "/practices/"),
        (
            "/practices/feed.{}?country=ph&objective=21&page=2&colour=blue",
            "21. Dignified return and reintegration · Philippines",
            "/practices/?objective=21&country=ph",
        ),
        ("/objectives/21/feed.{}", "21. Dignified return and reintegration", "/objectives/21/"),
        ("/countries/ph/feed.{}", "Philippines", "/countries/ph/"),
    ],
)
def test_feed_names_its_filter_and_page(client, extension, path, title, page):
    parsed = feed(client, path.format(extension))

    assert (parsed.feed.title, parsed.feed.link) == (f"Migration Good Practices: {title}", SITE + page)


def test_atom_feed_names_its_own_canonical_address(client):
    parsed = feed(client, "/practices/feed.atom?country=ph&objective=21&page=2")

    own = f"{SITE}/practices/feed.atom?objective=21&country=ph"
    assert (parsed.feed.id, [link.href for link in parsed.feed.links if link.rel == "self"]) == (own, [own])


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/practices/feed.rss?objective=21&page=2", "/objectives/21/feed.rss"),
        ("/practices/feed.atom?country=ph", "/countries/ph/feed.atom"),
    ],
)
def test_feed_of_one_thing_has_one_address(client, asked, canonical):
    response = client.get(asked)

    assert (response.status_code, response.headers["Location"]) == (301, canonical)


# An entry -------------------------------------------------------------------------


def entry(client, extension, **changes):
    practice = make_practice(now=NOW, **changes)
    [found] = feed(client, f"/objectives/21/feed.{extension}").entries
    return practice, found


@both
def test_entry_leads_to_its_practice(client, extension):
    practice, found = entry(client, extension, title="Pension desks")

    assert found.link == f"{SITE}/practices/{practice.pk}-pension-desks/"


@both
def test_entry_is_known_by_a_name_that_never_changes(client, extension):
    practice, before = entry(client, extension, title="Pension desks")
    workflow.publish_document(document(title="Pension offices"), to=practice)

    [after] = feed(client, f"/objectives/21/feed.{extension}").entries

    assert (before.id, after.id) == (f"tag:practices.example.org,2026:practice:{practice.pk}",) * 2


def test_rss_entry_does_not_pass_its_name_off_as_an_address(client):
    make_practice()

    root = ET.fromstring(client.get("/practices/feed.rss").content)

    assert [guid.attrib for guid in root.iter("guid")] == [{"isPermaLink": "false"}]


@both
@pytest.mark.parametrize(
    ("credit", "author"), [("Mr. Camille Saadé", "Mr. Camille Saadé"), ("", "Submitted anonymously")]
)
def test_entry_is_credited_as_the_page_is(client, extension, credit, author):
    _practice, found = entry(client, extension, credit=credit)

    assert found.author == author


@both
def test_entry_has_objectives_and_tags_as_categories(client, extension):
    _practice, found = entry(client, extension, objectives=[21, 3], tags=["ports"])

    assert [tag.term for tag in found.tags] == [
        "21. Dignified return and reintegration",
        "3. Information provision",
        "ports",
    ]


def test_atom_entry_says_when_it_was_published_and_revised(client):
    practice = make_practice(now=NOW)
    workflow.publish_document(document(results="4,000 claims."), to=practice, now=NOW + timedelta(days=3))

    [found] = feed(client, "/practices/feed.atom").entries

    assert (found.published, found.updated) == ("2026-11-02T09:30:00+00:00", "2026-11-05T09:30:00+00:00")


@both
def test_entry_has_links_where_the_practice_page_has_them(client, extension):
    _practice, found = entry(client, extension, resources="Evaluation: https://example.org/report.pdf")

    assert ("Evaluation", "https://example.org/report.pdf") in read_html(found.content[0].value).links()


def test_rss_entry_says_when_it_was_published(client):
    make_practice(now=NOW)

    [found] = feed(client, "/practices/feed.rss").entries

    assert found.published == "Mon, 02 Nov 2026 09:30:00 +0000"


# Special characters ---------------------------------------------------------------

MARKUP = 'Desks <script>alert(1)</script> & "bread" <3'


@both
@pytest.mark.parametrize("field", ["title", "credit"])
def test_markup_in_a_line_of_an_entry_stays_text(client, extension, field):
    _practice, found = entry(client, extension, **{field: MARKUP})

    assert found[{"title": "title", "credit": "author"}[field]] == MARKUP


@both
def test_markup_in_a_summary_stays_text_in_the_html_of_the_entry(client, extension):
    make_practice(summary=MARKUP)

    root = ET.fromstring(client.get(f"/practices/feed.{extension}").content)

    [summary] = [
        element.text
        for element in root.iter()
        if element.tag in ("{http://www.w3.org/2005/Atom}summary", "description")
        and "Desks" in (element.text or "")
    ]
    assert summary == 'Desks &lt;script&gt;alert(1)&lt;/script&gt; &amp; "bread" &lt;3'


@both
@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\x1b", "\x7f", "\x85", "\ufffe", "\uffff"])
def test_character_that_xml_does_not_allow_never_gets_as_far_as_a_feed(
    client, moderator, extension, character
):
    text = f"Pension{character} desks"
    typed = {
        "title": text,
        "summary": text,
        "objective": "21",
        "name": text,
        "email": "ana@example.org",
    }
    stamp = signing.dumps(new_token(), salt=STAMP_SALT)
    client.post("/submit/", typed | {"credit_as": "name", "stamp": stamp})
    submission = Submission.objects.get()
    workflow.submit(submission, seen=submission.version)
    workflow.publish(judged(submission), by=moderator)

    [found] = feed(client, f"/practices/feed.{extension}").entries

    summary = " ".join(found.summary.split())  # some are line ends, which a summary may have
    assert (found.title, summary, found.author) == ("Pension desks",) * 3


@both
@pytest.mark.parametrize("words", ["\x08", "%1b%5b", "%ef%bf%be", "<script>", "]]>", "\u202e"])
def test_search_words_cannot_break_a_feed(client, extension, words):
    parsed = feed(client, f"/practices/feed.{extension}?q=desks{words}")

    assert parsed.entries == []


@both
def test_practice_in_arabic_is_in_the_feed_as_it_is(client, extension):
    practice, found = entry(client, extension, title="مكاتب التقاعد", language="ar")

    assert (found.title, found.link.startswith(f"{SITE}/practices/{practice.pk}-")) == ("مكاتب التقاعد", True)


# HTTP -----------------------------------------------------------------------------


@both
@pytest.mark.parametrize(
    "path", ["/practices/feed.{}", "/objectives/21/feed.{}", "/practices/feed.{}?q=desks"]
)
def test_links_use_our_site_for_any_host(client, settings, extension, path):
    settings.ALLOWED_HOSTS = ["*"]
    make_practice()

    text = client.get(path.format(extension), headers={"Host": "evil.example"}).text

    assert ("evil.example" in text, "testserver" in text, f"{SITE}/practices/" in text) == (
        False,
        False,
        True,
    )


@pytest.mark.parametrize(
    ("extension", "entry"), [("atom", "{http://www.w3.org/2005/Atom}entry"), ("rss", "item")]
)
def test_feed_opened_in_a_browser_has_links_and_dates_in_words(client, extension, entry):
    desk = make_practice(title="Desk", now=datetime(2026, 3, 28, 9, tzinfo=UTC))
    revised = document(title="Desk", results="4,000 claims.")
    workflow.publish_document(revised, to=desk, now=datetime(2026, 4, 2, 9, tzinfo=UTC))
    xhtml = "{http://www.w3.org/1999/xhtml}"

    root = ET.fromstring(client.get(f"/practices/feed.{extension}").content)

    [shown] = root.iter(entry)
    link = shown.find(f"{xhtml}a")
    assert (link.text, link.get("href")) == ("Desk", f"{SITE}{desk.get_absolute_url()}")
    assert [time.text for time in shown.iter(f"{xhtml}time")] == [
        "Published on 28 March 2026",
        "Updated on 2 April 2026",
    ]
    [way] = [link for link in root.iter(f"{xhtml}a") if link.text != "Desk"]
    assert (way.text, way.get("href")) == (
        "See these practices on our site",
        f"{SITE}/practices/",
    )


@both
def test_feed_opened_in_a_browser_has_its_stylesheet(client, extension):
    response = client.get(f"/practices/feed.{extension}")

    declaration, rest = response.text.split("\n", 1)
    instruction = f'<?xml-stylesheet href="{SITE}/static/css/web/feeds.css" media="all" type="text/css"?>'
    assert (response.headers["Content-Type"], declaration, rest.partition("?>")[0] + "?>") == (
        "application/xml; charset=utf-8",
        '<?xml version="1.0" encoding="utf-8"?>',
        instruction,
    )


@both
@pytest.mark.parametrize(
    "path",
    [
        "/practices/feed.{}",
        "/objectives/21/feed.{}",
        "/countries/ph/feed.{}",
        "/practices/feed.{}?since=1999",
    ],
)
def test_feed_without_practices_is_a_feed(client, extension, path):
    parsed = feed(client, path.format(extension))

    assert (parsed.version, parsed.entries) == ({"atom": "atom10", "rss": "rss20"}[extension], [])


@both
def test_feed_of_a_topic_whose_last_practice_was_withdrawn_is_empty(client, extension):
    make_practice(tags=["Money sent home"], withdrawn=True)

    parsed = feed(client, f"/practices/feed.{extension}?tag=money-sent-home")

    assert (parsed.feed.title, parsed.entries) == ("Migration Good Practices: money-sent-home", [])


@both
@pytest.mark.parametrize(
    "query", ["objective=99", "country=xx", "since=soon", "tag=none-such", "region=mars"]
)
def test_feed_of_an_unknown_value_is_not_found(client, extension, query):
    make_practice()

    assert client.get(f"/practices/feed.{extension}?{query}").status_code == 404


@pytest.mark.parametrize("extension", ["xml", "ATOM", "atom1"])
@pytest.mark.parametrize("path", ["/practices/feed.", "/objectives/21/feed.", "/countries/ph/feed."])
def test_feed_of_an_unknown_kind_is_not_found(client, path, extension):
    assert client.get(path + extension).status_code == 404


@both
@pytest.mark.parametrize("number", [0, 24])
def test_feed_of_an_unknown_objective_is_not_found(client, extension, number):
    assert client.get(f"/objectives/{number}/feed.{extension}").status_code == 404
