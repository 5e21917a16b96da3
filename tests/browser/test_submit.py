"""Submission in a browser, from the first draft to the second revision."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from practices.models import OutboxMessage, Practice, Submission
from tests.browser.test_four_ways import TITLE, be_signed_in, tick_required_criteria
from tests.support.factories import make_moderator, make_practice
from tests.support.translator import running_translator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mailbox(next_mail):
    """Function mailbox() that sends all messages and returns the link of the newest."""

    def newest():
        waiting = OutboxMessage.objects.filter(sent_at=None)
        waiting.exclude(pk=waiting.latest("pk").pk).update(sent_at=timezone.now())
        return next_mail()[1]

    return newest


@pytest.fixture
def desk(open_page):
    """Return the Desk of a moderator who is signed in with a browser of their own."""
    page = open_page()
    be_signed_in(page, make_moderator())
    return Desk(page)


class Desk:
    def __init__(self, page):
        self.page = page

    def open(self, title):
        self.page.goto("/admin/practices/submission/")
        self.page.get_by_role("link", name=title).click()

    def press(self, step, then):
        if step == "Publish":
            tick_required_criteria(self.page)
        self.page.get_by_role("button", name=step, exact=True).click()
        self.page.get_by_role("button", name=f"{step} and send e-mail").click()
        self.page.get_by_text(then).wait_for()


def test_first_page_keeps_what_was_typed_until_it_is_saved(open_page):
    page = open_page()
    title = page.get_by_role("textbox", name=TITLE)
    page.goto("/submit/")
    title.fill("Welcome desks")
    page.get_by_label("Your name").fill("Ana")

    page.reload()
    found = page.get_by_text("We kept what you typed on this device.")
    kept = (title.input_value(), page.get_by_label("Your name").input_value(), found.is_visible())
    page.get_by_role("button", name="Save and add details").click()
    page.wait_for_url("**/edit/")
    page.goto("/submit/")

    assert (kept, title.input_value(), found.is_visible()) == (("Welcome desks", "", True), "", False)


def test_name_of_the_machine_comes_back_with_the_texts_that_it_filled_in(open_page, settings):
    practice = make_practice()
    page = open_page()
    form = f"{practice.get_translate_url()}?to=fr"
    with running_translator(settings):
        page.goto(form)
        page.get_by_role("button", name="Fill the empty fields by machine translation").click()
        page.get_by_text("LibreTranslate has filled in:").wait_for()
        page.wait_for_load_state()  # the script that keeps texts runs after the page is read

    page.goto(form)
    page.get_by_label("Machine translation").fill("")
    page.get_by_label("Your name").fill("Ana")
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_url("**/edit/")

    assert Submission.objects.get().machine == "LibreTranslate"


def test_enter_in_a_field_of_a_translation_asks_no_machine(open_page, settings):
    practice = make_practice()
    page = open_page()
    with running_translator(settings) as translator:
        page.goto(f"{practice.get_translate_url()}?to=fr")
        page.get_by_role("textbox", name="Title", exact=False).first.fill("Guichets")
        page.get_by_role("textbox", name="Title", exact=False).first.press("Enter")
        page.wait_for_url("**/submissions/**")

    assert translator.sent == []


def test_practice_goes_from_a_draft_to_its_second_revision(open_page, mailbox, desk):
    # Start a draft on a phone and leave it.
    phone = open_page(width=390)
    phone.goto("/submit/")
    phone.get_by_role("textbox", name=TITLE).fill("Welcome desks")
    phone.get_by_role("button", name="Save and add details").click()
    link = phone.locator(".private-link a").get_attribute("href")

    # Continue it in another browser; preview, send and confirm it.
    page = open_page()
    page.goto(link)
    page.get_by_role("link", name="Continue your draft").click()
    page.get_by_label("Summary").fill("One desk for papers, school and health.")
    page.get_by_label("Main objective").select_option("15")
    page.get_by_label("Your name").fill("Ana Reyes")
    page.get_by_label("Your e-mail address").fill("ana@example.org")
    page.get_by_label("my name", exact=True).check()
    page.locator("summary").filter(has_text="How it works").click()
    page.get_by_label("What is done").fill("A desk in each town hall.")
    page.get_by_role("button", name="Check and send").click()
    page.get_by_text("A desk in each town hall.").wait_for()
    page.get_by_role("button", name="Send for review").click()
    page.get_by_text("Check your e-mail.").wait_for()
    page.goto(mailbox())
    page.get_by_role("button", name="Confirm and send to the moderators").click()
    page.get_by_text("Your practice has reached the moderators.").wait_for()

    # Request changes to a field, and answer.
    desk.open("Welcome desks")
    desk.page.get_by_label("Message to the submitter").fill("Nearly there.")
    desk.page.locator("summary").filter(has_text="Comment on this field: When").click()
    desk.page.get_by_role("textbox", name="Start year").fill("Since when?")
    desk.press("Request changes", "Changes requested. The submitter can read your reasons.")
    page.goto(mailbox())
    page.get_by_role("link", name="Make the changes").click()
    page.get_by_text("The moderator asks: Since when?").wait_for()
    page.get_by_role("textbox", name="Start year").fill("2019")
    page.get_by_role("button", name="Check and send").click()
    page.get_by_role("button", name="Send the new version").click()
    page.get_by_text("Your practice has reached the moderators.").wait_for()

    # Publish it, and update it as its submitter.
    desk.open("Welcome desks")
    desk.press("Publish", "Published.")
    page.reload()
    page.get_by_role("button", name="Update practice").click()
    page.get_by_label("What you changed and why").fill("It has a new name.")
    page.get_by_role("textbox", name=TITLE).fill("Arrival desks")
    page.get_by_role("button", name="Check and send").click()
    page.get_by_role("button", name="Send for review").click()
    page.get_by_text("Your changes have reached the moderators.").wait_for()
    desk.open("Arrival desks")
    desk.press("Publish", "Published.")

    # Read the new revision and its changes.
    page.goto(Practice.objects.get().get_absolute_url())
    page.get_by_role("link", name="History (2 revisions)").click()
    entries = page.locator(".timeline > li")
    expect(entries.locator("> a")).to_have_text(["Revision 2", "Revision 1"])
    page.get_by_role("link", name="Revision 2").click()
    expect(page.locator(".differences ins")).to_have_text(re.compile(r"^\W*added:\s*Arrival\W*$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Arrival desks")
