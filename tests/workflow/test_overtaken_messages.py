"""E-mails that wait to be sent, as while the mail server is away, and that a later step makes untrue."""

from datetime import timedelta

import pytest

from practices import workflow
from practices.choices import Kind, State
from practices.models import OutboxMessage
from tests.support.factories import NOW, judged, make_submission

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=360)


def waiting():
    return sorted(OutboxMessage.objects.waiting().values_list("kind", flat=True))


def save(submission, **submitter):
    workflow.save(
        submission,
        typed={},
        seen=submission.version,
        document=submission.document,
        submitter=submitter,
        now=LATER,
    )


def answer(submission):
    changed = submission.document | {"context": "Since 2016."}
    workflow.resubmit(submission, changed, seen=submission.content_version, now=LATER)


def test_confirmed_draft_is_asked_for_no_confirmation():
    make_submission(State.SUBMITTED)

    assert waiting() == [Kind.SUBMISSION_RECEIVED]


@pytest.mark.parametrize("keep", [save, workflow.mail_link])
def test_draft_that_was_kept_is_not_announced_to_be_deleted(keep):
    draft = make_submission(now=NOW)
    workflow.expire_drafts(now=LATER)
    draft.refresh_from_db()
    was_waiting = Kind.SUBMISSION_EXPIRES in waiting()

    keep(draft)

    assert (was_waiting, Kind.SUBMISSION_EXPIRES in waiting()) == (True, False)


def test_draft_of_another_address_sends_nothing_to_the_first():
    draft = make_submission()

    save(draft, email="new@example.org")

    assert waiting() == []


@pytest.mark.parametrize("act", [save, answer])
def test_answer_is_not_reminded_of(act):
    submission = make_submission(State.CHANGES_REQUESTED, now=NOW)
    workflow.close_unanswered(now=LATER)
    submission.refresh_from_db()
    was_waiting = Kind.SUBMISSION_UNANSWERED in waiting()

    act(submission)

    assert (was_waiting, Kind.SUBMISSION_UNANSWERED in waiting()) == (True, False)


def test_answered_request_is_not_mailed():
    submission = make_submission(State.CHANGES_REQUESTED)

    answer(submission)

    assert Kind.SUBMISSION_CHANGES_REQUESTED not in waiting()


def test_published_submission_is_not_called_scheduled(moderator):
    submission = make_submission(State.SCHEDULED)
    workflow.cancel_publication(submission, by=moderator)

    workflow.publish(judged(submission), by=moderator)

    assert not {Kind.SUBMISSION_SCHEDULED, Kind.SUBMISSION_UNSCHEDULED} & set(waiting())


def test_undo_of_a_rejection_leaves_the_request_for_changes_to_be_mailed(moderator):
    submission = make_submission(State.CHANGES_REQUESTED)

    made = workflow.undoable(submission, lambda one: workflow.reject(one, by=moderator, reason="Off topic."))
    workflow.undo(made, by=moderator)

    assert Kind.SUBMISSION_CHANGES_REQUESTED in waiting()


def test_answer_reaches_moderators_though_they_have_decided(moderator):
    moderator.email = "moderator@example.org"
    moderator.save()
    submission = make_submission(State.SUBMITTED)
    workflow.write(submission, "We began in 2016.")

    workflow.reject(submission, by=moderator, reason="Off topic.")

    assert Kind.MODERATION_ANSWER in waiting()
