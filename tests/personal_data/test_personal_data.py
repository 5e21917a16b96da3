"""Personal data: access, export, erasure, and retention periods."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from practices import personal_data, workflow
from practices.choices import State
from practices.core import rate_limits
from practices.models import (
    LimitBucket,
    ModerationEvent,
    OutboxMessage,
    Submission,
    Submitter,
    Subscriber,
    Subscription,
)
from tests.support.factories import NOW, make_moderator, make_submission, make_submitter, make_subscription
from tests.support.pages import read

pytestmark = pytest.mark.django_db

ADDRESS = "dalia@secret.example"
MARKS = ["secret.example", "Dalia", "Haddad", "Numbat", "telephone", "Quokka", "grandmother"]
"""Words from all data that the submitter gave or that was written about them."""


def dalia():
    return make_submitter(honorific="Dr.", name="Dalia Haddad", organisation="Numbat Trust", email=ADDRESS)


def submissions_of_dalia():
    """Create a published, a rejected and a queued submission, and a subscription, all of Dalia's."""
    by = make_moderator()
    published = make_submission(State.SUBMITTED, submitter=dalia(), credit="Dalia Haddad", title="Desks")
    workflow.write(published, "My grandmother began it.")
    workflow.publish(published, by=by, note="", internal_note="Dalia answered by telephone.")
    make_submission(State.REJECTED, submitter=dalia(), title="Quokka crossing")
    make_submission(State.CHANGES_REQUESTED, submitter=dalia(), title="Quokka fence")
    make_subscription(address=ADDRESS)
    return Submission.objects.get(pk=published.pk)


