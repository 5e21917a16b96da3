"""Weight of a first visit: at most 20 KB in 4 requests, plus 16 KB of optional scripts, in any language."""

import re
from functools import cache

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.management import call_command

from catalogue.storage import ENTRIES, in_one_piece
from practices.models import Practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db

KB = 1024
FILES = {name: (store, name) for name, store in FileSystemFinder().list([])}


PAGES = [
    "/", "/objectives/21/", "/practices/", "/topics/",
    "/topics-without-practices/", "/countries/", "/countries/ph/", "/regions/asia/", "/gaps/",
    "/gaps/?by=subregion", "/gaps/?by=group", "/gaps/?by=type", "/map/", "/statistics/", "/compare/", "/about/",
    "/criteria/", "/data/", "/contact/", "/imprint/", "/status/", "/privacy/", "/accessibility/", "/subscribe/",
    "/subscriptions/", "/personal-data/", "/submit/", "/submit/spreadsheet/", "/topics/remittances/",
    "/practices/?q=women+at+work", "/practices/?q=bayani+desk",
]  # fmt: skip
"""Addresses without a practice."""


@cache
def static(address):
    """Return the bytes of a static file in brotli."""
    name = address.removeprefix("/static/")
    store, path = FILES[name]
    if name in ENTRIES:
        return len(brotli.compress(in_one_piece(name, FILES).encode()))
    with store.open(path) as file:
        return len(brotli.compress(file.read()))


@pytest.fixture
def visit(client):
    """Function visit(path) returning the bytes and number of required files, and the bytes of scripts, in brotli."""

    def weigh(address):
        if address.startswith("/static/"):
            return static(address)
        return len(client.get(address, headers={"Accept-Encoding": "gzip, br"}).content)

    def first_visit(path):
        page = read(client.get(path))
        links = [
            link["href"] for link in page.all("link") if link["rel"] in ("stylesheet", "icon", "manifest")
        ]
        drawn = [use["href"].partition("#")[0] for use in page.all("use")] + [
            i["src"] for i in page.all("img")
        ]
        scripts = {script["src"] for script in page.all("script") if script.get("src")}
        needed = {path, *links, *drawn}
        return sum(map(weigh, needed)), len(needed), sum(map(weigh, scripts))

    return first_visit


def test_first_visit_is_light(visit):
    call_command("load_thesaurus", verbosity=0)
    call_command("import_practices", settings.BASE_DIR / "fixtures" / "practices.json", verbosity=0)
    longest = max(Practice.objects.published(), key=lambda practice: len(practice.summary))
    of_practice = longest.get_absolute_url()
    pages = [
        *PAGES,
        f"{of_practice}correct/",
        of_practice,
        f"{of_practice}revisions/",
        f"{of_practice}revisions/1/",
    ]

    costs = {path: visit(path) for path in [*pages, *_translated([*HEAVIEST, f"{of_practice}correct/"])]}

    heavy = {
        path: cost for path, cost in costs.items() if cost[0] > 20 * KB or cost[1] > 4 or cost[2] > 16 * KB
    }
    assert heavy == {}


HEAVIEST = ["/practices/?q=women+at+work", "/data/", "/map/", "/subscribe/", "/submit/", "/"]


def _translated(paths):
    others = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    return [f"/{code}{path}" for code in others for path in paths]


def test_stylesheet_goes_out_without_comments_and_line_ends():
    sheet = in_one_piece("css/web/practice.css", FILES)

    assert not re.search(r"/\*|^[ \t]|@import", sheet, re.MULTILINE)
    assert ".reading{container: reading / inline-size;}" in sheet
