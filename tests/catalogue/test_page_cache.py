"""Whole-page cache: a hit is the same page for one query, and never outdated."""

import gzip
import pickle
from urllib.parse import quote, unquote_to_bytes, urlsplit

import brotli
import pytest
from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections
from django.test import RequestFactory

from catalogue import page_cache
from catalogue.page_cache import PageCache
from practices.core import cache, catalogue_version
from practices.web.browse import download
from tests.support.factories import make_practice, make_submission

pytestmark = pytest.mark.django_db


class Answer:
    """Response as a WSGI server receives it."""

    def __init__(self, application, environ):
        response = application(environ, self.begin)
        self.content = b"".join(response)
        getattr(response, "close", lambda: None)()

    def begin(self, status, headers, exc_info=None):
        self.status, self.headers = status, dict(headers)


@pytest.fixture(autouse=True)
def given_back(monkeypatch):
    """Record calls of close_old_connections without closing, as the connection holds the test's transaction."""
    given_back = []
    monkeypatch.setattr(page_cache, "close_old_connections", lambda: given_back.append(1))
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield given_back
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


application = PageCache(WSGIHandler())


def get(path, application=application, **headers):
    environ = RequestFactory().get(path, headers=headers).environ
    # As from a server (PEP 3333); Django's request has decoded it.
    environ["PATH_INFO"] = unquote_to_bytes(urlsplit(path).path).decode("iso-8859-1")
    return Answer(application, environ)


def test_kept_page_has_its_typed_links():
    path = make_practice().get_absolute_url()
    first = get(path)

    kept = get(path)

    assert 'rel="cite-as"' in first.headers["Link"]
    assert kept.headers["Link"] == first.headers["Link"]


@pytest.mark.parametrize("path", ["/", "/practices/?objective=21", "/objectives/21/feed.atom", "/gaps.csv"])
def test_kept_page_is_the_page_for_one_query(django_assert_num_queries, path):
    make_practice()
    first = get(path)

    with django_assert_num_queries(1):
        again = get(path)

    assert first.status == "200 OK"
    assert vars(again) == vars(first)


@pytest.mark.parametrize("title", ["Écoles au port", "مكاتب المعاشات", "Пенсии"])
def test_address_in_any_script_is_a_page_that_is_kept(title, monkeypatch):
    path = quote(make_practice(title=title).get_absolute_url(), safe="/%")
    kept = PageCache(WSGIHandler())
    first = get(path, kept)

    monkeypatch.setattr(kept, "application", None)
    again = get(path, kept)

    assert first.status == "200 OK"
    assert vars(again) == vars(first)


def test_kept_page_leaves_no_connection_behind(given_back):
    get("/practices/")

    get("/practices/")

    assert len(given_back) == 1


def test_cached_page_is_replaced_after_publication():
    get("/practices/")
    make_practice(title="Desks in the port")

    assert b"Desks in the port" in get("/practices/").content


@pytest.mark.parametrize(
    ("path", "status"), [("/practices/", "304 Not Modified"), ("/practices/?sort=title", "200 OK")]
)
def test_cached_page_answers_conditional_requests(path, status):
    etag = get("/practices/").headers["ETag"]

    assert get(path, if_none_match=etag).status == status


@pytest.fixture
def feed(clock):
    """Keep a feed, which has a Last-Modified as well, and return its answer."""
    make_practice()
    clock.shift(60)
    return get("/practices/feed.atom")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"if_modified_since": "{changed}"}, "304 Not Modified"),
        ({"if_modified_since": "Sun, 01 Nov 2020 09:30:00 GMT"}, "200 OK"),
        ({"if_none_match": '"other", {etag}'}, "304 Not Modified"),
        ({"if_none_match": "*"}, "304 Not Modified"),
        ({"if_none_match": '"other"', "if_modified_since": "{changed}"}, "200 OK"),
    ],
)
def test_kept_page_is_revalidated_by_tag_or_date_for_one_query(
    django_assert_num_queries, feed, asked, status
):
    known = {"changed": feed.headers["Last-Modified"], "etag": feed.headers["ETag"]}

    with django_assert_num_queries(1):
        again = get("/practices/feed.atom", **{name: value.format(**known) for name, value in asked.items()})

    kept = ("ETag", "Last-Modified", "Vary", "Cache-Control", "Access-Control-Allow-Origin")
    assert (again.status, len(again.content) > 0) == (status, status == "200 OK")
    assert {name: again.headers[name] for name in kept} == {name: feed.headers[name] for name in kept}


