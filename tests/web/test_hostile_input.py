"""Hostile input: the response says what is wrong and is never a 500 (rule 8)."""

import json
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from django.urls import resolve, reverse

from practices.choices import State
from practices.documents import plain
from practices.models import Submission, Subscription
from tests.catalogue.test_headers import what_the_policy_would_block
from tests.support.addresses import (
    API,
    BY_POST,
    CACHEABLE,
    FORMS,
    OPERATION,
    POST_ONLY,
    PRIVATE,
    address,
    open_address,
    open_addresses,
    unsubscribe_address,
)
from tests.support.factories import make_practice, make_submission, make_subscription
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

SCRIPT = "\"'><script>alert(1)</script>"
MANY_NINES = "9" * 30
TOO_MANY_NINES = "9" * 5_000  # more digits than int() takes
BIDI = "\u202edesrever\u200f"
TEXTS = {
    "superscript": "²",
    "many digits": MANY_NINES,
    "more digits than int() takes": TOO_MANY_NINES,
    "negative": "-1",
    "exponent": "1e9",
    "NUL": "a\x00b",
    "not a character": "a\ufffeb",
    "turns the text round": BIDI,
    "markup": SCRIPT,
    "10,000 characters": "x" * 10_000,
    "beyond the BMP": "🧭" * 100,
    "SQL": "1' OR '1'='1'; --",
    "LIKE": "%_\\",
    "template": "{{ settings.SECRET_KEY }}{% load x %}",
}

# Query strings --------------------------------------------------------------------

EVERYWHERE = "&".join(f"{name}={{0}}" for name in [
    "practice", "q", "objective", "country", "region", "type", "tag", "year", "page", "p", "section", "colour",
])  # fmt: skip
QUERIES = {
    **{name: EVERYWHERE.format(quote(text)) for name, text in TEXTS.items()},
    "arrays": "objective[]=1&q[]=x&page[]=2&objective[0]=1",
    "repeated": "objective=1&objective=2&page=1&page=x&year=2000&year=soon&q=a&q=b",
    "broken escapes": "q=%&objective=%f&country=%ff%fe&tag=%u0041&page=%zz",
    "no values": "q&objective&country=&=x&&&",
    "many values": "&".join(f"tag=t{number}" for number in range(900)),
    "semicolons": "q=a;objective=1;page=2",
}
TAKE_A_QUERY = [
    "objective-detail", "practice-list", "practice-feed", "practice-export", "gap-map", "gap-map-file", "sitemap",
    "subscribe", "world-map", "comparison", "practice-detail",
]  # fmt: skip
TAKE_NONE = [
    name
    for name in [*CACHEABLE, *OPERATION, *FORMS]
    if not name.endswith("-sent")  # with another query than they were signed with, they lead to their form
    and name
    not in (*TAKE_A_QUERY, *POST_ONLY, *API, "favicon", "submit")  # the API refuses what it does not know
]


def harmless(response):
    """Assert that no input was injected into the page."""
    kind = response.headers["Content-Type"].partition(";")[0]
    if kind == "text/html":
        return what_the_policy_would_block(read(response)) == []
    if kind in ("application/xml", "text/xml"):
        return ET.fromstring(response.text) is not None
    return kind in (
        "text/plain",
        "text/markdown",
        "text/csv",
        "image/png",
        "application/json",
        "application/jsonl",
        "application/ld+json",
        "application/schema+json",
        "application/vnd.citationstyles.csl+json",
        "application/x-bibtex",
        "application/x-research-info-systems",
        "application/manifest+json",
    )


@pytest.mark.parametrize("name", TAKE_A_QUERY)
def test_any_query_gets_an_answer(client, name):
    path = open_address(name)

    answers = {which: client.get(f"{path}?{query}") for which, query in QUERIES.items()}

    odd = {which for which, response in answers.items() if response.status_code not in (200, 400, 404)}
    assert (odd, {which for which, response in answers.items() if not harmless(response)}) == (set(), set())


@pytest.mark.parametrize("query", ["markup", "NUL", "broken escapes"])
def test_pages_without_parameters_pass_over_any_query(client, query):
    paths = open_addresses(TAKE_NONE)

    answers = {name: client.get(f"{path}?{QUERIES[query]}") for name, path in paths.items()}

    assert {name: (response.status_code, harmless(response)) for name, response in answers.items()} == (
        dict.fromkeys(TAKE_NONE, (200, True)) | {"readyz": (503, True)}  # no sender runs
    )


