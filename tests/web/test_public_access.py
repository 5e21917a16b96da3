"""Public access: nothing unpublished at any public address (rule 1), and no e-mail address anywhere (rule 3)."""

from datetime import timedelta

import pytest
from django.urls import get_resolver

from practices import workflow
from practices.choices import State
from tests.support.addresses import DOWNLOADS, PRIVATE, PUBLIC, REDIRECTS, STAFF, public_addresses
from tests.support.factories import (
    NOW,
    judged,
    make_practice,
    make_submission,
    make_submitter,
    make_subscription,
)
from tests.support.pages import read

pytestmark = pytest.mark.django_db

HIDDEN = {
    "title": "Quokka crossing at Ghazali pass",
    "summary": "Guides walk Ghazali families across with a Bilby lantern.",
    "tags": ["Wombat burrow"],
    "credit": "Numbat Trust",
    "area": "Dunnart plain",
    "implementers": ["Kultarr guild"],
    "countries": ["TV"],
    "context": "Potoroo fences stood in the way.",
}
MARKS = ["Quokka", "Bilby", "Wombat burrow", "Numbat", "Dunnart", "Kultarr", "Potoroo"]
"""Words, one per field of HIDDEN, that are in none of QUERIES."""

QUERIES = ["q=Ghazali", "region=polynesia", "tag=wombat-burrow", "objective=21&country=tv"]
FILTERED = ["practice-list", "practice-feed", "practice-export", "api:practice-list"]
ABOUT_ONE = [
    "practice-detail", "practice-citation", "revision-list", "revision-detail", "oembed",
    "api:practice-detail", "api:revision-list", "api:revision-detail",
]  # fmt: skip
"""Pages about one practice, which might leak a pending update."""


def every_address(practice):
    """Return every public address, also with filters that HIDDEN would match.

    Forms to submit are left out, because they are slow and have a test of their own.
    """
    addresses = public_addresses(
        practice,
        names=[name for name in PUBLIC if name not in ("submit", "submit-duplicates", "practice-correct")],
    )
    plain = [address for several in addresses.values() for address in several]
    return plain + [
        f"{address}?{query}" for name in FILTERED for address in addresses[name] for query in QUERIES
    ]


def shown(client, addresses, marks):
    """Return {address: marks that the public sees there}."""
    found = {}
    for address in addresses:
        text = client.get(address).content.decode(errors="replace")
        if there := [mark for mark in marks if mark.casefold() in text.casefold()]:
            found[address] = there
    return found


# The list of addresses ------------------------------------------------------------


def test_every_address_is_known_to_be_public_or_private():
    families = get_resolver("practices.urls").url_patterns
    names = [
        f"{family.namespace}:{pattern.name}" if family.namespace else pattern.name
        for family in families
        for pattern in family.url_patterns
    ]

    assert sorted(names) == sorted([*PUBLIC, *PRIVATE, *STAFF, *DOWNLOADS, *REDIRECTS, "api:not-found"])


def test_only_the_admin_is_mounted_beside_the_catalogue():
    [in_a_language] = get_resolver().url_patterns
    prefixes = [str(pattern.pattern) for pattern in in_a_language.url_patterns]

    assert prefixes == ["admin/account/", "admin/", ""]


def test_published_practice_shows_at_every_address_that_lists_practices(client):
    practice = make_practice(**HIDDEN)
    addresses = every_address(practice)
    silent = {
        "/about/", "/criteria/", "/contact/", "/imprint/", "/data/", "/data/catalog.jsonld", "/status/",
        "/privacy/", "/accessibility/", "/healthz", "/readyz", "/favicon.ico", "/manifest.webmanifest",
        "/.well-known/security.txt", "/privacy/erased/",
        "/languages.json", "/robots.txt", "/llms.txt", "/sitemap.xml", "/sitemap-pages.xml",
        "/practices/document.schema.json", "/submit/sent/", "/questions/sent/", "/submit/spreadsheet/",
        "/gaps/", "/gaps.csv", "/suggest/", "/topics-without-practices/", "/kit/",
        "/subscribe/", "/subscribe/sent/", "/subscriptions/", "/subscriptions/sent/",
        "/personal-data/", "/personal-data/sent/", "/submit/link/", "/submit/link/sent/",
        "/oai/practice.xsd", "/api/v1/", "/api/v1/openapi.json", "/api/v1/taxonomies/", "/api/v1/topics/",
        "/api/v1/topics/guides/",
    }  # fmt: skip

    found = shown(client, addresses, MARKS)

    pictures = [address for address in addresses if address.endswith(".png")]
    numbers_alone = {
        "/map/", "/map.csv", "/countries/",
        "/statistics/", "/statistics/objective.csv", "/statistics/start.csv", "/api/v1/statistics/",
        "/api/v1/objectives/", "/api/v1/objectives/21/", "/api/v1/taxonomies/country/",
    }  # fmt: skip
    without_marks = {address.partition("?sent=")[0] for address in set(addresses) - set(found)}
    assert without_marks == silent | set(pictures) | numbers_alone


