"""Requests of submitters that arrive while a moderator decides on their practice: one wins, the other is told."""

import threading
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction

from practices import workflow
from practices.choices import Kind, State
from practices.core import catalogue_version
from practices.models import OutboxMessage, Submission
from practices.personal_data.erasure import erase as erase_data
from practices.personal_data.held import Held
from practices.workflow.publishing import lock_practice
from practices.workflow.transitions import lock_together
from tests.support.factories import document, make_moderator, make_practice, make_submission, make_submitter

BLOCKED_SECONDS = 0.3
"""Seconds after which a step that has not ended waits for a lock."""


@pytest.fixture
def meanwhile(transactional_db):
    """Return meanwhile(first, second), which begins `second` while `first` is not committed, and returns its outcome.

    `then` is the rest of `first`, which it does before it commits.
    """
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("SQLite in memory is one connection; PostgreSQL runs this")

    def run(first, second, *, then=None):
        outcomes = []

        def run_second():
            try:
                outcomes.append(second())
            except Exception as error:
                outcomes.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run_second)
        with transaction.atomic():
            first()
            thread.start()
            thread.join(timeout=BLOCKED_SECONDS)
            if then is not None:
                then()
        thread.join(timeout=30)
        return outcomes[0]

    return run


@pytest.fixture
def published(transactional_db):
    return make_submission(State.PUBLISHED)


def ask(submission):
    return partial(workflow.request_withdrawal, submission, reason="It names a colleague.")


def merge(practice):
    return partial(workflow.merge, practice, into=make_practice(title="Desk"), by=make_moderator())


def withdraw(practice):
    return partial(workflow.withdraw_practice, practice, by=make_moderator(), reason="Its source is gone.")


def decline(practice):
    return partial(workflow.decline_withdrawal, practice, by=make_moderator(), reason="It is public.")


def other_owner_of(practice):
    """Publish a second submission whose submitter speaks for a practice, as after a merge."""
    other = make_submission(State.PUBLISHED, submitter=make_submitter(email="bo@example.org"))
    Submission.objects.filter(pk=other.pk).update(practice=practice)
    return Submission.objects.get(pk=other.pk)


def open_requests():
    return list(Submission.objects.exclude(withdrawal_requested_at=None).values_list("pk", flat=True))


def told(kind):
    return list(OutboxMessage.objects.filter(kind=kind).values_list("address", flat=True))


@pytest.mark.parametrize("decision", [merge, withdraw])
def test_request_during_a_decision_is_refused(meanwhile, published, decision):
    outcome = meanwhile(decision(published.practice), ask(published))

    assert isinstance(outcome, workflow.TransitionNotAllowed)
    assert (open_requests(), told(Kind.WITHDRAWAL_REQUESTED)) == ([], [])


@pytest.mark.parametrize("decision", [merge, withdraw])
def test_decision_during_a_request_ends_it(meanwhile, published, decision):
    outcome = meanwhile(ask(published), decision(published.practice))

    assert (outcome, open_requests()) == (None, [])


def test_withdrawal_during_a_request_says_that_it_was_asked_for(meanwhile, published):
    meanwhile(ask(published), withdraw(published.practice))

    assert OutboxMessage.objects.get(kind=Kind.PRACTICE_WITHDRAWN).context["asked"]


def test_request_while_another_one_is_declined_stays_open(meanwhile, published):
    other = other_owner_of(published.practice)
    ask(other)()

    outcome = meanwhile(decline(published.practice), ask(published))

    assert (outcome, open_requests()) == (None, [published.pk])
    assert told(Kind.WITHDRAWAL_DECLINED) == ["bo@example.org"]


@pytest.mark.parametrize("decision", [merge, withdraw])
def test_request_is_not_declined_while_its_practice_leaves_the_catalogue(meanwhile, published, decision):
    ask(published)()

    outcome = meanwhile(decision(published.practice), decline(published.practice))

    assert isinstance(outcome, workflow.TransitionNotAllowed)
    assert (open_requests(), told(Kind.WITHDRAWAL_DECLINED)) == ([], [])