@pytest.mark.parametrize("query", [QUERIES["superscript"], QUERIES["markup"], "objective=²&objective=21"])
def test_form_takes_only_an_objective_from_its_query(client, query):
    response = client.get(f"/submit/?{query}")

    chosen = sent_by(read(response).one("main").one("form"))["objective"]
    assert (response.status_code, chosen) == (200, ["21" if query.endswith("21") else ""])


def test_listing_keeps_the_input_and_explains_the_error(client):
    make_practice()

    page = read(client.get("/practices/", {"q": "x" * 501, "since": "²", "country": SCRIPT}))

    typed = [page.one("input", name=name)["value"] for name in ("q", "since")]
    assert (typed, page.one("div", "notice-warm").texts("li")) == (
        ["x" * 501, "²"],
        [
            "Words: Ensure this value has at most 500 characters (it has 501).",
            f"Country: We do not know “{SCRIPT}”, so this filter was ignored.",
            "Running in or after: Enter a year from 1000 to 2100, such as 2019.",
        ],
    )


@pytest.mark.parametrize(
    ("number", "shown"),
    [("²", 1), ("-1", 1), ("0", 1), ("1e9", 1), (MANY_NINES, 3), (TOO_MANY_NINES, 3), ("\x00", 1)],
)
def test_odd_page_number_shows_the_nearest_page(client, settings, number, shown):
    settings.PRACTICES_PER_PAGE = 1
    for title in ("Third", "Second", "First"):
        make_practice(title=title)

    page = read(client.get("/practices/", {"page": number}))

    assert page.texts("h3", "practice-card-title") == [["First", "Second", "Third"][shown - 1]]


@pytest.mark.parametrize(
    "part", ["²", "-1", "0", "01", "1e9", MANY_NINES, TOO_MANY_NINES, "99", "x", "pages.xml"]
)
def test_sitemap_has_no_odd_parts(client, part):
    assert client.get(f"/sitemap-{part}.xml").status_code == 404


# Paths ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        f"/practices/{MANY_NINES}-x/",
        f"/practices/{MANY_NINES}-x/revisions/",
        f"/practices/{MANY_NINES}-x/revisions/{MANY_NINES}/",
        f"/practices/{TOO_MANY_NINES}-x/",
        "/practices/9223372036854775807-x/",
        "/practices/9223372036854775808-x/",
        "/practices/0-x/",
        "/practices/-1-x/",
        "/practices/²-x/",
        "/practices/%ff%fe-x/",
        "/practices/1%00-x/",
        "/practices/1/files/abc/%00",
        "/practices/1/attachments/1/a%00.pdf",
        "/practices/%/",
        "/practices/../../etc/passwd",
        "/practices/feed.",
        "/practices/feed.atom%00",
        f"/practices/feed.{SCRIPT}",
        "/practices/export.²",
        f"/objectives/{MANY_NINES}/",
        f"/objectives/{MANY_NINES}/feed.atom",
        "/subscriptions/²/",
        "/subscriptions/::/export.json",
        "/objectives/²/",
        "/objectives/-1/",
        "/submissions/²/",
        "/submissions/%00/",
        "/submissions/%ff/edit/",
        f"/submissions/{SCRIPT}/",
        f"/submissions/{'A' * 5000}/withdraw/",
        "/subscriptions/confirm/²/",
        "/subscriptions/confirm/%00:%00:%00/",
        "/subscriptions/leave/ключ:1:ключ/",
        "/subscriptions/leave/%ff%fe:1:x/",
        f"/subscriptions/leave/{'A' * 5000}/",
        "/subscriptions/leave/::/",
        "/subscriptions/leave/WzFd:1tVtSM:/",
        "/admin/practices/practice/²/withdraw/",
    ],
    ids=lambda path: path[:50],
)
def test_odd_path_leads_nowhere(client, moderator, path):
    client.force_login(moderator)

    response = client.get(path)

    refused = 403 if path.startswith("/admin/") else 404
    assert (response.status_code, what_the_policy_would_block(read(response))) == (refused, [])


