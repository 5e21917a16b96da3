from datetime import timedelta

import pytest
from django.db import connection
from django.db.utils import OperationalError

from practices.exchange.exports import FORMATS
from practices.notifications import outbox
from tests.support.addresses import sent
from tests.support.pages import read

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/about/", "About the catalogue"),
        ("/contact/", "Contact"),
        ("/imprint/", "Imprint"),
        ("/data/", "Downloads, feeds and API"),
        ("/status/", "Status"),
        ("/topics/", "Topics"),
        ("/countries/", "Countries and regions"),
        ("/privacy/", "Privacy"),
    ],
)
def test_page_has_its_title_and_one_heading(client, path, title):
    assert_headed(read(client.get(path)), title)


def test_page_after_sending_has_its_title_and_one_heading(client):
    assert_headed(read(client.get(sent("submission-sent"))), "Thank you")


def assert_headed(page, title):
    assert (page.one("title").text, page.texts("h1")) == (f"{title} – Migration Good Practices", [title])


def test_every_page_leads_to_the_others(client):
    page = read(client.get("/about/"))

    frame = [page.one("nav", "page-nav"), page.one("footer", "page-foot")]
    assert [" ".join(path for _text, path in part.links()) for part in frame] == [
        "/#objectives /practices/ /topics/ /countries/ /map/ /gaps/ /statistics/ /compare/ /submit/ /subscribe/ /about/",
        "/about/ /criteria/ /contact/ /imprint/ /data/ /practices/feed.atom /status/ /privacy/ /accessibility/",
    ]


def test_every_page_searches_the_practices(client):
    form = read(client.get("/about/")).one("header", "page-head").one("form")

    assert (form["action"], [field["name"] for field in form.all("input")]) == ("/practices/", ["q"])


def test_about_leads_to_the_form_the_criteria_and_the_data(client):
    page = read(client.get("/about/"))

    assert page.one("main").links() == [
        ("Submit a practice", "/submit/"),
        ("Read the criteria", "/criteria/"),
        ("Downloads, feeds and API", "/data/"),
    ]


def test_data_page_has_every_format_and_feed(client):
    links = [path for _text, path in read(client.get("/data/")).one("main").links()]

    exports = [f"/practices/export.{extension}" for extension in FORMATS]
    feeds = [f"/practices/feed.{extension}" for extension in ("atom", "rss", "json")]
    assert set(links) >= {*exports, *feeds, "/practices/document.schema.json", "/embed/"}


def test_imprint_names_the_publisher(client, settings):
    settings.PUBLISHER, settings.PUBLISHER_ADDRESS = "Migration Office", "1 Harbour Road\nPort City"

    text = read(client.get("/imprint/")).one("main").text

    assert "Migration Office 1 Harbour RoadPort City" in text


def test_imprint_without_a_publisher_says_so(client):
    assert "has not entered its name" in read(client.get("/imprint/")).one("main").text


def test_status_page_says_that_emails_are_sent(client):
    assert "Sent without delay" in read(client.get("/status/")).one("main").text


def test_status_page_says_how_long_emails_are_delayed(client, monkeypatch):
    monkeypatch.setattr(outbox, "oldest_due_age", lambda now: timedelta(minutes=45))

    assert "Delayed by 45 minutes" in read(client.get("/status/")).one("main").text


@pytest.mark.parametrize(("days", "words"), [(1, "works for one day."), (7, "works for 7 days.")])
def test_privacy_says_how_long_a_link_is_good(client, settings, days, words):
    settings.CONFIRMATION_DAYS = days

    [sentence] = [text for text in read(client.get("/privacy/")).texts("p") if "works for" in text]

    assert words in sentence


def test_not_found_page_links_to_other_pages(client):
    response = client.get("/nowhere/")

    page = read(response)
    assert (response.status_code, page.texts("h1"), page.one("main").links()) == (
        404,
        ["Page not found"],
        [("The 23 objectives", "/#objectives"), ("All practices", "/practices/")],
    )


def test_favicon_is_found_under_its_old_name(client):
    response = client.get("/favicon.ico")

    assert (response.status_code, response.url) == (301, "/static/img/marks.svg")


@pytest.mark.parametrize("path", ["/readyz", "/", "/practices/"])
def test_page_answers_503_while_the_database_is_unavailable(client, monkeypatch, path):
    def away(*args, **kwargs):
        raise OperationalError("connection refused")

    client.raise_request_exception = False
    monkeypatch.setattr(connection, "ensure_connection", away)
    monkeypatch.setattr(connection, "cursor", away)

    response = client.get(path)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")


def test_accessibility_page_says_where_to_report(client, settings):
    settings.CONTACT_ADDRESS = "help@example.org"

    page = read(client.get("/accessibility/"))

    assert page.one("main").links() == [("help@example.org", "mailto:help@example.org")]


def test_manifest_names_the_catalogue_and_its_icon(client):
    response = client.get("/manifest.webmanifest")

    content = response.json()
    assert response.headers["Content-Type"] == "application/manifest+json"
    assert (content["name"], content["start_url"]) == ("Migration Good Practices", "/")
    assert content["icons"] == [{"src": "/static/img/marks.svg", "type": "image/svg+xml", "sizes": "any"}]


@pytest.mark.parametrize(
    ("service", "for_moderators", "says"),
    [
        ("", True, []),
        ("DeepL", False, ["published practice"]),
        ("DeepL", True, ["published practice", "Moderators may"]),
    ],
)
def test_privacy_says_what_a_service_of_machine_translation_gets(
    client, settings, service, for_moderators, says
):
    settings.MACHINE_TRANSLATION, settings.MACHINE_TRANSLATION_NAME = service.lower(), service
    settings.MACHINE_TRANSLATION_FOR_MODERATORS = for_moderators

    text = read(client.get("/privacy/")).text

    assert [words for words in ("published practice", "Moderators may") if words in text] == says


def test_privacy_says_how_long_a_machine_translation_is_kept(client, settings):
    settings.MACHINE_TRANSLATION, settings.MACHINE_TRANSLATION_NAME = "deepl", "DeepL"
    settings.MACHINE_TRANSLATION_KEPT_HOURS = 36

    facts = read(client.get("/privacy/")).one("dl", "facts").texts("div")

    assert facts[-1] == "A machine translation that somebody asked for, in the cache 2 days"
