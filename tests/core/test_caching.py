"""Cache headers: public for public pages, no-store for private ones. A GET never writes (rule 6)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices.choices import State
from practices.notifications import signed_links
from practices.notifications.watch import watch
from tests.support.addresses import (
    BY_LINK,
    BY_POST,
    CACHEABLE,
    INDEXABLE,
    NEVER_KEPT,
    POST_ONLY,
    PRIVATE,
    PUBLIC,
    address,
    open_address,
    open_addresses,
    unsubscribe_address,
)
from tests.support.factories import make_practice, make_submission, make_subscription

pytestmark = pytest.mark.django_db


def cache_control(response):
    return sorted(response.headers.get("Cache-Control", "").replace(" ", "").split(","))


KEEP_AND_ASK = ["max-age=0", "must-revalidate", "public"]
KEEP_NOT = ["max-age=0", "must-revalidate", "no-cache", "no-store", "private"]

# Public pages ---------------------------------------------------------------------


def test_public_pages_may_be_kept_by_any_cache(client):
    paths = open_addresses(CACHEABLE)

    answers = {name: client.get(path, headers={"Accept-Encoding": "gzip"}) for name, path in paths.items()}

    assert {
        name: (cache_control(answer), answer.headers.get("Vary", "Accept-Encoding"), dict(answer.cookies))
        for name, answer in answers.items()
    } == dict.fromkeys(CACHEABLE, (KEEP_AND_ASK, "Accept-Encoding", {}))


LISTING = [
    "home",
    "objective-detail",
    "practice-list",
    "objective-feed",
    "practice-feed",
    "practice-export",
    "sitemap",
]


@pytest.mark.parametrize("name", LISTING)
def test_list_is_sent_again_after_a_publication(client, name):
    path = open_address(name)
    etag = client.get(path).headers["ETag"]
    make_practice(title="Remittance desks")

    again = client.get(path, headers={"If-None-Match": etag})

    assert (again.status_code, again.headers["ETag"] == etag) == (200, False)


def test_public_pages_are_the_same_for_a_moderator(client, moderator, clock):
    paths = open_addresses(CACHEABLE)
    for_a_visitor = {name: client.get(path).content for name, path in paths.items()}
    client.force_login(moderator)

    answers = {name: client.get(path) for name, path in paths.items()}

    assert {name: answer.content for name, answer in answers.items()} == for_a_visitor
    assert [name for name, answer in answers.items() if "Cookie" in answer.headers.get("Vary", "")] == []


def test_practice_that_was_withdrawn_says_so_to_caches_too(client):
    practice = make_practice(withdrawn=True)

    response = client.get(practice.get_absolute_url())

    assert (response.status_code, cache_control(response)) == (410, KEEP_AND_ASK)


def test_redirect_to_the_canonical_address_is_revalidated(client):
    practice = make_practice()

    response = client.get(f"/practices/{practice.pk}-old/")

    assert (response.status_code, cache_control(response)) == (301, KEEP_AND_ASK)


# Private pages --------------------------------------------------------------------


@pytest.mark.parametrize("name", INDEXABLE)
def test_form_for_everybody_is_listed_under_its_bare_address_only(client, name):
    bare, filled_in = client.get(open_address(name)), client.get(f"{open_address(name)}?objective=21")

    assert (cache_control(bare), "X-Robots-Tag" in bare.headers) == (KEEP_NOT, False)
    assert (cache_control(filled_in), filled_in.headers["X-Robots-Tag"]) == (KEEP_NOT, "noindex, nofollow")


def kept_and_listed(answers):
    """Return {name: (Cache-Control, X-Robots-Tag, cookies)}."""
    return {
        name: (cache_control(answer), answer.headers["X-Robots-Tag"], dict(answer.cookies))
        for name, answer in answers.items()
    }


NOWHERE = (KEEP_NOT, "noindex, nofollow", {})


def test_private_pages_are_kept_and_listed_nowhere(client):
    names = [name for name in NEVER_KEPT if name not in INDEXABLE]

    answers = {name: client.get(path) for name, path in open_addresses(names).items()}

    assert kept_and_listed(answers) == dict.fromkeys(names, NOWHERE)


def test_answers_to_a_post_are_kept_and_listed_nowhere(client):
    answers = {name: client.post(open_address(name)) for name in BY_POST}

    assert kept_and_listed(answers) == dict.fromkeys(BY_POST, NOWHERE)


@pytest.mark.parametrize(
    "path",
    [
        "/healthz", "/admin/", "/admin/login/", "/admin/practices/submission/", "/admin/account/login/",
        "/admin/account/2fa/", "/admin/account/sessions/",
    ],
)  # fmt: skip
def test_page_for_operators_is_never_cached(client, path):
    assert cache_control(client.get(path)) == KEEP_NOT


@pytest.mark.parametrize("state", State)
def test_status_page_is_never_cached_in_any_state(client, state):
    submission = make_submission(state)

    response = client.get(submission.get_private_url())

    assert (response.status_code, cache_control(response)) == (200, KEEP_NOT)


# No writes on GET -----------------------------------------------------------------


READING = (
    "SELECT", "WITH MATCHES", "DECLARE", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "SET LOCAL ENABLE",
)  # fmt: skip


def writes(queries):
    """Filter the captured queries to those that write."""
    statements = [query["sql"] for query in queries.captured_queries]
    return [sql for sql in statements if not sql.upper().lstrip(" (\n").startswith(READING)]


def test_reading_writes_nothing(client):
    watch()  # /readyz misses a sender
    paths = open_addresses(PUBLIC + PRIVATE).values()

    with CaptureQueriesContext(connection) as queries:
        answers = [method(path) for path in paths for method in (client.get, client.head)]

    assert [response.request["PATH_INFO"] for response in answers if response.status_code >= 500] == []
    assert writes(queries) == []


def test_used_leave_link_is_read_without_writing(client):
    path = unsubscribe_address(make_subscription())
    client.post(path)

    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)

    assert (response.status_code, writes(queries)) == (200, [])


def test_subscription_of_the_previous_version_is_read_without_writing(client):
    subscription = make_subscription()
    columns = "subscriber_id, cadence, requested_at, consent, confirmed_at"
    with connection.cursor() as cursor:  # the previous version knows nothing of keys
        cursor.execute(
            f"INSERT INTO practices_subscription (query, {columns}) "
            f"SELECT 'objective=19', {columns} FROM practices_subscription"
        )
    path = signed_links.preferences_path(subscription.subscriber)

    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)

    assert (response.status_code, writes(queries)) == (200, [])


# Allowed methods ------------------------------------------------------------------


@pytest.mark.parametrize("name", POST_ONLY)
def test_address_that_only_acts_refuses_to_be_read(client, name):
    response = client.get(open_address(name))

    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


def test_links_take_no_other_method(client):
    statuses = {
        name: [method(path).status_code for method in (client.put, client.patch, client.delete)]
        for name, path in open_addresses(BY_LINK).items()
    }

    assert statuses == {name: [405, 405, 405] for name in BY_LINK}


def test_unknown_link_is_not_found_by_any_method(client):
    path = address("submission-withdraw", "A" * 32)

    assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)