@pytest.mark.parametrize("model", ["submission", "practice", "submitter"])
def test_odd_key_in_the_admin_leads_back(client, moderator, model):
    client.force_login(moderator)
    keys = ["²", MANY_NINES, "_00", "None", "'"]

    answers = {key: client.get(f"/admin/practices/{model}/{quote(key)}/change/") for key in keys}

    assert {key: (answer.status_code, answer.url) for key, answer in answers.items()} == (
        dict.fromkeys(keys, (302, "/admin/"))
    )


@pytest.mark.parametrize("rest", ["", "revisions/", "revisions/1/"])
def test_wrong_slug_is_corrected(client, rest):
    practice = make_practice()
    slugs = ["²", SCRIPT.replace("/", ""), "%00", "%ff", "a%0d%0aSet-Cookie:x=1", BIDI]

    answers = {slug: client.get(f"/practices/{practice.pk}-{slug}/{rest}") for slug in slugs}

    assert {slug: (answer.status_code, answer.url) for slug, answer in answers.items()} == (
        dict.fromkeys(slugs, (301, practice.get_absolute_url() + rest))
    )


# Submission form ------------------------------------------------------------------


def filled_in(client, text):
    """Fill in the form with `text` in every text field and invalid choices."""
    form = read(client.get("/submit/")).one("main").one("form")
    return {
        name: values if name == "stamp" else [text]
        for name, values in sent_by(form).items()
        if name != "website"
    }


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_form_filled_with_anything_comes_back_unharmed(client, text):
    response = client.post("/submit/", filled_in(client, text), follow=True)

    sent = Submission.objects.exclude(sent_at=None).count()
    assert (response.status_code in (200, 422), harmless(response), sent) == (True, True, 0)


OPEN_TEXTS = {
    name: TEXTS[name] for name in ["not a character", "NUL", "turns the text round", "markup", "template"]
}
TYPED = {
    "objective": "21",
    "name": "Ana Reyes",
    "email": "ana@example.org",
    "credit_as": "name",
}


@pytest.mark.parametrize("text", OPEN_TEXTS.values(), ids=OPEN_TEXTS)
def test_hostile_text_is_shown_as_text(client, text):
    stamp = filled_in(client, "")["stamp"]
    typed = {"title": text, "summary": text, "context": text, "tags": text.replace(",", ""), "name": text}
    client.post("/submit/", TYPED | typed | {"stamp": stamp})
    submission = Submission.objects.get()

    page = read(client.get(submission.get_private_url()))

    kept = plain(text)
    assert (
        page.one("h1").text,
        page.one("p", "reading-summary").text,
        what_the_policy_would_block(page),
    ) == (
        kept,
        kept,
        [],
    )


def test_bidirectional_text_does_not_affect_its_surroundings(client):
    practice = make_practice(title=BIDI, credit=BIDI, implementers=[BIDI])

    page = read(client.get(practice.get_absolute_url()))

    assert (
        page.one("h1")["dir"],
        page.one("p", "credit-line").one("bdi").text,
        page.one("dl", "facts").texts("bdi"),
    ) == (
        "ltr",
        "desrever",
        ["desrever"],
    )


# Bodies ---------------------------------------------------------------------------

