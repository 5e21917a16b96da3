"""Chromium against the live server. A warning or error in its console fails the test."""

import os
import shutil

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core import mail
from playwright.sync_api import sync_playwright

from catalogue.storage import in_one_piece
from practices.notifications import sender

# Playwright's synchronous API runs an event loop in this thread, which makes Django refuse queries.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

FINDER = FileSystemFinder()
CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
]


@pytest.fixture(scope="session")
def chromium():
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("REQUIRE_BROWSER is set, but there is no Chromium on the PATH.")
        pytest.skip("no Chromium on the PATH (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def live_server(django_db_setup, live_server):
    """Start the live server after the test database exists, so that both share the in-memory SQLite."""
    return live_server


@pytest.fixture(scope="session")
def stylesheet():
    """Bundle the stylesheet as in production, which also saves eighteen requests per page."""
    return in_one_piece("css/site.css", {name: (store, name) for name, store in FINDER.list([])})


@pytest.fixture
def open_page(chromium, live_server, monkeypatch, stylesheet):
    """Factory open_page(width=390, dark=True, …) of pages in a new browser context on the live server."""
    monkeypatch.setattr(settings, "SITE_URL", live_server.url)
    contexts, complaints = [], []

    def open_one(*, width=1280, height=900, dark=False, **options):
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            **options,
        )
        contexts.append(context)
        context.route(
            "**/css/site.css", lambda route: route.fulfill(body=stylesheet, content_type="text/css")
        )
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "response", lambda response: complaints.append(response.url) if is_missing(response) else None
        )
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def is_complaint(message):
    """Return whether a console message is a warning or error other than a response status such as 404 or 422."""
    return message.type in ("warning", "error") and not message.text.startswith("Failed to load resource")


def is_missing(response):
    """Return whether a resource of a page failed to load."""
    return response.status >= 400 and response.request.resource_type != "document"


@pytest.fixture
def page(open_page):
    return open_page()


@pytest.fixture
def next_mail():
    """Function next_mail() that sends the next message and returns (subject, first link of the text)."""

    def send():
        mail.outbox.clear()
        sender.send_due()
        (message,) = mail.outbox
        link = next(word for word in message.body.split() if word.startswith("http"))
        return message.subject, link

    return send