@pytest.mark.parametrize("path", ["/practices/", "/practices/feed.atom"])
def test_head_of_a_kept_page_has_its_headers_for_one_query(django_assert_num_queries, path):
    page = get(path)

    with django_assert_num_queries(1):
        head = Answer(application, RequestFactory().head(path).environ)

    assert (head.status, head.headers, head.content) == ("200 OK", page.headers, b"")


@pytest.mark.parametrize("path", ["/about/", "/submit/", "/practices/export.csv", "/nowhere/"])
@pytest.mark.parametrize("most_buffered", [1_000, 0])
def test_head_sends_no_content_for_a_server_to_drop(monkeypatch, path, most_buffered):
    monkeypatch.setattr(download, "MAX_BUFFERED", most_buffered)
    make_practice()

    head = Answer(WSGIHandler(), RequestFactory().head(path).environ)

    assert (head.status in ("200 OK", "404 Not Found"), head.content) == (True, b"")


def test_head_keeps_no_page_without_its_content():
    Answer(application, RequestFactory().head("/practices/").environ)

    assert b"<h1>" in get("/practices/").content


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip", "gzip"), ("gzip, deflate, br, zstd", "br"), ("gzip, br;q=0", "gzip"), ("zstd", None)],
)
def test_kept_page_comes_as_its_reader_takes_it(accepted, coding):
    page = get("/practices/").content
    get("/practices/", accept_encoding="gzip")

    answer = get("/practices/", accept_encoding=accepted)

    decompress = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}[coding]
    content = decompress(answer.content)
    assert (answer.headers.get("Content-Encoding"), content) == (coding, page)


@pytest.fixture
def added(monkeypatch):
    """Return a function that returns how many bytes of pages and parts of pages a visit adds to the cache to stay."""
    added = []
    set_many = cache.set_many

    def record(entries, *, brief=False):
        if not brief:
            added.extend(len(pickle.dumps(each)) for each in entries.items())
        set_many(entries, brief=brief)

    monkeypatch.setattr(cache, "set_many", record)

    def visit(path, **headers):
        added.clear()
        get(path, **headers)
        return sum(added)

    return visit


MADE_UP = [
    "/?x={}", "/?{}=1", "/?q={}", "/about/?from={}", "/objectives/21/?x={}", "/objectives/{}021/",
    "/objectives/21/?page={}000", "/objectives/21/?page=2&after={}", "/practices/?{}=1",
    "/practices/?objective=9{}", "/practices/?objective={}021", "/practices/?objective=21&main=x{}",
    "/practices/?tag=made-up-{}", "/practices/?q=xyzzy{}", "/practices/?objective=21&until=190{}",
    "/practices/?objective=21&language={}", "/practices/?sort={}", "/practices/?page={}000",
    "/practices/?page=2&before={}", "/map/?x={}", "/map/?objective=21&until=190{}", "/gaps/?by={}",
    "/gaps/?objective=21&until=190{}", "/gaps.csv?x={}", "/gaps.csv?by=type&by={}", "/suggest/?q=xyzzy{}",
    "/countries/ph/?x={}", "/practices/feed.atom?x={}", "/practices/feed.atom?archive={}",
    "/objectives/21/feed.rss?archive=9{}", "/practices/export.csv?x={}", "/embed/?x={}", "/compare/?q=xyzzy{}",
    "/compare/?practice=9{}", "/statistics/?x={}", "/oembed?url={}", "/robots.txt?x={}",
]  # fmt: skip
"""Addresses of which a visitor can make up any number by other values in place of {}."""


def test_made_up_address_adds_nothing_that_stays(added):
    make_practice()
    for known in ("/practices/?objective=21", "/objectives/21/", "/map/", "/gaps/?by=type"):
        get(known)
    for template in MADE_UP:
        get(template.format(1))  # makes what all addresses of this kind share

    assert {template: added(template.format(2)) for template in MADE_UP} == dict.fromkeys(MADE_UP, 0)