BOUNDARY = "multipart/form-data; boundary=b"
NOT_KEPT = "max-age=0, no-cache, no-store, must-revalidate, private"
BODIES = {
    "malformed multipart": (b"--b\r\nContent-Disposition: form-data; name=\x00", BOUNDARY),
    "multipart without a boundary": (b"--b\r\n", "multipart/form-data"),
    "multipart that is cut off": (
        b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nDes',
        BOUNDARY,
    ),
    "multipart in a false encoding": (
        b'--b\r\nContent-Disposition: form-data; name="title"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--b--',
        BOUNDARY,
    ),
    "a file where text belongs": (
        b'--b\r\nContent-Disposition: form-data; name="title"; filename="../../x"\r\n\r\nx\r\n--b--\r\n',
        BOUNDARY,
    ),
    "JSON": (json.dumps({"title": ["Desk"]}).encode(), "application/json"),
    "no type": (b"title=Desk", ""),
    "odd type": (b"title=Desk", "application/²; charset=²"),
    "not UTF-8": (b"title=%ff%fe&address=%ff", "application/x-www-form-urlencoded"),
    "another encoding": (b"title=Desk", "application/x-www-form-urlencoded; charset=utf-16"),
    "broken escapes": (b"title=%&summary=%f&address=%zz", "application/x-www-form-urlencoded"),
    "1 MB in one field": (b"title=" + b"x" * 1024 * 1024, "application/x-www-form-urlencoded"),
    "almost 2 MB in one field": (
        b"title=" + b"x" * (2 * 1024 * 1024 - 6),
        "application/x-www-form-urlencoded",
    ),
    "almost 2 MB in one part": (
        b'--b\r\nContent-Disposition: form-data; name="address"\r\n\r\n'
        + b"x" * (2 * 1024 * 1024 - 100)
        + b"\r\n--b--\r\n",
        BOUNDARY,
    ),
}
TOO_LARGE = {
    "more than 2 MB": ((b"title=" + b"x" * 2 * 1024 * 1024, "application/x-www-form-urlencoded"), "2 MB"),
    "1,001 fields": (
        (b"&".join(b"f%d=1" % number for number in range(1001)), "application/x-www-form-urlencoded"),
        "1000 fields",
    ),
    "1,001 parts": (
        (
            b"".join(
                b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % number
                for number in range(1001)
            )
            + b"--b--\r\n",
            BOUNDARY,
        ),
        "1000 fields",
    ),
    "101 files": (
        (
            b'--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\nx\r\n' * 101
            + b"--b--\r\n",
            BOUNDARY,
        ),
        "100 files",
    ),
}
"""Body → (content and type, limit that its answer names)."""


@pytest.mark.parametrize("name", ["subscribe", "submit"])
def test_any_body_gets_an_answer(client, name):
    path = open_address(name)

    answers = {
        body: client.generic("POST", path, content, content_type=content_type)
        for body, (content, content_type) in BODIES.items()
    }

    odd = {body for body, response in answers.items() if response.status_code not in (400, 422)}
    assert (odd, {body for body, response in answers.items() if not harmless(response)}) == (set(), set())


@pytest.mark.parametrize(
    "body", ["multipart without a boundary", "1 MB in one field", "JSON", "another encoding"]
)
def test_links_answer_any_body(client, body):
    content, content_type = BODIES[body]
    names = [name for name in BY_POST if name not in ("subscribe", "submit")]

    statuses = {
        name: client.generic("POST", open_address(name), content, content_type=content_type).status_code
        for name in names
    }

    assert {name for name, status in statuses.items() if status not in (200, 302, 400, 409, 422)} == set()


@pytest.mark.parametrize("name", ["subscribe", "submit", "submission-edit", "submission-attachments"])
@pytest.mark.parametrize("body", ["multipart without a boundary", "another encoding"])
def test_body_that_cannot_be_read_is_refused_on_a_page_of_ours(client, name, body):
    content, content_type = BODIES[body]

    response = client.generic("POST", open_address(name), content, content_type=content_type)

    assert (response.status_code, read(response).texts("h1"), response.headers["Cache-Control"]) == (
        400,
        ["We could not understand this request"],
        NOT_KEPT,
    )


@pytest.mark.parametrize("name", ["subscribe", "submit", "submission-edit", "submission-attachments"])
@pytest.mark.parametrize("body", TOO_LARGE)
def test_body_beyond_a_limit_is_refused_with_the_limit(client, name, body):
    (content, content_type), limit = TOO_LARGE[body]

    response = client.generic("POST", open_address(name), content, content_type=content_type)

    page = read(response)
    assert (response.status_code, page.texts("h1"), response.headers["Cache-Control"]) == (
        413,
        ["What you sent is too large"],
        NOT_KEPT,
    )
    assert f"at most {limit}" in page.one("p", "lead").text.lower().replace("mb", "MB")


@pytest.mark.parametrize("body", TOO_LARGE)
def test_sign_in_refuses_a_body_beyond_a_limit(client, body):
    (content, content_type), _limit = TOO_LARGE[body]

    response = client.generic("POST", "/admin/account/login/", content, content_type=content_type)

    assert (response.status_code, read(response).texts("h1")) == (413, ["What you sent is too large"])


# Subscription form ----------------------------------------------------------------


