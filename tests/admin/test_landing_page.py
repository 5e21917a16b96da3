"""The landing page of the admin."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practices import workflow
from practices.choices import State
from practices.models import OutboxMessage
from practices.notifications import hold
from tests.support.factories import (
    make_message,
    make_moderator,
    make_practice,
    make_submission,
    make_submitter,
)
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

QUEUE = "/admin/practices/submission/"


def counts(page):
    return page.one("nav", "counts").links()


def test_numbers_link_to_their_lists(staff):
    make_submission(State.IN_REVIEW)
    make_submission(State.SUBMITTED, title="Old", now=timezone.now() - timedelta(days=15))
    for state in (State.CHANGES_REQUESTED, State.SCHEDULED, State.SPAM):
        make_submission(state, title=f"It is {state}")

    make_submission(trapped=True)

    assert counts(read(staff.get("/admin/"))) == [
        ("2 to review", f"{QUEUE}?pile=queue"),
        ("0 answered by the submitter", f"{QUEUE}?pile=answered"),
        ("1 assigned to you", f"{QUEUE}?pile=mine"),
        ("1 waiting for the submitter", f"{QUEUE}?pile=waiting"),
        ("0 withdrawal requested", f"{QUEUE}?pile=withdrawal"),
        ("1 scheduled", f"{QUEUE}?pile=scheduled"),
        ("2 spam (1 new)", f"{QUEUE}?pile=spam"),
    ]


def test_administrator_sees_how_many_e_mails_failed(admin_client):
    make_message()
    OutboxMessage.objects.update(failed_at=timezone.now())

    assert counts(read(admin_client.get("/admin/")))[-1] == (
        "1 e-mail failed",
        "/admin/practices/outboxmessage/?became=failed",
    )


def test_longest_waiting_that_nobody_else_reviews_is_started_with_one_button(staff, moderator):
    taken = make_submission(State.SUBMITTED, title="Taken", now=timezone.now() - timedelta(days=9))
    workflow.assign(taken, to=make_moderator("Amina"), by=moderator)
    submission = make_submission(State.SUBMITTED, title="Free", now=timezone.now() - timedelta(days=3))
    make_submission(State.SUBMITTED, title="Newer")
    page = read(staff.get("/admin/"))
    following = page.one("section", "review-next")
    form = following.one("form")

    staff.post(form["action"], sent_by(form) | {"step": "start_review"})

    submission.refresh_from_db()
    assert following.texts("h2") == ["Free"]
    assert (submission.state, submission.assignee) == (State.IN_REVIEW, moderator)


def test_review_that_was_begun_is_continued(staff):
    submission = make_submission(State.IN_REVIEW, title="Mine")

    following = read(staff.get("/admin/")).one("section", "review-next")

    assert following.links()[-1] == ("Continue review", f"{QUEUE}{submission.pk}/change/")


def test_submission_of_which_little_is_known_is_told_in_words(staff):
    make_submission(trapped=True, objectives=[], countries=[])

    row = read(staff.get(f"{QUEUE}?pile=spam"))

    assert [row.texts("td", f"field-{name}") for name in ("waiting", "objective", "countries", "assigned_to")] == [
        ["less than a minute"], ["none chosen"], ["none named"], ["nobody"],
    ]  # fmt: skip


def test_empty_queue_says_what_to_do(staff):
    page = read(staff.get("/admin/"))

    assert page.all("section", "review-next") == []
    assert page.one("section", "landing-queue").links() == [
        ("E-mail preferences", "/admin/practices/staffprofile/mine/")
    ]


def test_usual_wait_is_told_from_ten_decisions_on(staff):
    def told():
        return "Most recent submissions were decided within" in staff.get("/admin/").text

    for number in range(9):
        make_submission(State.REJECTED, title=f"Desk {number}", submitter=make_submitter(name=f"{number}"))
    before = told()
    make_submission(State.REJECTED, title="The tenth")

    assert (before, told()) == (False, True)


def test_decisions_of_colleagues_are_named(staff):
    submission = make_submission(State.SUBMITTED, title="Desks")
    workflow.reject(submission, by=make_moderator("Amina"), reason="Not about migration.")

    [decision] = read(staff.get("/admin/")).one("ul", "decisions").texts("li")

    assert decision.startswith("Not accepted Desks Amina, ")


def test_reader_of_the_landing_page_is_called_you(staff):
    make_submission(State.REJECTED, title="Desks")
    make_submission(State.IN_REVIEW, title="Mine")

    page = read(staff.get("/admin/"))

    [decision] = page.one("ul", "decisions").texts("li")
    assert decision.startswith("Not accepted Desks you, ")
    assert page.one("section", "landing-queue").texts("td")[-1] == "you"


def test_member_of_staff_without_rights_sees_no_numbers(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("clerk", is_staff=True))
    make_submission(State.SUBMITTED, title="Secret")

    answer = client.get("/admin/")

    assert (answer.status_code, "Secret" in answer.text) == (200, False)


@pytest.mark.parametrize("address", ["/admin/", QUEUE])
def test_page_costs_the_same_number_of_queries_however_long_the_queue_is(staff, address):
    make_practice(title="Desks of Kutaisi", source_url="https://example.org/1")
    numbers = []
    for rows in (2, 5):
        for number in range(rows):
            title, source = f"Dekss of Kutaissi {number}", f"https://example.org/{number}"
            make_submission(State.SUBMITTED, title=title, source_url=source)
        staff.get(address)
        cache.clear()  # also what is known of duplicates
        with CaptureQueriesContext(connection) as queries:
            staff.get(address)
        numbers.append(len(queries))

    assert numbers[0] == numbers[1] <= 60


def test_landing_page_says_that_nothing_is_sent_after_a_restore(staff):
    hold.place(backup_at=timezone.now())

    assert "No e-mail is sent" in read(staff.get("/admin/")).one("section", "held").text
