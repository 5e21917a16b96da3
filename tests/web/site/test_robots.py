"""robots.txt."""

import re

import pytest

pytestmark = pytest.mark.django_db


def test_robots_txt_names_the_sitemap(client):
    response = client.get("/robots.txt")

    lines = [line for line in response.text.splitlines() if "?" not in line]
    assert (response.headers["Content-Type"], lines) == (
        "text/plain; charset=utf-8",
        ["User-agent: *", "Disallow: /admin/", "Sitemap: http://127.0.0.1:8000/sitemap.xml"],
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


def _matches(pattern, address):
    """Return whether a path of robots.txt is that of an address (RFC 9309 §2.2.3)."""
    return re.match(".*".join(map(re.escape, pattern.split("*"))), address) is not None