@pytest.mark.parametrize(
    "text", [*TEXTS.values(), "a@b", "a\r\nBcc: b@example.org", f"{'x' * 250}@example.org"]
)
def test_odd_address_is_refused_and_kept_as_it_was_typed(client, text):
    response = client.post("/subscribe/?objective=21", {"address": text})

    [typed] = read(response).all("input", name="address")
    in_one_line = " ".join(text.splitlines())
    assert (response.status_code, typed["value"], Subscription.objects.count()) == (422, in_one_line, 0)


@pytest.mark.parametrize("fields", [{"address[]": "a@example.org"}, {"address": ["x", "a@example.org"]}])
def test_arrays_and_repeated_keys_are_one_value_at_most(client, fields):
    response = client.post("/subscribe/?objective=21", fields)

    assert (response.status_code, Subscription.objects.count()) == (
        (422, 0) if "address[]" in fields else (302, 1)
    )


# Tampered links -------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in PRIVATE if name.startswith("subscription-")])
@pytest.mark.parametrize("method", ["get", "post"])
def test_signature_cut_off_or_swapped_opens_nothing(client, name, method):
    path = open_address(name)
    kwargs = resolve(path).kwargs
    token = kwargs["token"]
    others = {"subscription-confirm", "subscription-unsubscribe"} - {name}
    forged = [
        *(
            reverse(f"practices:{name}", kwargs=kwargs | {"token": altered})
            for altered in (token[:-1], "x" + token, token + "²")
        ),
        *(address(other, token) for other in others),
    ]

    answers = [getattr(client, method)(path).status_code for path in forged]

    assert answers == [404] * len(forged)


def test_token_of_a_submission_is_valid_for_that_submission_only(client):
    first, second = make_submission(State.DRAFT), make_submission(State.DRAFT)

    client.post(address("submission-withdraw", first.token))

    second.refresh_from_db()
    assert second.state == State.DRAFT


@pytest.mark.parametrize("token", [str.upper, str.lower, lambda token: token[:-1], lambda token: f" {token}"])
def test_token_that_is_nearly_right_opens_nothing(client, token):
    submission = make_submission(State.DRAFT)

    assert client.get(f"/submissions/{token(submission.token)}/").status_code == 404


# Headers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin", ["http://[", "²", "null", "http://127.0.0.1:99999", "javascript:", "\x00", "x" * 9000]
)
def test_odd_origin_gets_an_answer(client, origin):
    response = client.post("/subscribe/?objective=21", {"address": "x"}, headers={"Origin": origin})

    assert response.status_code == (422 if origin == "null" else 403)


@pytest.mark.parametrize("forwarded", ["²", "\x00", ",,,", "x" * 9000, "2001:db8::1, 10.0.0.1", ""])
def test_odd_forwarded_address_gets_an_answer(client, settings, forwarded):
    settings.TRUSTED_PROXIES = 1

    response = client.post(
        "/subscribe/?objective=21", {"address": "x"}, headers={"X-Forwarded-For": forwarded}
    )

    assert response.status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": "²"},
        {"If-None-Match": '"', "If-Modified-Since": "yesterday"},
        {"If-Modified-Since": "Thu, 99 Foo 9999 99:99:99 GMT"},
        {"Accept-Language": "²" * 1000},
        {"Accept-Encoding": "gzip;q=²"},
        {"Cookie": "session=²; csrf=\x00; ="},
        {"Range": "bytes=0-1"},
    ],
    ids=str,
)
def test_odd_header_changes_nothing(client, headers):
    paths = open_addresses(["home", "practice-list", "practice-detail", "practice-feed"])

    statuses = {name: client.get(path, headers=headers).status_code for name, path in paths.items()}

    assert statuses == dict.fromkeys(paths, 200)


@pytest.mark.parametrize("host", ["evil.example", "²", "127.0.0.1:x", "127.0.0.1\n"])
def test_host_that_is_not_ours_is_refused(client, host):
    assert client.get("/", headers={"Host": host}).status_code == 400


def test_unsubscribe_link_accepts_any_body(client):
    subscription = make_subscription()
    path = unsubscribe_address(subscription)

    response = client.generic("POST", path, *BODIES["malformed multipart"])

    assert (response.status_code, Subscription.objects.count()) == (200, 0)
