"""E-mails that wait to be sent, as while the mail server is away, and that a later step makes untrue."""

from datetime import UTC, datetime, timedelta

import pytest

from practices import workflow
from practices.choices import Kind, State
from practices.models import OutboxMessage
from tests.support.factories import NOW, judged, make_practice, make_submission

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


def withdraw(practice, by):
    workflow.withdraw_practice(practice, by=by, reason="It has ended.")


def merge(practice, by):
    workflow.merge(practice, into=make_practice(title="Pension desks"), by=by)


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


@pytest.mark.parametrize("leave", [withdraw, merge])
def test_practice_that_left_the_catalogue_is_not_called_published(leave, moderator):
    submission = make_submission(State.PUBLISHED)
    was_waiting = Kind.SUBMISSION_PUBLISHED in waiting()

    leave(submission.practice, by=moderator)

    assert (was_waiting, Kind.SUBMISSION_PUBLISHED in waiting()) == (True, False)


def told_days(submission):
    """Return (new day, day told before) of each e-mail on the date that was not cancelled."""
    mails = submission.messages.filter(kind=Kind.SUBMISSION_SCHEDULED, cancelled_at=None).order_by("pk")
    return [(mail.context["day"], mail.context.get("told_day")) for mail in mails]


@pytest.mark.parametrize(
    ("is_first_sent", "days", "told"),
    [
        (False, [1, 2], [("3 November 2026", None)]),
        (True, [1, 2], [("1 November 2026", None), ("3 November 2026", "1 November 2026")]),
        (True, [1, 0], [("1 November 2026", None)]),
    ],
)
def test_dates_that_nobody_was_told_are_not_mailed(is_first_sent, days, told, moderator):
    first = datetime(2026, 11, 1, 9, tzinfo=UTC)
    submission = make_submission(State.SUBMITTED, now=NOW)
    workflow.schedule(judged(submission), by=moderator, at=first, now=NOW)
    if is_first_sent:
        OutboxMessage.objects.update(sent_at=NOW)

    for day in days:
        workflow.schedule(submission, by=moderator, at=first + timedelta(days=day), now=NOW)

    assert told_days(submission) == told


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
