from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from practices import workflow
from practices.models import Region
from tests.support.factories import NOW, document, make_practice

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PAGES = [
    "/", "/practices/", "/map/", "/gaps/", "/compare/", "/statistics/", "/about/", "/criteria/", "/privacy/",
    "/accessibility/",
]  # fmt: skip
REGIONS = 22
OBJECTIVES = [f"/objectives/{number}/" for number in range(1, 24)]


def entries(client, **more):
    """Return (address, last change) of each page in the sitemap."""
    root = ET.fromstring(client.get("/sitemap.xml", **more).content)
    return [
        (url.findtext(f"{NAMESPACE}loc"), url.findtext(f"{NAMESPACE}lastmod"))
        for url in root.iter(f"{NAMESPACE}url")
    ]


def test_sitemap_lists_pages_objectives_places_and_practices(client):
    older = make_practice(title="Old", countries=["PH"], now=NOW)
    newer = make_practice(title="مكاتب", now=NOW + timedelta(days=1))

    listed = [address for address, _changed in entries(client)]

    regions = [region.get_absolute_url() for region in Region.objects.all()]
    practices = [newer.get_absolute_url(), older.get_absolute_url()]
    assert listed == [SITE + path for path in [*PAGES, *OBJECTIVES, "/countries/ph/", *regions, *practices]]


def test_sitemap_says_when_a_practice_was_revised(client):
    practice = make_practice(now=NOW)
    workflow.publish_document(document(results="4,000 claims."), to=practice, now=NOW + timedelta(days=3))

    *_others, (_address, changed) = entries(client)

    assert changed == "2026-11-05"


def test_sitemap_leaves_out_withdrawn_practices(client):
    make_practice(withdrawn=True, countries=["PH"])

    assert len(entries(client)) == len(PAGES + OBJECTIVES) + REGIONS


def test_sitemap_uses_our_site_for_any_host(client, settings):
    settings.ALLOWED_HOSTS = ["*"]

    listed = [address for address, _changed in entries(client, headers={"Host": "evil.example"})]

    assert [address for address in listed if not address.startswith(f"{SITE}/")] == []


def test_sitemap_lists_no_page_that_asks_not_to_be_listed(client):
    make_practice()

    paths = [address.removeprefix(SITE) for address, _changed in entries(client)]

    unlisted = [path for path in paths if "noindex" in client.get(path).headers.get("X-Robots-Tag", "")]
    assert unlisted == []
