"""Validators and content codings by RFC 9110: ETags, dates, Accept-Encoding, and the methods of every address."""

import brotli
import pytest
from django.test import Client

from practices.core.http import open_data
from practices.core.http.caching import accepts_coding, has_etag, is_not_modified, padded_brotli
from tests.support.addresses import (
    API,
    BY_LINK,
    CACHEABLE,
    OPERATION,
    POST_ONLY,
    PUBLIC,
    READ_ONLY,
    open_address,
    open_addresses,
)

pytestmark = pytest.mark.django_db

WITH_CONTENT = [name for name in CACHEABLE if name != "favicon"]  # a redirect has nothing to tag
OURS = 'W/"ours"'
MONDAY, TUESDAY = "Mon, 02 Nov 2026 09:30:00 GMT", "Tue, 03 Nov 2026 09:30:00 GMT"
OPEN_DATA = [
    "practice-export", "practice-feed", "objective-feed", "country-feed", "practice-citation", "document-schema",
    "data-description", "gap-map-file", "oembed", "statistics-file", "suggest", "world-map-file", "oai", "oai-schema",
    *API,
]  # fmt: skip
"""Addresses whose answers scripts of other sites may read."""

# ETags and dates ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("if_none_match", "is_ours"),
    [
        ('W/"ours"', True),
        ('"ours"', True),
        ('"other", "ours"', True),
        ('"other",W/"ours"', True),
        ('"a,b", W/"c,d" , "ours"', True),
        ('"other"', False),
        ('"other,"ours""', False),
        ('"a, W/"ours"', False),
        ("ours", False),
        ('"ours', False),
        ('w/"ours"', False),
        ('"OURS"', False),
        ("", False),
        (",,,", False),
        ("²", False),
    ],
)
def test_etag_is_found_in_a_list_whichever_is_weak(if_none_match, is_ours):
    assert has_etag(if_none_match, OURS) is is_ours


@pytest.mark.parametrize(
    ("asked", "is_same"),
    [
        ({"HTTP_IF_NONE_MATCH": "*"}, True),
        ({"HTTP_IF_NONE_MATCH": '"ours"'}, True),
        ({"HTTP_IF_MODIFIED_SINCE": MONDAY}, True),
        ({"HTTP_IF_MODIFIED_SINCE": TUESDAY}, True),
        ({"HTTP_IF_MODIFIED_SINCE": "Sun, 01 Nov 2026 09:30:00 GMT"}, False),
        ({"HTTP_IF_MODIFIED_SINCE": "yesterday"}, False),
        ({"HTTP_IF_NONE_MATCH": '"other"', "HTTP_IF_MODIFIED_SINCE": TUESDAY}, False),
        ({}, False),
    ],
)
def test_date_counts_only_without_an_etag(asked, is_same):
    assert is_not_modified(asked, {"ETag": OURS, "Last-Modified": MONDAY}) is is_same


KEPT = ("ETag", "Vary", "Cache-Control", "Content-Location", "Expires")


def without_content(response):
    """Return what a 304 repeats of a page, and that it is one."""
    return 304, b"", {name: response.headers.get(name) for name in KEPT}


def in_each_encoding(names):
    """Return {(name, encoding): (path, headers that ask for it)}."""
    return {
        (name, encoding): (path, {"Accept-Encoding": encoding})
        for name, path in open_addresses(names).items()
        for encoding in ("br", "gzip", "identity")
    }


def test_unchanged_pages_answer_with_the_headers_that_they_had(client):
    wanted = in_each_encoding(WITH_CONTENT)
    pages = {which: client.get(path, headers=asked) for which, (path, asked) in wanted.items()}

    again = {
        which: client.get(path, headers=asked | {"If-None-Match": pages[which].headers["ETag"]})
        for which, (path, asked) in wanted.items()
    }

    assert {
        which: (page.status_code, page.content, without_content(page)[2]) for which, page in again.items()
    } == {which: without_content(page) for which, page in pages.items()}


def test_etag_is_weak_and_the_same_whatever_the_encoding(client):
    etags = {
        name: {
            client.get(path, headers={"Accept-Encoding": each}).headers["ETag"] for each in ("gzip", "br", "")
        }
        for name, path in open_addresses(WITH_CONTENT).items()
    }

    assert {name: (len(found), {each[:3] for each in found}) for name, found in etags.items()} == (
        dict.fromkeys(WITH_CONTENT, (1, {'W/"'}))
    )


