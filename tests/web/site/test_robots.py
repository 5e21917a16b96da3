"""robots.txt."""

import pytest

pytestmark = pytest.mark.django_db


def test_robots_txt_names_the_sitemap(client):
    response = client.get("/robots.txt")

    assert (response.headers["Content-Type"], response.text) == (
        "text/plain; charset=utf-8",
        "User-agent: *\nDisallow: /admin/\nSitemap: http://127.0.0.1:8000/sitemap.xml\n",
    )
