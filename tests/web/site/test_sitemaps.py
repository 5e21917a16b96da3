from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from practices import workflow
from practices.models import Region
from tests.support.factories import NOW, document, make_moderator, make_practice
from tests.support.thesaurus import make_concept

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PAGES = [
    "/", "/practices/", "/topics/", "/countries/", "/map/", "/gaps/", "/compare/", "/statistics/", "/about/",
    "/submit/", "/submit/spreadsheet/", "/subscribe/",
    "/criteria/", "/contact/", "/imprint/", "/data/", "/privacy/", "/accessibility/",
]  # fmt: skip
REGIONS = 22
OBJECTIVES = [f"/objectives/{number}/" for number in range(1, 24)]


def listed(client, path, **more):
    """Return {path: last change} of each page, or part, in a sitemap."""
    response = client.get(path, **more)
    root = ET.fromstring(response.content)
    return {
        each.findtext(f"{NAMESPACE}loc").removeprefix(SITE): each.findtext(f"{NAMESPACE}lastmod")
        for each in root
    }


def everything(client, **more):
    """Return {path: last change} of each page in all parts that the index names."""
    parts = listed(client, "/sitemap.xml", **more)
    return {path: changed for part in parts for path, changed in listed(client, part, **more).items()}


def test_sitemap_lists_pages_objectives_topics_places_and_practices(client):
    make_concept("ports", en=["ports"])
    make_concept("visas", en=["visas"])
    older = make_practice(title="Old", countries=["PH"], now=NOW)
    newer = make_practice(title="مكاتب", now=NOW + timedelta(days=1))

    paths = list(everything(client))

    regions = [region.get_absolute_url() for region in Region.objects.all()]
    practices = [older.get_absolute_url(), newer.get_absolute_url()]
    assert sorted(paths) == sorted(
        [*PAGES, *OBJECTIVES, "/topics/ports/", "/countries/ph/", *regions, *practices]
    )


def test_index_names_a_part_for_each_span_of_practices(client, settings):
    settings.SITEMAP_LENGTH = 2
    practices = [
        make_practice(title=f"Desks {number}", now=NOW + timedelta(days=number)) for number in range(6)
    ]

    parts = listed(client, "/sitemap.xml")
    found = [
        path
        for part in parts
        for path in listed(client, part)
        if path.startswith("/practices/") and "-" in path
    ]

    numbers = sorted({(practice.pk - 1) // 2 + 1 for practice in practices})
    assert list(parts) == ["/sitemap-pages.xml", *(f"/sitemap-{number}.xml" for number in numbers)]
    assert found == [practice.get_absolute_url() for practice in practices]


def test_part_without_practices_is_not_named_and_not_there(client, settings):
    settings.SITEMAP_LENGTH = 1
    withdrawn = make_practice(withdrawn=True)

    assert f"/sitemap-{withdrawn.pk}.xml" not in listed(client, "/sitemap.xml")
    assert client.get(f"/sitemap-{withdrawn.pk}.xml").status_code == 404


def test_part_says_when_it_changed_last(client, settings):
    settings.SITEMAP_LENGTH = 1
    first, second = make_practice(now=NOW), make_practice(title="Skills", now=NOW)
    workflow.publish_document(document(summary="Better."), to=first, now=NOW + timedelta(days=3))

    parts = listed(client, "/sitemap.xml")

    changes = [parts[f"/sitemap-{practice.pk}.xml"] for practice in (first, second)]
    assert changes == ["2026-11-05T09:30:00+00:00", "2026-11-02T09:30:00+00:00"]


def test_pages_say_when_their_practices_changed_last(client):
    practice = make_practice(now=NOW, objectives=[21, 3], countries=["PH"])
    make_practice(now=NOW + timedelta(days=9), title="Skills", objectives=[5])
    workflow.publish_document(
        document(objectives=[21, 3], countries=["PH"], summary="Better."),
        to=practice,
        now=NOW + timedelta(days=3),
    )

    changed = everything(client)

    own = [
        practice.get_absolute_url(),
        "/objectives/21/",
        "/objectives/3/",
        "/countries/ph/",
        "/regions/asia/",
    ]
    assert {path: changed[path] for path in own} == dict.fromkeys(own, "2026-11-05T09:30:00+00:00")
    assert (changed["/objectives/5/"], changed["/objectives/7/"]) == ("2026-11-11T09:30:00+00:00", None)


def test_withdrawal_changes_the_pages_of_a_practice(client):
    practice = make_practice(now=NOW)
    workflow.withdraw_practice(
        practice, by=make_moderator(), reason="Its source is gone.", now=NOW + timedelta(days=2)
    )

    assert everything(client)["/objectives/21/"] == "2026-11-04T09:30:00+00:00"


def test_sitemap_leaves_out_withdrawn_practices(client):
    make_practice(withdrawn=True, countries=["PH"])

    assert len(everything(client)) == len(PAGES + OBJECTIVES) + REGIONS


def test_sitemap_uses_our_site_for_any_host(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    make_practice()

    paths = everything(client, headers={"Host": "evil.example"})

    assert [path for path in paths if not path.startswith("/")] == []


def test_sitemap_lists_no_page_that_asks_not_to_be_listed(client):
    make_practice()

    answers = [client.get(path) for path in everything(client)]

    assert {response.status_code for response in answers} == {200}
    assert [
        each for each in answers if "X-Robots-Tag" in each.headers or b'content="noindex"' in each.content
    ] == []


def test_each_file_of_the_sitemap_is_made_once_for_a_version(client, django_assert_max_num_queries):
    make_practice()
    for path in ("/sitemap.xml", "/sitemap-pages.xml"):
        client.get(path)

    with django_assert_max_num_queries(2):
        for path in ("/sitemap.xml", "/sitemap-pages.xml"):
            client.get(path)