def test_pages_that_exist_match_any_etag(client):
    statuses = {
        name: client.get(path, headers={"If-None-Match": "*"}).status_code
        for name, path in open_addresses(WITH_CONTENT).items()
    }

    assert statuses == dict.fromkeys(WITH_CONTENT, 304)


def test_page_that_does_not_exist_matches_no_etag(client):
    assert client.get("/practices/99999-x/", headers={"If-None-Match": "*"}).status_code == 404


# Content codings ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept_encoding", "is_gzip_accepted", "coding"),
    [
        ("gzip", True, "gzip"),
        ("GZIP", True, "gzip"),
        ("x-gzip", True, "gzip"),
        ("gzip, deflate, br", True, "br"),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True, "br"),
        ("gzip ; q=0.001", True, "gzip"),
        ("*", True, "br"),
        ("*;q=0, gzip", True, "gzip"),
        ("identity;q=0, gzip", True, "gzip"),
        ("gzip;q=1, identity;q=0.5", True, "gzip"),
        ("", False, None),
        ("gzip;q=0", False, None),
        ("gzip;q=0.000", False, None),
        ("gzip;Q=0", False, None),
        ("*;q=0", False, None),
        ("gzip;q=0, *", False, "br"),
        ("br", False, "br"),
        ("identity", False, None),
        ("gzip;q=0.5, identity;q=1", False, None),
        ("notgzip", False, None),
        ("gzip-x", False, None),
        ("gzip;q=²", False, None),
        ("gzip;q=2", False, None),
    ],
)
def test_coding_is_used_where_it_is_accepted(client, accept_encoding, is_gzip_accepted, coding):
    response = client.get("/practices/", headers={"Accept-Encoding": accept_encoding})

    assert accepts_coding(accept_encoding, "gzip") is is_gzip_accepted
    assert response.headers.get("Content-Encoding") == coding


@pytest.mark.parametrize("path", ["/submit/", "/admin/account/login/"])
@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [("gzip", "gzip"), ("gzip, br", "br"), ("gzip, br;q=0", "gzip"), ("gzip;q=0", None), ("*;q=0", None)],
)
def test_private_page_is_compressed_where_that_is_accepted(client, path, accept_encoding, coding):
    response = client.get(path, headers={"Accept-Encoding": accept_encoding})

    assert (response.headers.get("Content-Encoding"), "Accept-Encoding" in response.headers["Vary"]) == (
        coding,
        True,
    )


@pytest.mark.parametrize("text", ["", "a", "Pension desks in two ports. " * 5_000])
def test_padding_changes_the_length_of_a_compressed_page_and_not_its_text(text):
    pages = [padded_brotli(text.encode()) for _each in range(60)]

    assert {brotli.decompress(page).decode() for page in pages} == {text}
    assert len({len(page) for page in pages}) > 20


@pytest.mark.parametrize("name", ["picture", "objective-picture", "practice-picture"])
def test_picture_is_not_compressed_twice(client, name):
    response = client.get(open_address(name), headers={"Accept-Encoding": "gzip"})

    assert not response.has_header("Content-Encoding")


@pytest.fixture
def static(settings, tmp_path):
    """Serve a stylesheet of our own, compressed ahead as collectstatic does, and return its path."""
    for suffix, content in {"": b"a{}" * 300, ".gz": b"gzip", ".br": b"br"}.items():
        (tmp_path / f"x.css{suffix}").write_bytes(content)
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    return "/static/x.css"


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        ("gzip, br", "br"),
        ("gzip, BR", "br"),
        ("gzip, br;q=0", "gzip"),
        ("gzip;q=0, br;q=0", None),
        ("*;q=0", None),
        ("*", "br"),
        ("identity", None),
        ("", None),
    ],
)
def test_static_file_has_a_coding_that_is_accepted(static, accept_encoding, coding):
    response = Client().get(static, headers={"Accept-Encoding": accept_encoding})

    assert (response.headers.get("Content-Encoding"), response.headers["Vary"]) == (coding, "Accept-Encoding")
    response.close()


@pytest.mark.parametrize("tag", ["{}", '"other", {}', "*"])
def test_unchanged_static_file_answers_with_the_etag_that_it_had(static, tag):
    response = Client().get(static, headers={"Accept-Encoding": "gzip"})
    response.close()
    etag = response.headers["ETag"]

    again = Client().get(static, headers={"If-None-Match": tag.format(etag)})

    assert (etag[:3], again.status_code, again.headers["ETag"]) == ('W/"', 304, etag)


# Methods --------------------------------------------------------------------------


@pytest.fixture
def strict():
    """Return a client whose requests are checked as those of a browser are."""
    return Client(enforce_csrf_checks=True)


