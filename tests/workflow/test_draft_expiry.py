"""Expiry of abandoned drafts: a warning first, then deletion."""

import hashlib
from datetime import timedelta

import pytest

from practices import workflow
from practices.choices import Kind, State
from practices.core.upload_checks import Upload
from practices.models import OutboxMessage, Submission, Submitter
from practices.notifications import emails
from practices.workflow import draft_expiry
from tests.support.factories import NOW, make_submission, make_submitter

pytestmark = pytest.mark.django_db


def after(days):
    return NOW + timedelta(days=days)


def warnings():
    return OutboxMessage.objects.filter(kind=Kind.SUBMISSION_EXPIRES)


@pytest.mark.parametrize(("days", "done"), [(75, (0, 0)), (76, (1, 0)), (200, (1, 0))])
def test_draft_is_warned_of_two_weeks_before_its_end(days, done):
    make_submission(now=NOW)

    assert workflow.expire_drafts(now=after(days)) == done


def test_warning_names_the_day_and_comes_once():
    make_submission(now=NOW)

    for _time in range(2):
        workflow.expire_drafts(now=after(80))

    assert [message.context["day"] for message in warnings()] == ["4 February 2027"]


@pytest.mark.parametrize(("days", "left"), [(93, 1), (94, 0)])
def test_draft_goes_two_weeks_after_the_warning_with_its_submitter(days, left):
    make_submission(now=NOW)
    workflow.expire_drafts(now=after(80))

    workflow.expire_drafts(now=after(days))

    assert (Submission.objects.count(), Submitter.objects.count()) == (left, left)


def test_draft_that_was_gone_on_with_stays():
    submission = make_submission(now=NOW)
    Submission.objects.filter(pk=submission.pk).update(saved_at=after(60))

    assert workflow.expire_drafts(now=after(120)) == (0, 0)


@pytest.mark.parametrize("step", [workflow.send, workflow.mail_link])
def test_draft_whose_link_was_mailed_after_the_warning_stays(step):
    submission = make_submission(now=NOW)
    workflow.expire_drafts(now=after(80))
    submission.refresh_from_db()

    step(submission, now=after(93))

    assert workflow.expire_drafts(now=after(94)) == (0, 0)
    assert workflow.expire_drafts(now=after(93 + 76)) == (1, 0)


def attach(submission):
    content = b"%PDF-1.7"
    sha256 = hashlib.sha256(content).hexdigest()
    upload = Upload(name="desks.pdf", content=content, content_type="application/pdf", sha256=sha256)
    workflow.attach(submission, upload, description="What the desks do")


@pytest.mark.parametrize("step", [attach, workflow.send, workflow.mail_link])
def test_draft_is_not_deleted_on_what_was_read_before_a_step(step):
    read_before = make_submission(now=NOW)
    step(Submission.objects.get())

    deleted = draft_expiry._delete(read_before)

    assert (deleted, Submission.objects.count()) == (0, 1)


def test_draft_without_an_address_goes_unwarned():
    make_submission(now=NOW, submitter=make_submitter(email=""))

    assert workflow.expire_drafts(now=after(90)) == (0, 1)


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_only_drafts_expire(state):
    make_submission(state, now=NOW)

    assert workflow.expire_drafts(now=after(1_000)) == (0, 0)


def test_address_is_warned_of_a_limited_number_of_drafts_a_day(settings):
    settings.SUBMISSION_MAILS_PER_DAY = 2
    for _time in range(3):
        make_submission(now=NOW)
    OutboxMessage.objects.all().delete()

    warned = [workflow.expire_drafts(now=after(days))[0] for days in (80, 81)]

    assert (warned, warnings().count()) == ([2, 1], 3)


def test_warning_does_not_claim_that_its_reader_wrote_the_draft():
    make_submission(now=NOW)
    workflow.expire_drafts(now=after(80))

    mail = emails.compose(warnings().get())

    for text in (mail.body, mail.alternatives[0][0]):
        assert "You began" not in text
        assert "nobody has changed it for some time" in " ".join(text.split())
