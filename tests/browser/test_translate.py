"""A practice translated by a reader, end to end in a browser."""

import pytest
from playwright.sync_api import expect

from practices.models import Translation
from tests.browser.test_four_ways import be_signed_in
from tests.support.factories import FRENCH, make_moderator, make_practice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_reader_translates_a_practice_and_others_read_it(open_page, next_mail):
    practice = make_practice(lessons="Open on Sundays.")
    reader, moderator = open_page(width=390), open_page()

    reader.goto(practice.get_absolute_url())
    reader.get_by_role("link", name="Translate").click()
    reader.get_by_label("Translate into").select_option("fr")
    reader.get_by_role("button", name="Start translating").click()
    reader.get_by_role("textbox", name="Title").fill(FRENCH["title"])
    reader.get_by_role("textbox", name="Summary").fill(FRENCH["summary"])
    reader.get_by_label("Your name").fill("Ana Reyes")
    reader.get_by_label("Your e-mail address").fill("ana@example.org")
    reader.get_by_role("button", name="Check and send").click()
    reader.get_by_role("button", name="Send for review").click()
    reader.get_by_text("Check your e-mail.").wait_for()
    _subject, link = next_mail()
    reader.goto(link)
    reader.get_by_role("button", name="Confirm and send to the moderators").click()
    reader.get_by_text("Your translation has reached the moderators.").wait_for()
    be_signed_in(moderator, make_moderator())
    moderator.goto("/admin/practices/submission/")
    moderator.get_by_role("link", name=FRENCH["title"]).click()
    expect(moderator.locator("#field-title")).to_contain_text("Pension desks in two ports")
    moderator.get_by_role("button", name="Publish").click()
    moderator.get_by_role("button", name="Publish and send e-mail").click()
    moderator.get_by_text("Published.").wait_for()
    reader.goto(f"/fr{practice.get_absolute_url()}")

    expect(reader.locator("h1")).to_have_text(FRENCH["title"])
    expect(reader.locator(".reading-text[lang=en]")).to_contain_text("Open on Sundays.")
    assert Translation.objects.get().translator == "Ana Reyes"
