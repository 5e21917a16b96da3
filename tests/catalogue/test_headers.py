"""Security headers of every page."""

import contextlib
import re

import pytest
from django.test import Client

from practices.choices import State
from tests.support.addresses import (
    CACHEABLE,
    FRAMED,
    NEVER_KEPT,
    OPERATION,
    PAGES,
    POST_ONLY,
    PRIVATE,
    PUBLIC,
    open_address,
    open_addresses,
)
from tests.support.factories import make_practice, make_submission
from tests.support.pages import read

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
ADMIN = [
    "/admin/", "/admin/practices/submission/", "/admin/practices/submission/?pile=spam", "/admin/practices/practice/",
    "/admin/practices/practice/add/", "/admin/practices/submitter/", "/admin/password_change/",
    "/admin/account/2fa/", "/admin/account/sessions/",
]  # fmt: skip
REFUSED = {"/nowhere/": 404, "/practices/99999-x/": 404, "/subscriptions/leave/altered/": 404, "/?q=%00": 200}


def policy(response):
    """Return {directive: sources} of the page's Content-Security-Policy."""
    directives = response.headers["Content-Security-Policy"].split(";")
    return dict(directive.strip().split(" ", 1) for directive in directives if directive.strip())


def guards(response):
    names = ["X-Content-Type-Options", "X-Frame-Options", "Cross-Origin-Opener-Policy", "Referrer-Policy"]
    return {name: response.headers.get(name) for name in names}


def guarded(referrer):
    return {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": referrer,
    }


def what_the_policy_would_block(page):
    """Return inline scripts and styles, event handlers, and resources of other origins."""
    inline = [element.tag for element in page.inside() if "style" in element.attributes]
    handlers = [name for element in page.inside() for name in element.attributes if name.startswith("on")]
    # Data blocks are never executed, so the policy ignores them.
    scripts = [script for script in page.all("script") if script.get("type") != "application/ld+json"]
    written_out = page.all("style") + [script for script in scripts if not script.get("src")]
    loaded = [
        element.get("src") or element.get("href") or element.get("xlink:href") or ""
        for element in [*page.inside(), *scripts]
        if element in scripts or element.tag in ("img", "iframe", "use") or element.get("rel") == "stylesheet"
    ]
    ours = ("/static/", "/admin/jsi18n/", "#")
    foreign = [source for source in loaded if not source.startswith(ours)]
    return [*inline, *handlers, *(element.tag for element in written_out), *foreign]


# Public and private pages ---------------------------------------------------------


@pytest.fixture(scope="module")
def answers(rolled_back):
    """Return {name: answer} of all addresses, each asked for once."""
    with rolled_back():
        return {name: Client().get(path) for name, path in open_addresses(PUBLIC + PRIVATE).items()}


def test_pages_run_and_load_nothing_but_our_own_files(answers):
    policies = {name: policy(answer) for name, answer in answers.items() if name not in FRAMED}

    assert [name for name, found in policies.items() if found != POLICY] == []


@pytest.mark.parametrize("name", FRAMED)
def test_page_for_others_to_frame_may_be_framed_and_is_guarded_otherwise(client, name):
    response = client.get(open_address(name))

    assert policy(response) == POLICY | {"frame-ancestors": "*", "form-action": "'none'"}
    assert guards(response) == guarded("same-origin") | {"X-Frame-Options": None}


@pytest.mark.parametrize(
    ("names", "referrer"),
    [
        ([name for name in CACHEABLE + OPERATION if name not in FRAMED], "same-origin"),
        (NEVER_KEPT, "no-referrer"),
    ],
    ids=["public", "private"],
)
def test_pages_are_guarded_and_private_ones_send_no_referrer(answers, names, referrer):
    found = {name: guards(answers[name]) for name in names}

    assert found == {name: guarded(referrer) for name in names}


def test_static_file_runs_nothing_and_is_not_framed(client):
    with contextlib.closing(client.get("/static/img/marks.svg")) as response:
        found = policy(response)

    assert found == dict.fromkeys(["script-src", "object-src", "base-uri", "frame-ancestors"], "'none'")


def test_text_says_its_encoding(answers):
    types = {name: answers[name].headers["Content-Type"] for name in PUBLIC}

    needed = re.compile(r"text/|[\w.-]+/(?:[\w.-]+\+)?xml\b")
    assert {
        name: kind for name, kind in types.items() if needed.match(kind) and "charset=utf-8" not in kind
    } == {}


@pytest.mark.parametrize(("path", "status"), REFUSED.items())
def test_refusal_is_guarded_as_pages_are(client, path, status):
    response = client.get(path)

    assert (response.status_code, policy(response), guards(response)["X-Frame-Options"]) == (
        status,
        POLICY,
        "DENY",
    )


@pytest.mark.parametrize("path", ["/submit/", "/subscribe/"])
def test_form_sent_back_is_guarded_as_pages_are(client, path):
    response = client.post(path)

    assert (response.status_code, policy(response), guards(response)) == (422, POLICY, guarded("no-referrer"))


def test_pages_hold_nothing_that_the_policy_would_block(client):
    paths = open_addresses(PAGES + [name for name in NEVER_KEPT if name not in POST_ONLY])

    blocked = {
        name: what_the_policy_would_block(read(client.get(path, follow=True))) for name, path in paths.items()
    }

    assert blocked == {name: [] for name in paths}


# The admin ------------------------------------------------------------------------


def test_login_page_is_guarded(client):
    response = client.get("/admin/account/login/")

    assert (response.status_code, policy(response), guards(response)) == (200, POLICY, guarded("same-origin"))


@pytest.mark.parametrize("path", ADMIN)
def test_admin_page_is_guarded_and_holds_nothing_that_the_policy_would_block(client, moderator, path):
    client.force_login(moderator)

    response = client.get(path)

    assert (response.status_code, policy(response), guards(response)) == (200, POLICY, guarded("same-origin"))
    assert what_the_policy_would_block(read(response)) == []


def test_review_page_holds_nothing_that_the_policy_would_block(client, moderator):
    client.force_login(moderator)
    submission = make_submission(State.SUBMITTED)

    response = client.get(f"/admin/practices/submission/{submission.pk}/change/")

    assert (policy(response), what_the_policy_would_block(read(response))) == (POLICY, [])


@pytest.mark.parametrize("page", ["change", "withdraw", "restore", "history"])
def test_page_of_a_practice_in_the_admin_holds_nothing_that_the_policy_would_block(client, moderator, page):
    client.force_login(moderator)
    practice = make_practice()

    response = client.get(f"/admin/practices/practice/{practice.pk}/{page}/")

    assert (policy(response), what_the_policy_would_block(read(response))) == (POLICY, [])
