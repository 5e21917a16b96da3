"""A submitter's whole way in a real browser, from the first words to the second revision."""

import pytest
from django.utils import timezone

from practices import workflow
from practices.models import OutboxMessage, Submission
from tests.factories import make_moderator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mailbox(next_mail):
    """mailbox(): the link of the newest e-mail; older ones are let go."""

    def newest():
        waiting = OutboxMessage.objects.filter(sent_at=None)
        waiting.exclude(pk=waiting.latest("pk").pk).update(sent_at=timezone.now())
        return next_mail()[1]

    return newest


def test_practice_goes_from_a_draft_to_its_second_revision(open_page, mailbox):
    moderator = make_moderator()

    # Begun on a telephone, and left.
    phone = open_page(width=390)
    phone.goto("/submit/")
    phone.get_by_label("Title").fill("Welcome desks")
    phone.get_by_role("button", name="Save and add more").click()
    link = phone.locator(".private-link a").get_attribute("href")

    # Gone on with elsewhere, previewed, sent and confirmed.
    page = open_page()
    page.goto(link)
    page.get_by_role("link", name="Go on with it").click()
    page.get_by_label("Summary").fill("One desk for papers, school and health.")
    page.get_by_label("Main objective").select_option("15")
    page.get_by_label("Your name").fill("Ana Reyes")
    page.get_by_label("Your e-mail address").fill("ana@example.org")
    page.get_by_label("my name", exact=True).check()
    page.locator("summary").filter(has_text="How it works").click()
    page.get_by_label("What is done").fill("A desk in each town hall.")
    page.get_by_role("button", name="Preview and send").click()
    page.get_by_text("A desk in each town hall.").wait_for()
    page.get_by_role("button", name="Send it").click()
    page.get_by_text("Please look into your e-mail.").wait_for()
    page.goto(mailbox())
    page.get_by_role("button", name="Confirm and send to the moderators").click()
    page.get_by_text("It waits for a moderator.").wait_for()

    # Asked for changes, at a field; answered.
    submission = Submission.objects.get()
    reasons = {"start_year": "Since when?"}
    workflow.request_changes(submission, by=moderator, reason="Nearly there.", field_reasons=reasons)
    page.goto(mailbox())
    page.get_by_role("link", name="Change it and send it in again").click()
    page.get_by_text("Since when?").wait_for()
    page.get_by_label("First year").fill("2019")
    page.get_by_role("button", name="Preview and send").click()
    page.get_by_role("button", name="Send it in again").click()
    page.get_by_text("It waits for a moderator.").wait_for()

    # Published, then updated by its submitter.
    submission.refresh_from_db()
    practice = workflow.publish(submission, by=moderator)
    page.goto(submission.get_private_url())
    page.get_by_role("button", name="Update it").click()
    page.get_by_label("What changes, and why").fill("It has a new name.")
    page.get_by_label("Title").fill("Arrival desks")
    page.get_by_role("button", name="Preview and send").click()
    page.get_by_role("button", name="Send it").click()
    page.goto(mailbox())
    page.get_by_role("button", name="Confirm and send to the moderators").click()
    page.get_by_text("It waits for a moderator.").wait_for()
    workflow.publish(Submission.objects.latest("pk"), by=moderator)

    page.goto(practice.get_absolute_url())
    assert page.get_by_role("heading", level=1).inner_text() == "Arrival desks"
    assert [(revision.number, revision.document["start_year"]) for revision in practice.revisions.all()] == [
        (2, 2019),
        (1, 2019),
    ]
