"""Requests for changes that nobody answers: a reminder, then the submission is closed as withdrawn."""

from datetime import timedelta

import pytest

from practices import personal_data, workflow
from practices.choices import Kind, State
from practices.models import OutboxMessage, Submission, Submitter
from practices.workflow import unanswered
from tests.support.factories import NOW, make_submission, make_submitter
from tests.support.pages import read

pytestmark = pytest.mark.django_db


def after(days):
    return NOW + timedelta(days=days)


def mails(kind):
    return list(OutboxMessage.objects.filter(kind=kind).values_list("address", "context"))


def make_waiting(**options):
    return make_submission(
        State.CHANGES_REQUESTED, now=NOW, submitter=make_submitter(email="ana@example.org"), **options
    )


@pytest.mark.parametrize(("days", "done"), [(149, (0, 0)), (150, (1, 0)), (900, (1, 0))])
def test_submitter_is_reminded_a_month_before_the_end(days, done):
    make_waiting()

    assert workflow.close_unanswered(now=after(days)) == done


def test_reminder_names_the_day_and_comes_once():
    make_waiting()

    for _time in range(2):
        workflow.close_unanswered(now=after(160))

    assert mails(Kind.SUBMISSION_UNANSWERED) == [("ana@example.org", {"day": "11 May 2027"})]


@pytest.mark.parametrize(
    ("days", "state"), [(189, State.CHANGES_REQUESTED), (190, State.WITHDRAWN), (900, State.WITHDRAWN)]
)
def test_submission_is_closed_a_month_after_the_reminder(days, state):
    submission = make_waiting()
    workflow.close_unanswered(now=after(160))

    workflow.close_unanswered(now=after(days))

    submission.refresh_from_db()
    assert submission.state == state
    assert len(mails(Kind.SUBMISSION_CLOSED)) == (state == State.WITHDRAWN)


def test_status_page_says_why_it_was_closed(client):
    submission = make_waiting()
    workflow.close(submission, now=after(180))

    page = read(client.get(submission.get_private_url()))

    reason = "The request for changes was not answered within 180 days, so the submission was closed."
    assert page.all("blockquote")[-1].text == reason
    assert "You have withdrawn it" not in page.text


def test_contact_of_a_closed_submission_goes_as_others_do():
    make_waiting()
    for days in (150, 180):
        workflow.close_unanswered(now=after(days))

    personal_data.apply_retention(now=after(180 + 365))

    assert (Submission.objects.count(), Submitter.objects.count()) == (0, 0)


def save(submission):
    workflow.save(submission, typed={}, seen=submission.version, document={}, submitter={}, now=after(160))


def ask_back(submission):
    workflow.write(submission, "Which years?", now=after(160))


def resubmit(submission):
    workflow.resubmit(submission, submission.document, seen=submission.content_version, now=after(160))


@pytest.mark.parametrize("step", [save, ask_back, resubmit])
def test_submission_with_an_answer_after_the_reminder_stays(step):
    submission = make_waiting()
    workflow.close_unanswered(now=after(155))
    submission.refresh_from_db()

    step(submission)

    assert workflow.close_unanswered(now=after(200)) == (0, 0)


@pytest.mark.parametrize("step", [save, ask_back, resubmit])
def test_submission_is_not_closed_on_what_was_read_before_an_answer(step):
    read_before = make_waiting()
    rows = unanswered._waiting().filter(since__lte=after(0))
    step(Submission.objects.get())

    closed = unanswered._close(read_before, rows=rows, now=after(200))

    assert (closed, mails(Kind.SUBMISSION_CLOSED)) == (0, [])


def test_warning_as_a_draft_is_no_reminder():
    submission = make_waiting()
    Submission.objects.filter(pk=submission.pk).update(warned_at=after(-1))

    assert workflow.close_unanswered(now=after(200)) == (1, 0)


def test_submission_without_an_address_is_closed_unreminded():
    make_waiting()
    Submitter.objects.update(email="")

    assert workflow.close_unanswered(now=after(180)) == (0, 1)


@pytest.mark.parametrize("state", [state for state in State if state != State.CHANGES_REQUESTED])
def test_only_requests_for_changes_are_closed(state):
    make_submission(state, now=NOW)

    assert workflow.close_unanswered(now=after(1_000)) == (0, 0)


def test_privacy_page_says_when_it_is_closed(client, settings):
    settings.UNANSWERED_DAYS = 123

    assert "123 days" in read(client.get("/privacy/")).text
