"""Requests for withdrawal, and practices that are in the catalogue already, on the pages of moderators."""

import pytest

from practices import workflow
from practices.choices import Kind, State
from practices.models import OutboxMessage, Submission
from practices.models.submission import new_token
from tests.support.documents import JUDGED
from tests.support.factories import judged, make_moderator, make_practice, make_submission, make_submitter
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

QUEUE = "/admin/practices/submission/"


@pytest.fixture
def published():
    return make_submission(State.PUBLISHED)


def test_moderators_find_the_request_and_answer_why_they_keep_the_practice(staff, published):
    workflow.request_withdrawal(published, reason="It names a colleague.")
    listed = read(staff.get(QUEUE, {"pile": "withdrawal"})).texts("th", "field-title")
    review = read(staff.get(f"{QUEUE}{published.pk}/change/"))
    [keep] = [href for label, href in review.one("div", "review-notice").links() if label.startswith("Keep")]

    form = read(staff.get(keep)).one("main").one("form")
    staff.post(keep, sent_by(form) | {"reason": "The name is gone."})

    published.refresh_from_db()
    assert (listed, published.withdrawal_requested_at) == ([published.title], None)
    assert OutboxMessage.objects.get(kind=Kind.WITHDRAWAL_DECLINED).context == {"reason": "The name is gone."}


def test_request_that_came_after_the_page_was_opened_is_not_declined(staff):
    first = make_submission(State.PUBLISHED, title="Desks")
    second = workflow.begin_update(first, language="en")
    workflow.send(second)
    workflow.submit(second, seen=second.content_version)
    workflow.publish(judged(second), by=make_moderator())
    workflow.request_withdrawal(first, reason="It names a colleague.")
    keep = f"/admin/practices/practice/{first.practice_id}/keep/"
    form = sent_by(read(staff.get(keep)).one("main").one("form"))
    second.refresh_from_db()
    workflow.cancel_withdrawal_request(first)
    workflow.request_withdrawal(second, reason="It is dangerous.")

    page = read(staff.post(keep, form | {"reason": "The name is gone."}))

    assert Submission.objects.requesting_withdrawal().get() == second
    assert "the requests to withdraw it have changed" in page.one("ul", "errorlist").text


def test_rejection_names_and_links_the_practice_that_is_in_the_catalogue(staff):
    practice = make_practice(title="Desks")
    submission = make_submission(State.SUBMITTED)
    path = f"{QUEUE}{submission.pk}/change/"
    form = read(staff.get(path)).one("form", "review-decision")

    typed = sent_by(form) | {"step": "reject", "same_as": practice.get_absolute_url(), "confirmed": "on"}
    staff.post(path, typed)

    reason = OutboxMessage.objects.get(kind=Kind.SUBMISSION_REJECTED).context["reason"]
    assert reason == (
        f"It is already in the catalogue as “Desks”: http://127.0.0.1:8000{practice.get_absolute_url()}"
    )


@pytest.mark.parametrize("typed", ["Desks", "/practices/99999999-desks/", "²"])
def test_rejection_asks_for_a_practice_that_is_in_the_catalogue(staff, typed):
    submission = make_submission(State.SUBMITTED)
    path = f"{QUEUE}{submission.pk}/change/"
    form = read(staff.get(path)).one("form", "review-decision")

    page = read(staff.post(path, sent_by(form) | {"step": "reject", "same_as": typed}))

    assert page.texts(class_="errorlist") == [
        "Enter the address or number of a practice in the catalogue, or the address of a submission."
    ]


def test_rejection_does_not_name_a_practice_that_was_withdrawn(staff, moderator):
    practice = make_practice()
    workflow.withdraw_practice(practice, by=moderator, reason="A duplicate.")
    submission = make_submission(State.SUBMITTED)
    path = f"{QUEUE}{submission.pk}/change/"
    form = read(staff.get(path)).one("form", "review-decision")

    page = read(staff.post(path, sent_by(form) | {"step": "reject", "same_as": str(practice.pk)}))

    assert page.texts(class_="errorlist") == [
        "Enter the address or number of a practice in the catalogue, or the address of a submission."
    ]


def test_moderator_reads_the_e_mail_to_the_submitter_of_the_practice_without_their_link(staff, published):
    correction = workflow.begin_correction(
        published.practice,
        published.practice.document | {"area": "Batumi"},
        submitter=make_submitter(email="bo@example.org"),
        form_key=new_token(),
        language="en",
        based_on=1,
    )
    workflow.submit(correction, seen=correction.content_version)
    path = f"{QUEUE}{correction.pk}/change/"
    form = read(staff.get(path)).one("form", "review-decision")

    preview = staff.post(path, sent_by(form) | JUDGED | {"step": "publish"}).text

    assert "Another reader suggested changes to your practice" in preview
    assert (published.token in preview, correction.token in preview) == (False, False)
