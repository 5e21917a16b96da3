"""Judgement of several moderators, each without the verdicts of the others (BLIND_APPROVALS)."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practices import workflow
from practices.choices import State
from practices.models import StaffProfile
from practices.workflow import seen_version
from tests.support.documents import FACTS, REQUIRED_CRITERIA
from tests.support.factories import NOW, make_moderator, make_submission
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

VERDICT = ("Amina", "approved, without", "Splendid", "Ticked by", "1 more person")
"""Parts of the page that would tell the second moderator about the first."""


@pytest.fixture
def submission(settings):
    """Create a submission that Amina, of two moderators needed, has approved with a note and ticks."""
    settings.APPROVALS_NEEDED = 2
    submission = make_submission(State.SUBMITTED, **FACTS)
    workflow.tick_criteria(submission, REQUIRED_CRITERIA, by=make_moderator("Amina"))
    workflow.approve(submission, by=make_moderator("Amina"), internal_note="Splendid")
    return submission


def page_of(submission):
    return f"/admin/practices/submission/{submission.pk}/change/"


def told(page):
    """Return which parts of the first verdict the page tells, without the lists of people who may do something."""
    text = page.one("main").text
    for people in [*page.all("select", name="assignee"), *page.all("p", "review-eligible")]:
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


def test_page_asks_nothing_of_one_who_has_approved(staff, submission):
    page = read(staff.get(page_of(submission)))
    form = sent_by(page.one("form", "review-decision"))
    staff.post(page_of(submission), form | {"step": "approve", "no_conflict": "on"})

    after = read(staff.get(page_of(submission)))

    assert [len(each.all("input", name="no_conflict")) for each in (page, after)] == [1, 0]
    assert [len(each.all("input", name="conflict")) for each in (page, after)] == [1, 0]


def test_conflict_of_interest_of_another_is_hidden(staff, settings):
    settings.APPROVALS_NEEDED = 2
    submission = make_submission(State.SUBMITTED, **FACTS)
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


def test_verdicts_do_not_open_by_what_can_be_changed_back(staff, submission, moderator):
    submission.submitter.organisation = "Ministry"
    submission.submitter.save()
    as_colleague = StaffProfile.objects.create(user=moderator, organisation="Ministry")
    seen = told(read(staff.get(page_of(submission))))
    as_colleague.delete()
    get_user_model().objects.filter(pk=moderator.pk).update(email=submission.submitter.email)
    as_submitter = told(read(staff.get(page_of(submission))))
    submission.events.create(
        act="corrected", from_state="submitted", to_state="submitted", by=moderator, at=NOW
    )
    as_author = told(read(staff.get(page_of(submission))))

    assert (seen, as_submitter, as_author) == ([], [], [])


def test_verdict_stays_hidden_if_the_account_of_its_author_is_gone(staff, submission):
    submission.events.update(by=None)

    assert "approved" not in read(staff.get(page_of(submission))).one("ul", "review-events").text


def test_verdicts_before_a_reopening_are_history_and_those_after_it_hidden(staff, submission):
    workflow.reject(submission, by=make_moderator("Bo"), reason="Not about migration.")
    workflow.reopen(submission, by=make_moderator("Bo"))
    workflow.declare_conflict(submission, by=make_moderator("Amina"), conflict="My brother runs it.")

    page = read(staff.get(page_of(submission)))

    verdicts = [event for event in page.one("ul", "review-events").texts("li") if "by Amina" in event]
    assert ["Splendid" in event for event in verdicts] == [True]
    assert "My brother" not in page.one("main").text


def test_approval_of_a_rejected_submission_counts_no_longer_once_it_is_reopened(submission):
    workflow.reject(submission, by=make_moderator("Bo"), reason="Not about migration.")
    workflow.reopen(submission, by=make_moderator("Bo"))

    judgement = workflow.judgement(submission)

    assert (judgement.missing, [approval.by.username for approval in judgement.lapsed]) == (2, ["Amina"])


def test_refused_publication_does_not_tell_which_criteria_others_have_ticked(staff, submission):
    form = sent_by(read(staff.get(page_of(submission))).one("form", "review-decision"))

    response = staff.post(page_of(submission), form | {"step": "publish"})

    [error] = read(response).one("ul", "errorlist").texts("li")
    assert error.count("”") == len(REQUIRED_CRITERIA)


@pytest.mark.parametrize("lookup", ["approvals__by", "events__act", "ticks__criterion"])
def test_list_cannot_be_asked_for_verdicts(staff, submission, lookup):
    response = staff.get(f"/admin/practices/submission/?{lookup}=1")

    assert response.status_code == 400


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


def test_review_page_reads_what_others_have_said_once(staff, submission):
    staff.get(page_of(submission))

    with CaptureQueriesContext(connection) as queries:
        staff.get(page_of(submission))

    reads = [query["sql"] for query in queries if 'FROM "practices_approval"' in query["sql"]]
    assert len(reads) == 1
