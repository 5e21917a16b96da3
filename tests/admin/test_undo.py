"""Undo of bulk actions and of marking as spam."""

from datetime import timedelta

import pytest

from practices import workflow
from practices.choices import State
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


def act(client, action, *submissions, **said):
    """Run a bulk action and return the form that undoes it."""
    chosen = {"action": action, "_selected_action": [submission.pk for submission in submissions]}
    chosen |= {f"seen-{submission.pk}": workflow.seen_version(submission) for submission in submissions}
    page = read(client.post(QUEUE, chosen | said, follow=True))
    return page.one("ul", "messagelist").one("form", "undo")


def undo(client, form):
    """Press Undo and return the messages on the next page."""
    page = read(client.post(form["action"], sent_by(form), follow=True))
    return [(message.classes, message.text) for message in page.one("ul", "messagelist").all("li")]


def standing():
    return list(Submission.objects.order_by("pk").values_list("state", "assignee__username"))


def test_bulk_spam_is_undone_with_states_and_assignees(staff, reviewed):
    waiting = make_submission(State.SUBMITTED)
    workflow.assign(waiting, to=make_moderator("Bo"), by=make_moderator("Amina"))
    before, mails = standing(), OutboxMessage.objects.count()
    form = act(staff, "mark_spam", reviewed, waiting)

    said = undo(staff, form)

    assert said == [(["success"], "Undone for 2 submissions.")]
    assert (standing(), OutboxMessage.objects.count()) == (before, mails)
    assert waiting.events.latest("pk").internal_note == "Undone."


def test_bulk_assignment_is_undone(staff, reviewed):
    form = act(staff, "assign_to_me", reviewed)

    undo(staff, form)

    assert standing() == [("in_review", "Amina")]


def test_undo_leaves_what_has_changed_since(staff, reviewed):
    form = act(staff, "mark_spam", reviewed)
    workflow.return_to_queue(Submission.objects.get(), by=make_moderator("Bo"))

    said = undo(staff, form)

    assert said == [(["warning"], "Not undone, because they have changed since: Desks.")]
    assert standing() == [("submitted", None)]


def test_undo_sent_twice_is_made_once(staff, reviewed):
    form = act(staff, "mark_spam", reviewed)
    undo(staff, form)
    once = reviewed.events.count()

    undo(staff, form)

    assert (standing(), reviewed.events.count()) == ([("in_review", "Amina")], once)


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
    page = f"{QUEUE}{reviewed.pk}/change/"
    form = sent_by(read(staff.get(page)).one("form", "review-decision")) | {"step": "mark_spam"}
    message = read(staff.post(page, form, follow=True)).one("ul", "messagelist")

    response = staff.post(message.one("form", "undo")["action"], sent_by(message.one("form", "undo")))

    assert (response.url, standing()) == (page, [("in_review", "Amina")])
