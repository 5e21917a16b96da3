"""robots.txt."""

import re

import pytest
from django.conf import settings

from tests.support.factories import make_practice
from tests.support.pages import read

pytestmark = pytest.mark.django_db


def test_robots_txt_names_the_sitemap(client):
    response = client.get("/robots.txt")

    lines = [line for line in response.text.splitlines() if "?" not in line]
    assert (response.headers["Content-Type"], lines) == (
        "text/plain; charset=utf-8",
        [
            "User-agent: *",
            "Disallow: /*kit/practices.",
            *(f"Disallow: {prefix}/admin/" for prefix in ("", "/fr", "/es", "/ar", "/zh-hans", "/ru")),
            "Sitemap: http://127.0.0.1:8000/sitemap.xml",
        ],
    )


@pytest.mark.parametrize(
    ("address", "is_disallowed"),
    [
        ("/practices/?objective=21&country=ph&page=2&after=5", False),
        ("/practices/?objective=21&country=ph&type=service", True),
        ("/practices/5-desk/?country=ge&country=ph&since=2010", True),
    ],
)
def test_robots_txt_disallows_lists_of_more_than_two_filters(client, address, is_disallowed):
    text = client.get("/robots.txt").text

    patterns = [line.removeprefix("Disallow: ") for line in text.splitlines() if line.startswith("Disallow")]
    assert any(_matches(pattern, address) for pattern in patterns) is is_disallowed


def test_what_robots_txt_says_is_so(client):
    lines = dict(line.split(": ") for line in client.get("/robots.txt").text.splitlines() if "?" not in line)

    sitemap, disallowed = (
        client.get(lines[name].removeprefix(settings.SITE_URL)) for name in ("Sitemap", "Disallow")
    )

    assert (sitemap.status_code, sitemap.headers["Content-Type"]) == (200, "application/xml; charset=utf-8")
    assert disallowed.status_code == 302  # to the page where staff sign in


@pytest.mark.parametrize(
    ("query", "is_kept_out"),
    [("objective=21&country=ph", False), ("objective=21&country=ph&type=service", True)],
)
def test_lists_that_robots_txt_disallows_are_not_indexed_either(client, query, is_kept_out):
    make_practice(countries=["PH"], type="service")

    page = read(client.get(f"/practices/?{query}"))

    assert (page.all("meta", name="robots", content="noindex") != []) is is_kept_out


def _matches(pattern, address):
    """Return whether a path of robots.txt is that of an address (RFC 9309 §2.2.3)."""
    return re.match(".*".join(map(re.escape, pattern.split("*"))), address) is not None
