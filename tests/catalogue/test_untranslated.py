"""Pages and e-mails in Chinese: only contents of practices and names of formats are in another script.

The pseudo-language (test_pseudo_languages.py) shows texts that do not pass through gettext. Here names of the reference
data are looked at, too: countries, objectives, time zones and the like, which come from other files.
"""

import html
import re

import pytest

from practices.choices import Kind
from practices.notifications import emails
from tests.catalogue.test_pseudo_languages import ADDRESS, NO_TEXT, SHOWN_META, SPOKEN, TYPED
from tests.notifications.test_emails import queued
from tests.support.addresses import open_address
from tests.support.documents import FULL
from tests.support.factories import document, make_practice
from tests.support.pages import Element, read

pytestmark = pytest.mark.django_db

LANGUAGE = "zh-hans"
LATIN = re.compile(r"[A-Za-z][A-Za-z'’ -]*[a-z][A-Za-z'’ -]*")
NAMES = {
    "Atom", "JSON Feed", "JSON Lines", "Excel", "BibTeX", "Natural Earth", "Equal Earth", "Cookie", "OpenAPI", "ETag",
    "match", "English", "WebP",
}  # fmt: skip
"""Names of formats, programs and projects, and of the language in which the practices are."""
PAGES = [
    "home", "practice-list", "objective-detail", "topic-list", "country-list", "gap-map", "world-map", "statistics",
    "about", "criteria", "privacy", "accessibility", "api-page", "subscribe", "submit-spreadsheet", "subscriptions",
]  # fmt: skip
TYPED_TEXTS = sorted(
    {
        str(text)
        for value in [*FULL.values(), *document().values(), *TYPED]
        for text in (value if isinstance(value, list) else [value])
        if len(str(text)) > 3
    },
    key=len,
    reverse=True,
)


def latin(text):
    """Return the words of a text that are in Latin letters, without what people typed, addresses and NAMES."""
    for typed in TYPED_TEXTS:
        text = text.replace(typed, " ")
    found = (words.strip() for words in LATIN.findall(ADDRESS.sub(" ", text)))
    return [words for words in found if words not in NAMES]


def shown(element):
    """Yield the texts that a page shows or says in its own language."""
    if element.tag in NO_TEXT or (element.get("lang") and element.tag != "html"):
        return
    for name, value in element.attributes.items():
        if name in SPOKEN or (name == "content" and SHOWN_META & {*element.attributes.values()}):
            yield value
    is_own_name = element.tag == "option" and element.parent.get("name") == "language"
    for child in [] if is_own_name else element.children:
        if isinstance(child, Element):
            yield from shown(child)
        else:
            yield child


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_english(client, name):
    page = read(client.get(f"/{LANGUAGE}{open_address(name)}"))

    assert [words for text in shown(page) for words in latin(text)] == []


def test_practice_has_no_english_around_its_own_texts(client):
    page = read(client.get(f"/{LANGUAGE}{make_practice(**FULL).get_absolute_url()}"))

    assert [words for text in shown(page.one("main")) for words in latin(text)] == []


@pytest.mark.parametrize("kind", [Kind.SUBSCRIPTION_CONFIRM, Kind.SUBMISSION_RECEIVED, Kind.DIGEST])
def test_email_has_no_english(kind):
    message = queued(kind)
    message.language = LANGUAGE

    mail = emails.compose(message)

    assert latin(f"{mail.subject}\n{mail.body}".replace("at once", "")) == []


@pytest.mark.parametrize("extension", ["atom", "rss"])
def test_feed_has_no_english_around_texts_of_practices(client, extension):
    make_practice(**FULL)

    feed = client.get(f"/{LANGUAGE}/objectives/21/feed.{extension}").text

    heads = re.findall(r"<(?:title|subtitle|description|category)[^>]*>(.*?)</", feed)
    terms = re.findall(r'term="([^"]*)"', feed)
    headings = re.findall(r"<h2>([^<]*)", html.unescape(feed))
    assert [words for text in [*heads, *terms, *headings] for words in latin(text)] == []


@pytest.mark.parametrize(
    "path",
    [
        "practices/999/",
        "taxonomies/nothing/",
        "practices/?limit=x",
        "practices/?cursor=x~x",
        "practices/?changed_since=x",
        "practices/?country=xx",
        "practices/?main=2",
        "objectives/?colour=red",
    ],
)
def test_problem_of_the_api_has_no_english(client, path):
    problem = client.get(f"/{LANGUAGE}/api/v1/{path}").json()

    details = [problem["detail"], *(each["detail"] for each in problem.get("errors", ()))]
    assert [
        words for text in details for words in latin(text.replace("/api/v1/taxonomies/country/", ""))
    ] == []