@pytest.mark.parametrize("decision", [merge, withdraw])
def test_practice_leaves_the_catalogue_after_a_request_was_declined(meanwhile, published, decision):
    ask(published)()

    outcome = meanwhile(decline(published.practice), decision(published.practice))

    published.practice.refresh_from_db()
    assert (outcome, published.practice.is_public, open_requests()) == (None, False, [])


def test_request_cancelled_meanwhile_is_not_declined(meanwhile, published):
    ask(published)()

    outcome = meanwhile(partial(workflow.cancel_withdrawal_request, published), decline(published.practice))

    assert isinstance(outcome, workflow.TransitionNotAllowed)
    assert told(Kind.WITHDRAWAL_DECLINED) == []


def test_update_begun_during_a_merge_updates_the_practice_that_stays(meanwhile, published):
    merging = merge(published.practice)

    draft = meanwhile(merging, partial(workflow.begin_update, published, language="en"))

    assert draft.practice == merging.keywords["into"]


def test_merge_takes_an_update_along_that_is_begun_meanwhile(meanwhile, published):
    merging = merge(published.practice)

    outcome = meanwhile(partial(workflow.begin_update, published, language="en"), merging)

    assert (outcome, published.updates.get().practice) == (None, merging.keywords["into"])


def lock_as_publications_do(practice):
    """Lock what every step locks that publishes a revision, before it tells submitters or changes their submissions."""
    catalogue_version.bump()
    lock_practice(practice, "send_check")


def begin_update(published):
    return partial(workflow.begin_update, published, language="en")


def decline_request(published):
    return decline(published.practice)


def edit(practice):
    return partial(workflow.edit_practice, practice, document(title="Desks"), by=make_moderator())


def redact(practice):
    workflow.publish_document(document(title="Desks"), to=practice)
    return partial(
        workflow.redact_revision, practice, 1, fields=["title"], by=make_moderator(), reason="A name."
    )


def erase(practice):
    return partial(erase_data, Held.on_address("ana@example.org"), keep_credit=False)


@pytest.mark.parametrize("step", [edit, redact])
@pytest.mark.parametrize("act", [begin_update, decline_request])
def test_step_of_a_practice_and_an_act_of_its_submission_do_not_deadlock(meanwhile, published, step, act):
    ask(published)()
    first = step(published.practice)

    outcome = meanwhile(partial(lock_as_publications_do, published.practice), act(published), then=first)

    assert not isinstance(outcome, OperationalError)


@pytest.mark.parametrize("act", [begin_update, decline_request])
def test_yearly_question_and_an_act_of_its_submission_do_not_deadlock(meanwhile, published, act):
    ask(published)()
    locked = partial(lock_practice, published.practice, "send_check")

    outcome = meanwhile(locked, act(published), then=partial(workflow.send_check, published.practice))

    assert not isinstance(outcome, OperationalError)


@pytest.mark.parametrize("step", [merge, erase])
def test_update_called_no_duplicate_while_its_practice_changes_does_not_deadlock(meanwhile, step):
    practice = make_submission(State.PUBLISHED, credit="Ana Reyes").practice
    update = make_submission(
        State.SUBMITTED, practice=practice, submitter=make_submitter(email="bo@example.org")
    )
    dismiss = partial(workflow.dismiss_duplicate, update, of=practice, by=make_moderator())
    first = step(practice)

    outcome = meanwhile(partial(lock_as_publications_do, practice), dismiss, then=first)

    assert outcome is None


def test_updates_called_no_duplicates_while_the_credit_is_removed_do_not_deadlock(meanwhile):
    published = make_submission(State.PUBLISHED, credit="Ana Reyes")
    by = make_moderator()
    first, second = (
        make_submission(State.SUBMITTED, practice=published.practice, submitter=submitter)
        for submitter in (make_submitter(email="bo@example.org"), published.submitter)
    )
    dismiss = partial(workflow.dismiss_duplicate, first, of=second, by=by)
    remove = partial(erase_data, Held.on_address(published.submitter.email), keep_credit=False)

    outcome = meanwhile(partial(lock_together, first), remove, then=dismiss)

    assert not isinstance(outcome, OperationalError)
