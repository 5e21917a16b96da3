import pytest
from django.db import connection
from django.db.utils import OperationalError

from tests.support.pages import read

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/about/", "About the catalogue"),
        ("/privacy/", "Privacy"),
        ("/submit/sent/", "Check your e-mail"),
    ],
)
def test_page_has_its_title_and_one_heading(client, path, title):
    page = read(client.get(path))

    assert (page.one("title").text, page.texts("h1")) == (f"{title} · Migration Good Practices", [title])


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


def test_about_leads_to_the_form_and_to_the_format(client):
    page = read(client.get("/about/"))

    assert page.one("main").links() == [
        ("The criteria", "/criteria/"),
        ("Submit a practice", "/submit/"),
        ("The format of a practice document (JSON Schema)", "/practices/document.schema.json"),
    ]


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


@pytest.mark.parametrize("path", ["/healthz", "/", "/practices/"])
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
