"""Undo of steps that nobody was told of."""

from datetime import timedelta

import pytest
from django.utils import timezone

from practices import workflow
from practices.choices import Actor, Kind, State
from practices.models import OutboxMessage, Submission
from tests.support.factories import make_moderator, make_submission
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

QUEUE = "/admin/practices/submission/"
NOT_UNDONE = "Nothing was undone: this is only possible for 30 minutes, by whoever made the step."


@pytest.fixture
def reviewed():
    """Create a submission under review by Amina."""
    submission = make_submission(State.SUBMITTED, title="Desks")
    workflow.start_review(submission, by=make_moderator("Amina"))
    return submission


def act(client, action, *submissions, tab="queue"):
    """Run a bulk action and return the form that undoes it."""
    chosen = {"action": action, "_selected_action": [submission.pk for submission in submissions]}
    chosen |= {f"seen-{submission.pk}": workflow.seen_version(submission) for submission in submissions}
    page = read(client.post(f"{QUEUE}?pile={tab}", chosen, follow=True))
    return page.one("ul", "messagelist").one("form", "undo")


def undo(client, form):
    """Press Undo and return the messages on the next page."""
    page = read(client.post(form["action"], sent_by(form), follow=True))
    return [(message.classes, message.text) for message in page.one("ul", "messagelist").all("li")]


def standing():
    return list(Submission.objects.order_by("pk").values_list("state", "assignee__username"))


def decide(client, submission, step):
    """Press a button of the review page that mails nobody, and return the form that undoes it."""
    page = f"{QUEUE}{submission.pk}/change/"
    form = sent_by(read(client.get(page)).one("form", "review-decision")) | {"step": step}
    return read(client.post(page, form, follow=True)).one("ul", "messagelist").one("form", "undo")


def test_bulk_spam_is_undone_with_states_and_assignees(staff, reviewed):
    waiting = make_submission(State.SUBMITTED)
    workflow.assign(waiting, to=make_moderator("Bo"), by=make_moderator("Amina"))
    before, mails = standing(), OutboxMessage.objects.count()
    form = act(staff, "mark_spam", reviewed, waiting)

    said = undo(staff, form)

    assert said == [(["success"], "Undone for 2 submissions.")]
    assert (standing(), OutboxMessage.objects.count()) == (before, mails)
    assert waiting.events.latest("pk").internal_note == "Undone: submitted → spam."


def test_bulk_assignment_is_undone(staff, reviewed):
    form = act(staff, "assign_to_me", reviewed)

    undo(staff, form)

    assert standing() == [("in_review", "Amina")]


def test_undo_leaves_what_has_changed_since(staff, reviewed):
    form = act(staff, "mark_spam", reviewed)
    workflow.return_to_queue(Submission.objects.get(), by=make_moderator("Bo"))

    said = undo(staff, form)

    assert said == [(["warning"], "Not undone, because they have changed since: Desks.")]
    assert standing() == [("submitted", "Amina")]


def test_undo_of_a_step_that_a_restored_backup_does_not_know_is_refused(staff, reviewed):
    form = act(staff, "mark_spam", reviewed)
    Submission.objects.update(state=State.IN_REVIEW)
    reviewed.events.latest("pk").delete()

    said = undo(staff, form)

    assert said == [(["warning"], "Not undone, because they have changed since: Desks.")]


@pytest.mark.parametrize("action", ["mark_spam", "assign_to_me"])
def test_undo_sent_twice_is_made_once_and_says_so(staff, reviewed, action):
    form = act(staff, action, reviewed)
    undo(staff, form)
    once = reviewed.events.count()

    said = undo(staff, form)

    assert said == [(["warning"], "There is nothing left to undo: it was undone before.")]
    assert (standing(), reviewed.events.count()) == ([("in_review", "Amina")], once)


def test_undo_leaves_an_answer_unread(staff, reviewed):
    workflow.write(reviewed, "Which years?", by=make_moderator("Amina"))
    workflow.write(reviewed, "2019 to 2021.")

    undo(staff, act(staff, "mark_spam", reviewed))

    assert list(Submission.objects.answered()) == [reviewed]


