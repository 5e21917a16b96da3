import re
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from django.conf import settings
from django.db import connection
from django.db.utils import OperationalError
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from tests.support.documents import FULL
from tests.support.factories import make_message, make_practice
from tests.support.pages import read
from tests.support.silent_server import silent_server

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

    assert (page.one("nav", "page-nav").links(), page.one("footer", "page-foot").links()) == (
        [
            ("Objectives", "/#objectives"),
            ("Practices", "/practices/"),
            ("Submit", "/submit/"),
            ("About", "/about/"),
        ],
        [
            ("About the catalogue", "/about/"),
            ("World map", "/map/"),
            ("Gap map", "/gaps/"),
            ("Statistics", "/statistics/"),
            ("Privacy", "/privacy/"),
            ("Accessibility", "/accessibility/"),
            ("Feed of all practices", "/practices/feed.atom"),
        ],
    )


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
        ["There is no such page"],
        [("The 23 objectives", "/#objectives"), ("All practices", "/practices/")],
    )


# Files for browsers and crawlers -------------------------------------------------------------------------------


def test_robots_txt_names_the_sitemap(client):
    response = client.get("/robots.txt")

    assert (response.headers["Content-Type"], response.text) == (
        "text/plain; charset=utf-8",
        "User-agent: *\nDisallow: /admin/\nSitemap: http://127.0.0.1:8000/sitemap.xml\n",
    )


def test_favicon_is_found_under_its_old_name(client):
    response = client.get("/favicon.ico")

    assert (response.status_code, response.url) == (301, "/static/img/marks.svg")


def test_health_without_messages(client):
    assert client.get("/healthz").json() == {"status": "ok", "database": "ok", "oldest_due_seconds": 0}


def test_health_reports_the_age_of_the_oldest_due_message(client, clock):
    clock.move_to(datetime(2026, 11, 2, 9, 30, tzinfo=UTC))
    make_message(due_at=timezone.now() - timedelta(minutes=5))
    make_message(due_at=timezone.now() - timedelta(minutes=1))
    make_message(due_at=timezone.now() + timedelta(minutes=1))

    assert client.get("/healthz").json() == {"status": "ok", "database": "ok", "oldest_due_seconds": 300}


@pytest.mark.parametrize("done", ["sent_at", "failed_at", "cancelled_at"])
def test_health_passes_over_messages_that_are_done_with(client, clock, done):
    make_message(due_at=timezone.now() - timedelta(minutes=5), **{done: timezone.now()})

    assert client.get("/healthz").json() == {"status": "ok", "database": "ok", "oldest_due_seconds": 0}


@pytest.mark.parametrize("host", ["10.0.0.7", "localhost:8000", "[::1]", "other.example.org", "not a host"])
def test_health_answers_under_any_host(client, settings, host):
    settings.ALLOWED_HOSTS = ["practices.example.org"]
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/healthz", headers={"host": host}).json()["status"] == "ok"


def test_health_says_that_the_database_is_away_and_no_more(client, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("connection to 10.0.0.9 as catalogue refused")

    monkeypatch.setattr(connection, "ensure_connection", away)
    monkeypatch.setattr(connection, "cursor", away)

    response = client.get("/healthz", headers={"if-none-match": '"x"'})

    assert (response.status_code, response.json()) == (503, {"status": "ill", "database": "no answer"})


def test_health_says_that_the_cache_is_away_in_time(client, settings):
    with silent_server() as port:
        settings.CACHE_URL = f"redis://127.0.0.1:{port}"
        settings.CACHES = settings.CACHES | {
            "counts": {
                "BACKEND": "catalogue.redis_caches.CountingCache",
                "LOCATION": settings.CACHE_URL,
                "OPTIONS": {"socket_timeout": 0.25, "socket_connect_timeout": 0.25},
            }
        }
        started_at = monotonic()

        response = client.get("/healthz")

    assert (response.status_code, response.json()["cache"]) == (200, "no answer")
    assert monotonic() - started_at < 2


@pytest.mark.parametrize("path", ["/healthz", "/", "/practices/"])
def test_page_answers_503_while_the_database_is_unavailable(client, monkeypatch, path):
    def away(*args, **kwargs):
        raise OperationalError("connection refused")

    client.raise_request_exception = False
    monkeypatch.setattr(connection, "ensure_connection", away)
    monkeypatch.setattr(connection, "cursor", away)

    response = client.get(path)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")


# Development machines only ----------------------------------------------------------------


@pytest.mark.parametrize("path", ["/mailbox/", "/mailbox/20261102-1/"])
def test_mailbox_is_not_there_in_production(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["mailbox", "mailbox-html"])
def test_mailbox_has_no_address_in_production(name):
    with pytest.raises(NoReverseMatch):
        reverse(f"practices:{name}", args=["x"] if name == "mailbox-html" else [])


@pytest.mark.parametrize(
    "path", ["/submit/sent/", "/subscribe/sent/", "/subscriptions/sent/", "/personal-data/sent/"]
)
def test_thanks_name_no_mailbox_in_production(client, path):
    assert "mailbox" not in client.get(path).text


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


def test_style_guide_is_for_staff(client, moderator):
    before = client.get("/styleguide/").status_code
    client.force_login(moderator)

    assert (before, client.get("/styleguide/").status_code) == (404, 200)


def test_style_guide_shows_every_component(client, moderator):
    make_practice(**FULL)
    client.force_login(moderator)

    shown = {name for element in read(client.get("/styleguide/")).inside() for name in element.classes}

    folder = settings.BASE_DIR / "static" / "css" / "components"
    classes = {path.stem: set(re.findall(r"\.([a-z][\w-]*)", path.read_text())) for path in folder.iterdir()}
    assert [name for name in classes if not classes[name] & shown] == []


def test_security_note_says_whom_to_tell_and_until_when(client, settings, clock):
    settings.CONTACT_ADDRESS, settings.SITE_URL = "help@example.org", "https://practices.example.org"

    response = client.get("/.well-known/security.txt")

    fields = dict(line.split(": ", 1) for line in response.text.splitlines())
    lasts = datetime.fromisoformat(fields.pop("Expires")) - timezone.now()
    assert (response.headers["Content-Type"], fields) == (
        "text/plain; charset=utf-8",
        {
            "Contact": "mailto:help@example.org",
            "Canonical": "https://practices.example.org/.well-known/security.txt",
            "Preferred-Languages": "en",
        },
    )
    assert timedelta(days=30) < lasts < timedelta(days=365)
