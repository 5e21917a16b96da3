"""Pages and e-mails in Chinese: only contents of practices and names of formats are in another script.

The pseudo-language (test_pseudo_languages.py) shows texts that do not pass through gettext. Here names of the reference
data are looked at, too: countries, objectives, time zones and the like, which come from other files.
"""

import html
import json
import re
from functools import cache

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from practices.choices import OFFERED_LANGUAGES, Kind
from practices.core.http.languages import path_in
from practices.exchange.exports import MEMBERS
from practices.notifications import emails
from tests.catalogue.test_pseudo_languages import ADDRESS, ERROR_PAGES, NO_TEXT, SHOWN_META, SPOKEN, TYPED
from tests.notifications.test_emails import queued
from tests.support.addresses import HTML_PAGES, open_addresses
from tests.support.documents import FULL
from tests.support.factories import document, make_practice
from tests.support.pages import Element, read, read_html

pytestmark = pytest.mark.django_db

LANGUAGE = "zh-hans"
LATIN = re.compile(r"[A-Za-z][A-Za-z'’ -]*[a-z][A-Za-z'’ -]*")
NAMES = {
    "Atom", "JSON Feed", "JSON Lines", "Excel", "BibTeX", "Natural Earth", "Equal Earth", "Cookie", "OpenAPI", "ETag",
    "match", "English", "WebP", "WebSub", "oEmbed", "JSON Schema", "null", "sha", "DeepL", "ValueError", "page", "Area",
    "alpha-",
}  # fmt: skip
"""Names of formats, programs and projects, and of the language in which the practices are."""
TYPED_TEXTS = {
    str(text)
    for value in [*FULL.values(), *document().values(), *TYPED, ["Our forms", "escorts"]]
    for text in (value if isinstance(value, list) else [value])
    if len(str(text)) > 3
}
OWN_NAMES = {language.own_name for language in OFFERED_LANGUAGES}
TECHNICAL = {name for column in MEMBERS.values() for name in (column.name, *column.parts)}
"""Names of columns and their parts, which are the same in all languages."""


@cache
def left_out(typed):
    """Return the pattern of what may be in Latin letters, with texts that were `typed` into this page or e-mail."""
    longest_first = sorted(TYPED_TEXTS | OWN_NAMES | TECHNICAL | typed, key=len, reverse=True)
    return re.compile("|".join(rf"(?<![A-Za-z]){re.escape(each)}(?![A-Za-z])" for each in longest_first))


def latin(text, *, typed=frozenset()):
    """Return the words of a text that are in Latin letters, without addresses, what people typed, and names."""
    if not re.search("[A-Za-z]", text):
        return []
    text = ADDRESS.sub(" ", text.replace("practices/web/browse/listing.py", " "))
    found = (words.strip() for words in LATIN.findall(left_out(frozenset(typed)).sub(" ", text)))
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


def test_pages_have_no_english(client):
    found = {
        name: [words for text in shown(read(client.get(path_in(LANGUAGE, path)))) for words in latin(text)]
        for name, path in open_addresses(HTML_PAGES).items()
    }

    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_page_has_no_english(rf, name):
    with override(LANGUAGE):
        page = read_html(render_to_string(name, {"minutes": 5, "limit": 2}, rf.get("/")))

    assert [words for text in shown(page) for words in latin(text)] == []


def test_practice_has_no_english_around_its_own_texts(client):
    page = read(client.get(f"/{LANGUAGE}{make_practice(**FULL).get_absolute_url()}"))

    assert [words for text in shown(page.one("main")) for words in latin(text)] == []


@pytest.mark.parametrize("kind", Kind)
def test_email_has_no_english(kind):
    message = queued(kind)
    message.language = LANGUAGE

    mail = emails.compose(message)

    # Words in the context were put there in the language of whoever gets the e-mail, here English.
    queued_with = {*re.findall(r'"([^"]*)"', json.dumps(message.context, ensure_ascii=False))}
    queued_with |= {message.practice.withdrawal_reason} if message.practice else set()
    queued_with -= {""}
    assert latin(f"{mail.subject}\n{mail.body}", typed=queued_with) == []


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
        "practices/99999999/",
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
