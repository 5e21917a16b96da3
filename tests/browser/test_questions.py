"""A question of a reader and its answer, end to end in a browser."""

import pytest
from playwright.sync_api import expect

from practices import workflow
from practices.choices import QuestionState, State
from practices.models import OutboxMessage, Question
from tests.browser.test_accessibility import violations
from tests.browser.test_four_ways import be_signed_in
from tests.support.factories import make_moderator, make_question, make_submission

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_reader_asks_the_submitter_answers_and_both_are_published(open_page, next_mail):
    practice = make_submission(State.PUBLISHED).practice
    reader, submitter, moderator = open_page(width=320), open_page(width=390), open_page()
    OutboxMessage.objects.all().delete()

    reader.goto(practice.get_absolute_url())
    reader.get_by_role("link", name="Ask a question").click()
    reader.get_by_role("textbox", name="Your question").fill("How many people work at each desk?")
    reader.get_by_label("Your name and organisation").fill("Léa Martin, City of Marseille")
    reader.get_by_label("Your e-mail address").fill("lea@example.org")
    reader.get_by_label("may be published").check()
    reader.get_by_role("button", name="Send question").click()
    reader.get_by_role("heading", name="Check your e‑mail").wait_for()
    subject, link = next_mail()
    assert subject.startswith("Confirm your question about")
    reader.goto(link)
    reader.get_by_role("button", name="Confirm and send").click()
    reader.get_by_text("Your question was sent on").wait_for()

    subject, link = next_mail()
    assert subject.startswith("A reader asks about “Pension desks in two ports”")
    submitter.goto(link)
    expect(submitter.locator("main")).to_contain_text("Léa Martin, City of Marseille asks")
    submitter.get_by_role("textbox", name="Your answer").fill("Two, and one of them speaks Tagalog.")
    submitter.get_by_label("may be published").check()
    submitter.get_by_role("button", name="Send answer").click()
    submitter.get_by_text("Your answer was sent to the reader").wait_for()

    subject, link = next_mail()
    assert subject.startswith("Answer to your question")
    reader.goto(link)
    expect(reader.locator("main")).to_contain_text("Two, and one of them speaks Tagalog.")
    be_signed_in(moderator, make_moderator())
    moderator.goto("/admin/")
    moderator.get_by_role("link", name="1 answer to publish").click()
    moderator.get_by_role("link", name="How many people").click()
    moderator.get_by_role("button", name="Publish", exact=True).click()
    moderator.get_by_text("are on the page of the practice").first.wait_for()
    reader.goto(practice.get_absolute_url())

    expect(reader.locator("#questions")).to_contain_text("How many people work at each desk?")
    expect(reader.locator("#questions")).to_contain_text("Two, and one of them speaks Tagalog.")
    expect(reader.locator("#questions")).not_to_contain_text("Léa")
    assert Question.objects.get().published_at


def test_pages_of_questions_have_no_accessibility_violations(open_page):
    practice = make_submission(State.PUBLISHED).practice
    asked = {
        state: make_question(state, practice=practice, text=f"How is it when {state}?", name="Léa Martin")
        for state in (QuestionState.ASKED, QuestionState.SENT, QuestionState.PUBLISHED)
    }
    page, found = open_page(), {}

    for address in (
        practice.get_absolute_url(),
        f"/ar{practice.get_absolute_url()}",
        f"{practice.get_absolute_url()}ask/",
        workflow.question_confirm_path(asked["asked"]),
        workflow.question_path(asked["published"]),
        workflow.question_answer_path(asked["sent"]),
        workflow.question_answer_path(asked["published"]),
        asked["sent"].submission.get_private_url(),
    ):
        page.goto(address)
        found[address] = violations(page)

    assert {address: rules for address, rules in found.items() if rules} == {}
