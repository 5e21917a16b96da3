"""The use of a practice elsewhere, reported by a reader, end to end in a browser."""

import pytest
from playwright.sync_api import expect

from practices.models import Adaptation
from tests.browser.test_four_ways import be_signed_in
from tests.support.factories import make_moderator, make_practice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_city_reports_what_it_made_of_a_practice_and_others_read_it(open_page, next_mail):
    practice = make_practice(lessons="Open on Sundays.")
    reader, moderator = open_page(width=390), open_page()

    reader.goto(practice.get_absolute_url())
    reader.get_by_role("link", name="We used this").click()
    reader.get_by_label("Country").fill("Kenya")
    reader.get_by_label("City or area").fill("Mombasa")
    reader.get_by_label("Who used it").fill("Port of Mombasa")
    reader.get_by_label("What was changed").fill("One desk at the harbour gate, open on Saturdays.")
    reader.get_by_label("Results").fill("900 seafarers claimed their pensions in two years.")
    reader.get_by_label("Your name").fill("Ana Reyes")
    reader.get_by_label("Your e-mail address").fill("ana@example.org")
    reader.get_by_role("button", name="Check and send").click()
    expect(reader.locator(".adaptation")).to_contain_text("open on Saturdays")
    reader.get_by_role("button", name="Send for review").click()
    reader.get_by_text("Check your e-mail.").wait_for()
    _subject, link = next_mail()
    reader.goto(link)
    reader.get_by_role("button", name="Confirm and send to the moderators").click()
    reader.get_by_text("Your report has reached the moderators.").wait_for()
    be_signed_in(moderator, make_moderator())
    moderator.goto("/admin/practices/submission/")
    expect(moderator.locator("#result_list")).to_contain_text("use elsewhere")
    moderator.get_by_role("link", name=practice.title).click()
    expect(moderator.locator("#field-summary")).to_contain_text("open on Saturdays")
    expect(moderator.locator(".preview-now")).to_contain_text("Open on Sundays.")
    moderator.get_by_role("button", name="Publish").click()
    moderator.get_by_role("button", name="Publish and send e-mail").click()
    moderator.get_by_text("Published.").wait_for()
    reader.goto(practice.get_absolute_url())

    expect(reader.locator(".used-by .adaptation")).to_contain_text("Kenya Mombasa")
    expect(reader.locator(".used-by .adaptation")).to_contain_text("Reported by Ana Reyes")
    assert Adaptation.objects.get().practice == practice