def test_confirmation_of_spam_is_undone(staff):
    submission = make_submission(trapped=True)
    form = act(staff, "confirm_spam", submission, tab="spam")

    undo(staff, form)

    submission.refresh_from_db()
    assert (submission.spam_checked_at, list(Submission.objects.unchecked_spam())) == (None, [submission])


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (State.SUBMITTED, "start_review"),
        (State.IN_REVIEW, "return_to_queue"),
        (State.SPAM, "return_to_queue"),
    ],
)
def test_step_on_the_review_page_that_nobody_was_told_of_is_undone(staff, state, step):
    submission = make_submission(state)
    columns = ("state", "assignee", "decided_at", "spam_checked_at")
    before = Submission.objects.values_list(*columns).get()
    form = decide(staff, submission, step)

    undo(staff, form)

    assert Submission.objects.values_list(*columns).get() == before


def test_undone_step_is_hidden_from_the_submitter_and_kept_in_the_history(staff, reviewed):
    told = reviewed.events.told()

    undo(staff, act(staff, "assign_to_me", reviewed))

    assert reviewed.events.told() == told
    acts = reviewed.events.in_order().values_list("act", "internal_note")
    assert list(acts)[-2:] == [("undone", "to moderator"), ("undo", "Undone: assigned.")]


def test_every_step_of_staff_that_tells_nobody_can_be_undone_or_says_why_not():
    silent = [row for row in workflow.TRANSITIONS if row.of is Submission and row.actor is Actor.STAFF]
    silent = {row.name: row for row in silent if row.act and not row.mails}

    assert {name for name, row in silent.items() if row.can_undo} == {
        "start_review", "return_to_queue", "mark_spam", "confirm_spam", "assign",
    }  # fmt: skip
    assert all(row.can_undo != bool(row.final) for row in silent.values())


def test_undo_of_another_member_of_staff_is_refused(staff, client, reviewed):
    form = act(staff, "mark_spam", reviewed)
    client.force_login(make_moderator("Bo"))

    said = undo(client, form)

    assert (said, standing()) == ([(["error"], NOT_UNDONE)], [("spam", "Amina")])


def test_undo_is_refused_after_half_an_hour(staff, reviewed, clock):
    form = act(staff, "mark_spam", reviewed)
    clock.shift(timedelta(minutes=31))

    said = undo(staff, form)

    assert (said, standing()) == ([(["error"], NOT_UNDONE)], [("spam", "Amina")])


def test_undo_needs_a_button(staff):
    assert staff.get(f"{QUEUE}undo/").status_code == 405


def test_spam_marked_on_the_review_page_is_undone(staff, reviewed):
    form = decide(staff, reviewed, "mark_spam")

    response = staff.post(form["action"], sent_by(form))

    assert (response.url, standing()) == (f"{QUEUE}{reviewed.pk}/change/", [("in_review", "Amina")])


def test_undo_of_a_bulk_act_returns_to_its_list(staff):
    form = act(staff, "confirm_spam", make_submission(trapped=True), tab="spam")

    response = staff.post(form["action"], sent_by(form))

    assert response.url == f"{QUEUE}?pile=spam"


def test_undo_of_a_step_on_the_review_page_returns_to_it(staff):
    submission = make_submission(State.SUBMITTED)
    form = decide(staff, submission, "start_review")

    response = staff.post(form["action"], sent_by(form))

    assert response.url == f"{QUEUE}{submission.pk}/change/"


def told_of(submission):
    """Return the kinds of e-mails that were not cancelled, after the one that it was received."""
    messages = submission.messages.filter(cancelled_at=None).order_by("pk")
    return list(messages.values_list("kind", flat=True))[1:]


@pytest.mark.parametrize(
    ("is_sent", "mails"),
    [(False, []), (True, [Kind.SUBMISSION_REJECTED, Kind.SUBMISSION_REOPENED])],
)
def test_refusal_is_undone_and_its_submitter_hears_of_that_if_of_the_refusal(staff, is_sent, mails):
    submission = make_submission(State.IN_REVIEW)
    page = f"{QUEUE}{submission.pk}/change/"
    form = sent_by(read(staff.get(page)).one("form", "review-decision"))
    refuse = form | {"step": "reject", "reason": "Not about migration.", "confirmed": "yes"}
    button = read(staff.post(page, refuse, follow=True)).one("ul", "messagelist").one("form", "undo")
    if is_sent:
        submission.messages.update(sent_at=timezone.now())

    undo(staff, button)

    submission.refresh_from_db()
    assert (submission.state, submission.decided_at, told_of(submission)) == (State.IN_REVIEW, None, mails)
    assert [event.to_state for event in submission.events.told()] == [State.SUBMITTED, State.IN_REVIEW]
