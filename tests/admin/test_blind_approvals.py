"""Judgement of several moderators, each without the verdicts of the others (BLIND_APPROVALS)."""

import pytest
from django.contrib.admin.models import LogEntry

from practices import workflow
from practices.choices import State
from practices.workflow import seen_version
from tests.support.documents import REQUIRED_CRITERIA
from tests.support.factories import make_moderator, make_submission
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

VERDICT = ("Amina", "approved, without", "Splendid", "Ticked by", "1 more person")
"""Parts of the page that would tell the second moderator about the first."""


@pytest.fixture
def submission(settings):
    """Create a submission that Amina, of two moderators needed, has approved with a note and ticks."""
    settings.APPROVALS_NEEDED = 2
    submission = make_submission(State.SUBMITTED)
    workflow.tick_criteria(submission, REQUIRED_CRITERIA, by=make_moderator("Amina"))
    workflow.approve(submission, by=make_moderator("Amina"), internal_note="Splendid")
    return submission


def page_of(submission):
    return f"/admin/practices/submission/{submission.pk}/change/"


def told(page):
    """Return which parts of the first verdict the page tells, without the list of people to assign to."""
    text = page.one("main").text
    for people in page.all("select", name="assignee"):
        text = text.replace(people.text, "")
    return [part for part in VERDICT if part in text]


def test_second_moderator_does_not_see_the_first_verdict(staff, submission):
    page = read(staff.get(page_of(submission)))

    assert told(page) == []
    assert page.one("div", "review-approvals").texts("p")[0] == (
        "2 people have to approve before it can be published. You see what the others say once you have approved or "
        "declared a conflict of interest."
    )


def test_verdicts_are_shown_once_one_has_judged(staff, submission):
    form = sent_by(read(staff.get(page_of(submission))).one("form", "review-decision"))
    staff.post(page_of(submission), form | {"step": "approve", "no_conflict": "on"})

    assert told(read(staff.get(page_of(submission)))) == [
        "Amina",
        "approved, without",
        "Splendid",
        "Ticked by",
    ]


def test_conflict_of_interest_of_another_is_hidden(staff, settings):
    settings.APPROVALS_NEEDED = 2
    submission = make_submission(State.SUBMITTED)
    workflow.declare_conflict(submission, by=make_moderator("Amina"), conflict="My brother runs it.")

    page = read(staff.get(page_of(submission)))

    assert "My brother" not in page.one("main").text


def test_verdicts_stay_hidden_while_it_is_spam_or_with_its_submitter(staff, submission, moderator):
    workflow.mark_spam(submission, by=moderator)
    as_spam = told(read(staff.get(page_of(submission))))
    workflow.return_to_queue(submission, by=moderator)
    workflow.request_changes(submission, by=moderator, reason="Where is it?")
    sent_back = told(read(staff.get(page_of(submission))))

    assert (as_spam, sent_back) == ([], [])


def test_verdicts_are_open_where_the_setting_says_so(staff, submission, settings):
    settings.BLIND_APPROVALS = False

    assert told(read(staff.get(page_of(submission)))) == list(VERDICT)


def test_author_of_the_text_sees_who_approved(staff, submission, moderator):
    submission.document["area"] = ""
    workflow.correct(submission, submission.document | {"area": "Batumi"}, by=moderator)

    assert "Amina" in told(read(staff.get(page_of(submission))))


def test_approval_is_not_in_the_log_that_colleagues_read(staff, submission, moderator):
    form = sent_by(read(staff.get(page_of(submission))).one("form", "review-decision"))

    staff.post(page_of(submission), form | {"step": "approve", "no_conflict": "on"})

    assert (submission.approvals.count(), LogEntry.objects.count()) == (2, 0)


def test_refusal_does_not_say_that_a_colleague_approved(staff, submission):
    seen = seen_version(submission)
    workflow.declare_conflict(submission, by=make_moderator("Bo"), conflict="My brother runs it.")

    response = staff.post(page_of(submission), {"step": "start_review", "seen": seen})

    assert read(response).one("ul", "messagelist").text == (
        "Nothing was changed: Bo has just acted on this submission. Read it again."
    )