# Unpublished content --------------------------------------------------------------

UNPUBLISHED = [state for state in State if state != State.PUBLISHED]


def test_submission_that_is_not_published_shows_nowhere(client):
    """Create one in each state and one caught by the honeypot, then open every address once."""
    practices = [make_practice() for _state in UNPUBLISHED]
    pairs = zip(UNPUBLISHED, practices, strict=True)
    updates = [make_submission(state, practice=practice, **HIDDEN) for state, practice in pairs]
    submissions = [make_submission(state, **HIDDEN) for state in UNPUBLISHED]
    trapped = make_submission(trapped=True, **HIDDEN)
    guessed = [f"/submissions/{submission.pk}/" for submission in [*updates, *submissions, trapped]]
    guessed += [f"/practices/{submission.pk}-quokka/" for submission in [*updates, *submissions, trapped]]
    about_each = [
        address
        for practice in practices
        for several in public_addresses(practice, names=ABOUT_ONE).values()
        for address in several
    ]

    found = shown(client, dict.fromkeys([*every_address(practices[0]), *about_each, *guessed]), MARKS)

    states = [submission.state for submission in [*updates, *submissions, trapped]]
    assert (states, found) == ([*UNPUBLISHED, *UNPUBLISHED, State.SPAM], {})


def test_form_shows_nothing_that_is_not_published(client):
    for state in UNPUBLISHED:
        make_submission(state, **HIDDEN)
    make_practice(withdrawn=True, **HIDDEN)

    form = f"{make_practice().get_absolute_url()}correct/"

    assert shown(client, ["/submit/?objective=21", form], MARKS) == {}


def test_withdrawn_practice_shows_nowhere(client):
    make_practice()
    practice = make_practice(withdrawn=True, **HIDDEN)

    assert shown(client, every_address(practice), MARKS) == {}


def test_cache_that_revalidates_sees_the_withdrawal(client, moderator):
    practice = make_practice(now=NOW, **HIDDEN)
    make_practice(now=NOW + timedelta(days=1))
    kept = {address: client.get(address) for address in every_address(practice)}
    workflow.withdraw_practice(practice, by=moderator, reason="Its source is gone.")

    still_good = [
        (address, header)
        for address, before in kept.items()
        for header in ("ETag", "Last-Modified")
        if (
            "Quokka" in before.content.decode(errors="replace")
            or address.endswith(f"{practice.slug}/picture.png")
        )
        and client.get(address, headers=asking_again(before, header)).status_code == 304
    ]

    assert still_good == []


def asking_again(response, validator):
    """Return headers for a conditional request, if the response has this validator."""
    asks = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
    return {asks[validator]: response.headers[validator]} if validator in response.headers else {}


def counts_of(page):
    """Return the counts of practices on the home page, each once."""
    index = page.one("ol", "objective-index")
    return {count.partition(" ")[0] for count in index.texts("span", "objective-index-count")}


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_submission_that_is_not_published_is_in_no_count(client, state):
    make_submission(state, **HIDDEN)

    page = read(client.get("/"))

    assert (counts_of(page), page.all("figure", "dot-chart")) == (set(), [])


def test_withdrawn_practice_is_in_no_count(client):
    make_practice(withdrawn=True, **HIDDEN)

    page = read(client.get("/"))

    assert (counts_of(page), page.all("figure", "dot-chart")) == (set(), [])


@pytest.mark.parametrize("facet", ["country", "region", "tag"])
def test_picker_offers_only_values_of_published_practices(client, facet):
    make_practice(countries=["PH"], tags=["ports"])
    make_practice(withdrawn=True, **HIDDEN)
    make_submission(State.SUBMITTED, **HIDDEN)

    boxes = read(client.get("/practices/")).all("input", name=facet)

    offered = {"country": ["ph"], "region": ["asia", "south-eastern-asia"], "tag": ["ports"]}
    assert [box["value"] for box in boxes] == offered[facet]


def test_withdrawn_practice_is_no_neighbour_of_others(client):
    practice = make_practice()
    make_practice(withdrawn=True, **HIDDEN)

    page = read(client.get(practice.get_absolute_url()))

    assert page.all("section", "related") == []


# Personal data --------------------------------------------------------------------


def test_no_person_behind_a_practice_shows_at_any_public_address(client, moderator):
    moderator.username, moderator.email = "thylacine", "moderator@secret.example"
    moderator.save()
    submitter = make_submitter(name="Dalia Haddad", email="submitter@secret.example")
    submission = make_submission(State.IN_REVIEW, submitter=submitter)
    practice = workflow.publish(judged(submission), by=moderator, internal_note="Asked by telephone.")
    make_subscription(address="subscriber@secret.example")
    private = ["secret.example", "Haddad", "thylacine", "telephone", submission.token]

    found = shown(client, [*every_address(practice), "/submit/"], private)

    assert found == {}