@pytest.mark.parametrize(
    "twin",
    ["/practices/?objective=21&objective=21", "/practices/?objective=21&language=", "/gaps/?by=type&by=type",
     "/practices/?sort=newest&sort=newest", "/practices/?q=%21%21%21", "/objectives/21/?page=01"],
)  # fmt: skip
def test_twin_of_an_address_adds_nothing_to_the_cache(added, twin):
    make_practice()
    for known in ("/practices/", "/practices/?objective=21", "/objectives/21/", "/gaps/?by=type"):
        get(known)

    assert added(twin) < 300  # the canonical query string, at most, but no page


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "testserver:8123"},
        {"host": "TestServer"},
        {"x_forwarded_proto": "made-up"},
        {"x_forwarded_host": "example.net"},
        {"x_forwarded_port": "99"},
    ],
)
def test_header_makes_no_entry_of_its_own(added, headers):
    make_practice()
    get("/practices/")

    assert added("/practices/", **headers) == 0


@pytest.mark.parametrize(
    "query", ["utm_source=x", "UTM_Medium=x", "fbclid=1", "gclid=2&objective=21", "objective=21&mc%5Feid=3"]
)
def test_parameters_that_follow_visitors_never_count(django_assert_num_queries, query):
    make_practice()
    twin = "/practices/?objective=21" if "objective" in query else "/practices/"
    page = get(twin)

    with django_assert_num_queries(1):
        followed = get(f"/practices/?{query}")

    assert vars(followed) == vars(page)
    etag = followed.headers["ETag"]
    assert get(f"/practices/?{query}", if_none_match=etag).status == "304 Not Modified"


@pytest.mark.parametrize(
    "twin", ["/practices/?type=services&objective=21", "/practices/?objective=%32%31&type=services"]
)
def test_address_spelled_otherwise_is_the_same_page(added, twin):
    make_practice(type="services")
    get("/practices/?objective=21&type=services")

    assert added(twin) == 0


def test_values_of_one_name_keep_their_order(added):
    first, second = make_practice(title="Pension desks"), make_practice(title="Legal desks")

    pages = [get(f"/compare/?practice={one.pk}&practice={other.pk}").content for one, other in (
        (first, second), (second, first)
    )]  # fmt: skip

    assert pages[0] != pages[1]


def test_page_that_is_not_there_is_not_kept():
    practice = make_practice(withdrawn=True)

    statuses = [get(practice.get_absolute_url()).status for _time in range(2)]

    assert statuses == ["410 Gone", "410 Gone"]


def test_page_behind_a_private_link_is_not_kept():
    submission = make_submission()
    path = f"/submissions/{submission.token}/"
    get(path)
    submission.delete()

    assert get(path).status == "404 Not Found"


def test_cached_page_is_not_used_for_other_hosts_and_plain_http(settings):
    settings.ALLOWED_HOSTS = ["practices.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    here = {
        "application": PageCache(WSGIHandler()),
        "host": "practices.example.org",
        "x_forwarded_proto": "https",
    }

    statuses = [get("/practices/", **(here | other)).status[:3] for other in (
        {}, {}, {"host": "other.example.org"}, {"x_forwarded_proto": "http"}
    )]  # fmt: skip

    assert statuses == ["200", "200", "400", "301"]


def test_nothing_kept_is_shown_while_the_catalogue_is_worked_on(settings):
    get("/practices/")
    settings.MAINTENANCE = True

    assert get("/practices/").status.startswith("503")


def test_unavailable_database_shows_its_error_page(monkeypatch):
    def refuse():
        raise OperationalError("gone")

    get("/practices/")
    monkeypatch.setattr(catalogue_version, "_current", refuse)

    assert get("/practices/").status.startswith("503")


@pytest.fixture
def cache_of_all_processes(settings, redis_url):
    """Use Redis as the cache, as in production with several machines."""
    settings.CACHES = {"default": {"BACKEND": "catalogue.redis_caches.SharedCache", "LOCATION": redis_url}}
    yield
    caches["default"].clear()


@pytest.mark.parametrize("whole", [True, False], ids=["whole pages", "parts of pages"])
@pytest.mark.usefixtures("cache_of_all_processes")
def test_page_cached_in_redis_is_replaced_after_publication(client, whole):
    visit = get if whole else client.get
    make_practice(title="Pension desks")
    path = "/practices/?objective=21&language=en"
    first = visit(path).content
    kept = visit(path).content

    make_practice(title="Legal desks")

    assert kept == first
    assert b"Legal desks" in visit(path).content
