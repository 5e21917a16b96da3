"""Canonical addresses: every public page names the one under which search engines should list it."""

import pytest
from django.conf import settings

from tests.support.addresses import BY_LINK, FORMS, PAGES, POST_ONLY, open_addresses
from tests.support.factories import make_practice, make_three_that_differ
from tests.support.pages import read

pytestmark = pytest.mark.django_db


def canonical(page):
    """Return the paths of the canonical links of a page."""
    return [link["href"].removeprefix(settings.SITE_URL) for link in page.all("link", rel="canonical")]


def title(page):
    return page.one("head").one("title").text


def is_indexed(page):
    return page.all("meta", name="robots", content="noindex") == []


@pytest.mark.parametrize("query", ["", "?utm_source=x&fbclid=1&page=1&nonsense=2"])
def test_pages_name_their_own_address_whatever_follows_it(client, query):
    paths = open_addresses(PAGES)

    named = {name: canonical(read(client.get(path + query))) for name, path in paths.items()}

    assert named == {name: [path] for name, path in paths.items()}


@pytest.mark.parametrize("path", ["/objectives/0021/", "/objectives/00021/"])
def test_page_names_the_address_that_we_write(client, path):
    assert canonical(read(client.get(path))) == ["/objectives/21/"]


def test_page_of_revisions_names_the_address_that_we_write(client):
    practice = make_practice()
    path = f"{practice.get_absolute_url()}revisions/"

    page = read(client.get(path.replace(f"/{practice.pk}-", f"/0{practice.pk}-")))

    assert canonical(page) == [path]


def test_private_pages_name_no_address(client):
    paths = open_addresses([name for name in [*FORMS, *BY_LINK] if name not in POST_ONLY])

    pages = {name: client.get(path, follow=True).content for name, path in paths.items()}

    assert [name for name, content in pages.items() if b'rel="canonical"' in content] == []


@pytest.mark.parametrize("path", ["/nowhere/", "/practices/99999-x/", "/objectives/99/"])
def test_page_that_is_not_there_names_no_address(client, path):
    page = read(client.get(path))

    assert (canonical(page), is_indexed(page)) == ([], False)


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("objective=20&objective=21", "/practices/?objective=20&objective=21"),
        ("objective=21&objective=20", "/practices/?objective=20&objective=21"),
        ("objective=21&objective=21&objective=20&objective=", "/practices/?objective=20&objective=21"),
        ("country=PH&objective=21", "/practices/?objective=21&country=ph"),
        ("objective=21&country=ph&page=1&sort=newest&utm_source=x", "/practices/?objective=21&country=ph"),
        ("tag=diaspora&tag=decent-work", "/practices/?tag=decent-work&tag=diaspora"),
        ("tag=decent-work&tag=diaspora", "/practices/?tag=decent-work&tag=diaspora"),
        ("objective=zz&main=1", "/practices/"),
        ("objective=21&main=yes", "/practices/?objective=21&main=1"),
        ("objective=21&main=0", "/practices/?objective=21&main=0"),
        ("since=02016", "/practices/?since=2016"),
        ("sort=nonsense", "/practices/"),
    ],
)
def test_list_has_one_address_for_one_set_of_filters(client, asked, address):
    make_three_that_differ()

    assert canonical(read(client.get(f"/practices/?{asked}"))) == [address]


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("/gaps/?by=region", "/gaps/"),
        ("/gaps/?by=type&utm_source=x", "/gaps/?by=type"),
        ("/gaps/?objective=21&objective=20", "/gaps/?objective=20&objective=21"),
        ("/map/?objective=21&objective=20&x=1", "/map/?objective=20&objective=21"),
    ],
)
def test_map_has_one_address_for_one_set_of_filters(client, asked, address):
    make_three_that_differ()

    assert canonical(read(client.get(asked))) == [address]


DIFFERENT = [
    "/", "/practices/", "/practices/?page=2", "/practices/?sort=title", "/practices/?sort=title&page=2",
    "/practices/?sort=oldest", "/practices/?objective=21", "/practices/?country=ph", "/objectives/21/",
    "/objectives/21/?page=2", "/gaps/", "/gaps/?by=type", "/gaps/?objective=21", "/map/", "/map/?objective=21",
    "/countries/ph/", "/statistics/", "/compare/", "/about/", "/criteria/", "/privacy/", "/accessibility/",
]  # fmt: skip


def test_different_lists_have_different_titles(client, settings):
    settings.PRACTICES_PER_PAGE = 1
    make_three_that_differ()

    titles = {path: title(read(client.get(path))) for path in DIFFERENT}

    twins = {path for path, words in titles.items() if list(titles.values()).count(words) > 1}
    assert twins == set()


@pytest.mark.parametrize(
    ("path", "indexed"),
    [
        ("/practices/", True),
        ("/practices/?page=2", True),
        ("/practices/?objective=21&country=ph", True),
        ("/practices/?objective=21&country=ph&type=service", False),
        ("/map/?objective=21&country=ph&type=service", False),
        ("/gaps/?objective=21&country=ph&type=service", False),
        ("/practices/?sort=title", False),
        ("/practices/?q=ports", False),
        ("/practices/?objective=zz", False),
        ("/practices/?objective=1", False),
    ],
)
def test_search_engines_list_neither_searches_nor_lists_of_many_filters_nor_empty_ones(
    client, settings, path, indexed
):
    settings.PRACTICES_PER_PAGE = 1
    make_three_that_differ()

    assert is_indexed(read(client.get(path))) is indexed