def held():
    """Return {table: marks found in any of its rows}."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        text = json.dumps(list(model._base_manager.values()), default=str, ensure_ascii=False).casefold()
        if there := {mark for mark in MARKS if mark.casefold() in text}:
            found[model._meta.label] = there
    return found


# Access and export ----------------------------------------------------------------


def test_link_shows_all_that_is_held(client):
    submission = submissions_of_dalia()

    page = read(client.get(f"/submissions/{submission.token}/privacy/"))

    assert page.one("section", **{"aria-labelledby": "you"}).texts("li") == [
        "Dr. Dalia Haddad, Numbat Trust, dalia@secret.example",
    ]
    assert [text.split(",")[0] for text in page.one("section", **{"aria-labelledby": "sent"}).texts("li")] == [
        "Desks", "Quokka crossing", "Quokka fence",
    ]  # fmt: skip
    assert "You follow 1 thing by e-mail." in page.text


def test_file_and_command_hold_all_of_it_but_the_notes_of_moderators(client):
    submission = submissions_of_dalia()
    out = StringIO()

    response = client.get(f"/submissions/{submission.token}/privacy.json")
    call_command("privacy_export", ADDRESS.upper(), stdout=out)

    assert response.headers["Content-Disposition"] == 'attachment; filename="held-on-you.json"'
    in_file, by_command = response.json(), json.loads(out.getvalue())
    assert (in_file["submitters"], len(in_file["messages"])) == (
        by_command["submitters"],
        OutboxMessage.objects.filter(address__iexact=ADDRESS).count(),
    )
    assert {mark for mark in MARKS if mark in response.text} == set(MARKS) - {"telephone"}
    assert [subscriber["address"] for subscriber in in_file["subscribers"]] == [ADDRESS]


def test_address_that_is_not_confirmed_opens_nothing_else(client):
    submissions_of_dalia()
    intruder = make_submission(State.DRAFT, submitter=dalia(), title="Intrusion")

    response = client.get(f"/submissions/{intruder.token}/privacy.json")
    client.post(f"/submissions/{intruder.token}/privacy/")

    assert ("Quokka" in response.text, len(response.json()["subscribers"])) == (False, 0)
    assert (Submitter.objects.filter(email=ADDRESS).count(), Subscriber.objects.count()) == (3, 1)


def test_draft_without_an_address_opens_no_other_such_draft(client):
    one, other = (make_submission(State.DRAFT, submitter=make_submitter(email="")) for _time in range(2))

    client.post(f"/submissions/{one.token}/privacy/")

    assert list(Submission.objects.all()) == [other]


# Erasure --------------------------------------------------------------------------


def erase_by_link(client, submission, **data):
    return client.post(f"/submissions/{submission.token}/privacy/", data)


def erase_by_command(client, submission, *, credit):
    call_command("privacy_erase", ADDRESS, remove_credit=credit == "remove", verbosity=0)


@pytest.mark.parametrize("erase", [erase_by_link, erase_by_command])
def test_after_erasing_nothing_is_found_anywhere(client, caplog, capfd, erase):
    submission = submissions_of_dalia()
    before = held()

    erase(client, submission, credit="remove")

    exports = [client.get(f"/practices/export.{extension}").text for extension in ("csv", "json")]
    everywhere = [*exports, client.get("/practices/feed.atom").text, caplog.text, *capfd.readouterr()]
    assert {mark for marks in before.values() for mark in marks} == set(MARKS)
    assert held() == {}
    assert [mark for mark in MARKS for text in everywhere if mark in text] == []


def test_practice_keeps_its_credit_if_that_was_chosen(client):
    submission = submissions_of_dalia()

    response = erase_by_link(client, submission, credit="keep")

    practice = Submission.objects.get().practice
    assert response.headers["Location"] == "/privacy/erased/"
    assert (practice.title, practice.credit, practice.revisions.count()) == ("Desks", "Dalia Haddad", 1)
    assert set(held()) == {
        "practices.Practice",
        "practices.Revision",
        "practices.Submission",
        "practices.IndexedWord",
    }


def test_credit_that_is_removed_leaves_a_revision_that_says_so(client):
    submission = submissions_of_dalia()

    erase_by_link(client, submission, credit="remove")

    revisions = [
        (revision.note, revision.document["credit"]) for revision in submission.practice.revisions.all()
    ]
    assert revisions == [("Its submitter asked not to be named", ""), ("First published", "")]


def test_erasure_of_a_submitter_keeps_decisions(client):
    submission = submissions_of_dalia()

    erase_by_link(client, submission)

    [submitter] = Submitter.objects.all()
    assert (submitter.name, submitter.email, bool(submitter.erased_at)) == ("", "", True)
    assert list(ModerationEvent.objects.values_list("to_state", flat=True)) == ["submitted", "published"]


def test_private_link_ends_with_the_erasure(client):
    submission = submissions_of_dalia()

    erase_by_link(client, submission)

    assert [client.get(submission.get_private_url()).status_code, erase_by_link(client, submission).status_code] == [
        404, 404,
    ]  # fmt: skip


def test_erasure_is_idempotent_and_spares_others():
    submissions_of_dalia()
    other = make_submission(State.SUBMITTED)

    for _time in range(2):
        personal_data.erase(personal_data.person_of_address(ADDRESS), keep_credit=True)

    assert list(Submission.objects.exclude(state=State.PUBLISHED)) == [other]
    assert OutboxMessage.objects.filter(submission=other).count() == 2


@pytest.mark.parametrize("address", ["", " ", "nobody@example.org"])
def test_address_on_which_nothing_is_held_erases_nothing(address):
    make_submission(State.DRAFT, submitter=make_submitter(email=""))

    personal_data.erase(personal_data.person_of_address(address), keep_credit=False)

    assert Submission.objects.count() == 1


# Retention ------------------------------------------------------------------------


def one_of_everything():
    """Create one of everything with a retention period, all dated NOW."""
    for state in (State.REJECTED, State.WITHDRAWN, State.SPAM, State.PUBLISHED, State.SUBMITTED):
        make_submission(state, now=NOW, title=f"Is {state}")
    make_subscription(confirmed=False)
    Subscriber.objects.update(created_at=NOW)
    Subscription.objects.update(requested_at=NOW)
    OutboxMessage.objects.update(created_at=NOW, sent_at=NOW)
    rate_limits.count("form", "192.0.2.1", limit=1, window=timedelta(hours=1), now=NOW)


def counts(**changes):
    return {
        "submissions not taken": 0,
        "contacts of submitters": 0,
        "subscriptions never confirmed": 0,
        "addresses of messages": 0,
        "counters": 0,
    } | changes


@pytest.mark.parametrize(
    ("days", "erased"),
    [
        (6, {"counters": 2}),
        (7, {"counters": 2, "subscriptions never confirmed": 1}),
        (364, {"counters": 2, "subscriptions never confirmed": 1, "addresses of messages": 11}),
        (
            365,
            {
                "counters": 2,
                "subscriptions never confirmed": 1,
                "submissions not taken": 3,
                "addresses of messages": 4,
            },
        ),
    ],
)
def test_retention_erases_expired_data(days, erased):
    one_of_everything()
    now = NOW + timedelta(days=days)

    rehearsed = personal_data.apply_retention(now=now, dry_run=True)
    done = personal_data.apply_retention(now=now)

    assert set(rehearsed) == set(done) == set(counts())
    assert {what: done[what] > 0 for what in done} == {what: what in erased for what in done}
    assert personal_data.apply_retention(now=now) == counts()


def test_retention_forgets_a_contact_and_keeps_the_practice():
    submission = make_submission(State.PUBLISHED, now=NOW, credit="Ana Reyes")
    waiting = make_submission(State.SUBMITTED, now=NOW, submitter=make_submitter(name="Still waits"))

    personal_data.apply_retention(now=NOW + timedelta(days=730))

    assert list(Submitter.objects.order_by("pk").values_list("name", flat=True)) == ["", "Still waits"]
    assert (Submission.objects.get(pk=submission.pk).practice.credit, waiting.submitter.email) == (
        "Ana Reyes",
        "ana@example.org",
    )


def test_retention_has_a_dry_run(capsys):
    submission = make_submission(State.REJECTED, now=timezone.now() - timedelta(days=400))

    call_command("apply_retention", dry_run=True)

    assert capsys.readouterr().out.splitlines() == [
        "submissions not taken: 1",
        "contacts of submitters: 0",
        "subscriptions never confirmed: 0",
        "addresses of messages: 0",
        "counters: 0",
    ]
    assert Submission.objects.get() == submission


def test_message_that_waits_keeps_its_address():
    make_submission(State.SUBMITTED)
    OutboxMessage.objects.update(created_at=NOW - timedelta(days=1000))

    personal_data.apply_retention(now=NOW)

    assert set(OutboxMessage.objects.values_list("address", flat=True)) == {"ana@example.org"}


def test_counter_within_its_window_stays():
    rate_limits.count("form", "192.0.2.1", limit=1, window=timedelta(hours=1), now=NOW)

    personal_data.apply_retention(now=NOW)

    assert LimitBucket.objects.count() == 1


def test_privacy_page_says_how_long_things_are_kept(client, settings):
    settings.RETENTION_REJECTED_DAYS, settings.CONFIRMATION_DAYS = 99, 1

    facts = read(client.get("/privacy/")).one("dl")

    assert list(zip(facts.texts("dt"), facts.texts("dd"), strict=True)) == [
        ("A draft that nobody goes on with", "90 days"),
        ("A submission that was rejected, withdrawn or spam, after that", "99 days"),
        ("A submitter's name and address, after the last decision", "730 days"),
        ("A subscription that was never confirmed", "1 day"),
        ("To whom an e-mail went and what it said", "90 days"),
        ("A count against a network address, as a keyed hash", "1 day"),
    ]
