"""The four ways through the catalogue, end to end in a browser."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from playwright.sync_api import expect

from practices.choices import State
from practices.models import Practice, Submission, Subscription
from practices.notifications import sender
from tests.support.factories import make_moderator, make_practice, make_submission, make_subscription

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = re.compile(r"^Title(?! \()")
"""Name of the field for a title of a practice, beside “Title (Ms., Dr., …)”."""


def test_reader_finds_a_practice_by_objective_and_country(page):
    make_practice(title="Pension desks", objectives=[22], countries=["PH"])
    make_practice(title="Return fund", objectives=[22], countries=["SN"])

    page.goto("/")
    page.get_by_role("link", name="Social protection").click()
    page.get_by_role("link", name="Filter", exact=True).click()
    page.locator("summary").filter(has_text=re.compile(r"^Country$")).click()
    page.get_by_label("Philippines").check()
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("heading", name="1 practice").wait_for()

    expect(page.locator(".practice-card h3")).to_have_text(["Pension desks"])
    assert page.url.endswith("/practices/?objective=22&country=ph")


def test_reader_removes_a_filter(page):
    make_practice(title="Pension desks", objectives=[22], countries=["PH"])
    make_practice(title="Return fund", objectives=[22], countries=["SN"])

    page.goto("/practices/?objective=22&country=ph")
    page.get_by_role("link", name="Remove Country: Philippines").click()
    page.get_by_role("heading", name="2 practices").wait_for()

    expect(page.locator(".practice-card h3")).to_have_text(["Return fund", "Pension desks"])


def test_submitter_sends_mends_and_confirms(page, next_mail):
    page.goto("/submit/?objective=15")
    page.get_by_role("textbox", name=TITLE).fill("Welcome desks in town halls")
    page.get_by_role("button", name="Check and send").click()
    page.get_by_role("alert").get_by_role("link", name="Summary").click()
    page.keyboard.type("One desk for papers, school and health.")
    page.get_by_label("Your name").fill("Ana O'Brien")
    page.get_by_label("Your e-mail address").fill("ana@example.org")
    page.locator("#id_countries").fill("Portugal")
    page.get_by_role("button", name="Check and send").click()
    page.get_by_role("button", name="Send for review").click()
    page.get_by_text("Check your e-mail.").wait_for()
    subject, link = next_mail()
    page.goto(link)
    page.get_by_role("button", name="Confirm and send to the moderators").click()
    page.get_by_text("Your practice has reached the moderators.").wait_for()

    submission = Submission.objects.get()
    assert subject == "Confirm the practice you submitted – Migration Good Practices"
    assert (submission.state, submission.title) == (State.SUBMITTED, "Welcome desks in town halls")
    assert submission.document["countries"] == ["PT"]
    assert submission.document["credit"] == "Ana O'Brien"


def test_moderator_asks_then_publishes(open_page, next_mail):
    make_submission(State.SUBMITTED, title="Welcome desks")
    make_moderator()
    next_mail_is_for_the_submitter(Submission.objects.get())
    moderator, submitter = open_page(), open_page(width=390)

    sign_in(moderator)
    moderator.goto("/admin/practices/submission/")
    moderator.get_by_role("link", name="Welcome desks").click()
    moderator.get_by_label("Message to the submitter").fill("In which years?")
    moderator.get_by_role("button", name="Request changes").click()
    expect(moderator.locator(".letter-text")).to_contain_text("In which years?")
    moderator.get_by_role("button", name="Request changes and send e-mail").click()
    moderator.get_by_text("Changes requested. The submitter can read your reasons.").wait_for()
    _subject, link = next_mail()
    submitter.goto(link)
    submitter.get_by_text("In which years?").wait_for()
    submitter.get_by_role("link", name="Make the changes").click()
    submitter.get_by_role("textbox", name="Start year").fill("2019")
    submitter.get_by_role("button", name="Check and send").click()
    submitter.get_by_role("button", name="Send the new version").click()
    submitter.get_by_text("Your practice has reached the moderators.").wait_for()
    moderator.goto("/admin/practices/submission/")
    moderator.get_by_role("link", name="Welcome desks").click()
    tick_required_criteria(moderator)
    moderator.get_by_role("button", name="Publish").click()
    moderator.get_by_role("button", name="Publish and send e-mail").click()
    moderator.get_by_text("Published.").wait_for()

    practice = Practice.objects.get()
    assert (practice.title, practice.start_year) == ("Welcome desks", 2019)
    assert moderator.goto(practice.get_absolute_url()).status == 200


def next_mail_is_for_the_submitter(submission):
    """Send the earlier messages, so that the next one is the one under test."""
    submission.messages.update(sent_at=submission.submitted_at)


def tick_required_criteria(page):
    page.locator("input[data-required]").first.wait_for()
    for box in page.locator("input[data-required]").all():
        if box.is_enabled():
            box.check()
        else:  # its facts are missing
            page.locator(f"input[name=waive_{box.get_attribute('value')}]").fill("It is known.")


def be_signed_in(page, user):
    """Sign in to the admin without the form, which other tests cover."""
    client = Client()
    client.force_login(user)
    (cookie,) = client.cookies.values()
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": settings.SITE_URL}])


def sign_in(page):
    page.goto("/admin/")
    page.get_by_label("Username").fill("moderator")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Moderation").wait_for()


def test_subscriber_confirms_is_notified_and_unsubscribes(page, next_mail):
    page.goto("/objectives/20/")
    page.get_by_label("Your e-mail address").fill("reader@example.org")
    page.get_by_role("button", name="Subscribe").click()
    _subject, link = next_mail()
    page.goto(link)
    page.get_by_role("button", name="Confirm the subscription").click()
    page.get_by_role("heading", name="You are subscribed").wait_for()
    make_practice(title="Cheaper transfers", objectives=[20], announce=True)
    subject, _link = next_mail()
    leave = re.search(r"<(http[^>]+)>", mail.outbox[0].extra_headers["List-Unsubscribe"])[1]
    page.goto(leave)
    page.get_by_role("button", name="Yes, unsubscribe").click()
    page.get_by_role("heading", name="You have unsubscribed").wait_for()

    assert subject == "Objective 20: new practice “Cheaper transfers” – Migration Good Practices"
    assert not Subscription.objects.exists()


def test_staff_edit_leaves_a_revision_readers_can_open(page):
    be_signed_in(page, make_moderator())
    practice = make_practice(title="Pension desks")

    page.goto(f"/admin/practices/practice/{practice.pk}/change/")
    page.get_by_role("textbox", name=TITLE).fill("Pension desks in ports")
    page.get_by_label("What you changed").fill("Say where")
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(Practice.objects.get().get_absolute_url())
    page.get_by_role("link", name="History (2 revisions)").click()

    entries = page.locator(".timeline > li")
    expect(entries.get_by_role("link")).to_have_text(["Revision 2", "Revision 1"])
    expect(entries.locator("bdi")).to_have_text(["Say where", "First published"])


def test_whole_submit_form_works_without_scripts(open_page):
    page = open_page(java_script_enabled=False)

    page.goto("/submit/")
    page.get_by_role("textbox", name=TITLE).fill("Welcome desks")
    page.get_by_label("Summary").fill("One desk for everything.")
    page.get_by_label("Main objective").select_option("15")
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("Your e-mail address").fill("ana@example.org")
    page.get_by_role("button", name="Check and send").click()
    page.get_by_role("button", name="Send for review").click()

    expect(page.get_by_role("status")).to_contain_text("Check your e-mail.")


def tab_to(page, target):
    """Press Tab until `target` has the focus, as a keyboard user does."""
    for _press in range(500):
        page.keyboard.press("Tab")
        if target.evaluate("target => target === document.activeElement"):
            return
    pytest.fail(f"Tab never comes to {target}.")


def test_subscribing_works_by_keyboard_alone(page, next_mail):
    page.goto("/objectives/20/")
    tab_to(page, page.get_by_label("Your e-mail address"))
    page.keyboard.type("reader@example.org")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Check your e\N{NON-BREAKING HYPHEN}mail").wait_for()
    _subject, link = next_mail()
    page.goto(link)
    tab_to(page, page.get_by_role("button", name="Confirm the subscription"))
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="You are subscribed").wait_for()
    assert Subscription.objects.confirmed().count() == 1


def test_submitting_works_by_keyboard_alone(page, next_mail):
    page.goto("/submit/")
    tab_to(page, page.get_by_role("textbox", name=TITLE))
    page.keyboard.type("Welcome desks")
    tab_to(page, page.get_by_label("Summary"))
    page.keyboard.type("One desk for everything.")
    tab_to(page, page.get_by_label("Main objective"))
    page.keyboard.type("15")
    tab_to(page, page.locator("#id_countries"))
    page.keyboard.type("Portugal")
    tab_to(page, page.get_by_label("Your name"))
    page.keyboard.type("Ana")
    tab_to(page, page.get_by_label("Your e-mail address"))
    page.keyboard.type("ana@example.org")
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="Send for review"))
    page.keyboard.press("Enter")
    page.get_by_text("Check your e-mail.").wait_for()
    _subject, link = next_mail()
    page.goto(link)
    tab_to(page, page.get_by_role("button", name="Confirm and send to the moderators"))
    page.keyboard.press("Enter")
    page.get_by_text("Your practice has reached the moderators.").wait_for()

    document = Submission.objects.get(state=State.SUBMITTED).document
    assert (document["objectives"], document["countries"]) == ([15], ["PT"])


def test_second_moderator_is_told_who_decided_first(open_page):
    submission = make_submission(State.SUBMITTED, title="Welcome desks")
    first, second = open_page(), open_page()
    for page in (first, second):
        be_signed_in(page, make_moderator())
        page.goto(f"/admin/practices/submission/{submission.pk}/change/")

    tick_required_criteria(first)
    first.get_by_role("button", name="Publish").click()
    first.get_by_role("button", name="Publish and send e-mail").click()
    first.get_by_text("Published.").wait_for()
    second.get_by_label("Message to the submitter").fill("Too short")
    second.get_by_role("button", name="Do not accept").click()

    expect(second.locator(".messagelist")).to_have_text(
        "Nothing was changed: the submission is now “published” (by moderator)."
    )


def test_announcement_reads_well_in_html(page):
    make_subscription(objective=21)
    make_practice(title="<b>Bold</b> & co", objectives=[21], announce=True)
    mail.outbox.clear()

    sender.send_due()
    page.set_content(mail.outbox[0].alternatives[0].content)

    assert page.get_by_role("heading", level=1).inner_text() == "<b>Bold</b> & co"
    assert page.get_by_role("link", name="Unsubscribe from Objective 21").is_visible()


def test_draft_is_autosaved_and_checked_while_typing(page):
    page.goto("/submit/")
    page.get_by_role("textbox", name=TITLE).fill("Welcome desks")
    page.get_by_role("button", name="Save and add details").click()
    page.get_by_label("Summary").fill("One desk for everything, so that nobody has to go to five. " * 2)
    page.locator("#id_countries").press_sequentially("Portugal, Spa")

    ticked = page.locator("#criterion-summary")
    offered = page.locator("button.chip")
    page.get_by_text("Saved.", exact=True).wait_for()
    assert ticked.get_attribute("data-met") == ""
    assert offered.all_text_contents() == ["Spain"]
    offered.click()
    assert page.locator("#id_countries").input_value() == "Portugal, Spain, "
    assert Submission.objects.get().typed["countries"] == ["Portugal, Spa"]