ALL = [*PUBLIC, *BY_LINK]
WRITING = ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"]


def test_addresses_that_are_only_read_name_their_methods(strict):
    answers = {
        (name, method): strict.generic(method, path)
        for name, path in open_addresses([*READ_ONLY, *OPERATION]).items()
        for method in WRITING
    }

    allowed = {case: (answer.status_code, answer.headers["Allow"]) for case, answer in answers.items()}
    assert allowed == dict.fromkeys(answers, (405, "GET, HEAD"))


def methods_of(name):
    """Return the value of Allow of an address."""
    reads = [] if name in POST_ONLY else ["GET", "HEAD"]
    posts = ["POST"] if name not in READ_ONLY else []
    return ", ".join([*reads, *posts, "OPTIONS"])


def test_every_address_says_what_it_allows(strict):
    answers = {name: strict.options(path) for name, path in open_addresses(ALL).items()}

    assert {
        name: (answer.status_code, answer.headers["Allow"], answer.content)
        for name, answer in answers.items()
    } == {name: (204, methods_of(name), b"") for name in ALL}


def test_addresses_that_act_refuse_other_sites(strict):
    names = [name for name in ALL if name not in (*READ_ONLY, "subscription-unsubscribe", "oai")]
    elsewhere = [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}]

    statuses = {
        name: [strict.post(path, headers=headers).status_code for headers in elsewhere]
        for name, path in open_addresses(names).items()
    }

    assert statuses == {name: [403, 403] for name in names}


def test_head_has_the_headers_of_get(client, clock):
    wanted = in_each_encoding([name for name in ALL if name not in POST_ONLY])
    pages = {which: client.get(path, headers=asked) for which, (path, asked) in wanted.items()}

    heads = {which: client.head(path, headers=asked) for which, (path, asked) in wanted.items()}

    assert {
        which: (head.status_code, without_random(head), head.content) for which, head in heads.items()
    } == {which: (page.status_code, without_random(page), b"") for which, page in pages.items()}


def without_random(response):
    """Return the headers but for the length of a compressed private page, which is padded at random."""
    padded = "Content-Encoding" in response.headers and "no-store" in response.headers.get(
        "Cache-Control", ""
    )
    return {
        name: value for name, value in response.headers.items() if not (padded and name == "Content-Length")
    }


# Scripts of other sites -----------------------------------------------------------


def test_scripts_of_other_sites_read_open_data_only(client):
    answers = {
        name: client.post(path) if name in POST_ONLY else client.get(path)
        for name, path in open_addresses(ALL).items()
    }

    assert {name: answer.headers.get("Access-Control-Allow-Origin") for name, answer in answers.items()} == {
        name: "*" if name in OPEN_DATA else None for name in ALL
    }
    assert [name for name, answer in answers.items() if "Origin" in answer.headers.get("Vary", "")] == []


def test_browser_may_ask_before_a_script_revalidates_open_data(client):
    asked = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }

    answers = {name: client.options(path, headers=asked) for name, path in open_addresses(OPEN_DATA).items()}

    shared = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, HEAD",
        "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since, If-Range, Range",
        "Access-Control-Max-Age": "86400",
    }
    assert {name: (answer.status_code, *access_headers(answer)) for name, answer in answers.items()} == (
        dict.fromkeys(OPEN_DATA, (204, *sorted(shared.items())))
    )


def access_headers(response):
    return sorted(item for item in response.headers.items() if item[0].startswith("Access-Control"))


def test_scripts_of_other_sites_may_read_that_data_is_unchanged(client):
    paths, origin = open_addresses(OPEN_DATA), {"Origin": "https://elsewhere.example"}
    etags = {name: client.get(path, headers=origin).headers["ETag"] for name, path in paths.items()}

    answers = {
        name: client.get(path, headers=origin | {"If-None-Match": etags[name]})
        for name, path in paths.items()
    }

    assert {name: (answer.status_code, *access_headers(answer)) for name, answer in answers.items()} == (
        dict.fromkeys(
            OPEN_DATA,
            (
                304,
                ("Access-Control-Allow-Origin", "*"),
                ("Access-Control-Expose-Headers", open_data.RESPONSE_HEADERS),
            ),
        )
    )


@pytest.mark.parametrize(
    "path", ["/practices/export.nonsense", "/practices/feed.atom?objective=zz", "/oembed"]
)
def test_script_of_another_site_may_read_why_it_gets_no_data(client, path):
    response = client.get(path)

    assert (response.status_code in (400, 404), response.headers["Access-Control-Allow-Origin"]) == (
        True,
        "*",
    )
