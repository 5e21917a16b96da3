"""Subscriptions in a browser, with a real mail server."""

from datetime import timedelta

import pytest
from django.utils import timezone

from practices.notifications import sender
from tests.support.factories import make_practice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def post(mail_server):
    """Function post() that runs the sender and returns the e-mails it sent."""

    def send():
        mail_server.received.clear()
        sender.send_due()
        assert all(recipients == ["ana@example.org"] for recipients in mail_server.recipients)
        return mail_server.messages

    return send


def subscribe(page, path, cadence):
    page.goto(path)
    panel = page.locator(".bar summary", has_text="Subscribe")
    if panel.count():
        panel.click()
    page.get_by_label("Your e-mail address").fill("ana@example.org")
    page.get_by_label("How often").select_option(cadence)
    page.get_by_role("button", name="Subscribe").click()
    page.get_by_role("heading", name="Check your e\N{NON-BREAKING HYPHEN}mail").wait_for()


def text(mail):
    return mail.get_body("plain").get_content()


def told(mails, titles):
    """Return (subject, those of `titles` it contains) of each e-mail."""
    site = " – Migration Good Practices"
    return [
        (mail["Subject"].removesuffix(site), {title for title in titles if title in text(mail)})
        for mail in mails
    ]


def test_weekly_objective_and_immediate_country_subscriptions_deliver_on_time(open_page, post, clock):
    monday = timezone.now() + timedelta(days=7 - timezone.now().weekday())
    clock.move_to(monday.replace(hour=12, minute=0, second=0, microsecond=0))
    page = open_page(timezone_id="Asia/Manila")
    titles = {"Desks in Manila", "Desks in Accra", "Schools in Cebu", "Schools in Tema"}
    make_practice(
        title="Published before", objectives=[1], countries=["PH"]
    )  # a list has a form, an empty one none

    for path, cadence in (("/objectives/21/", "weekly"), ("/practices/?country=ph", "at_once")):
        subscribe(page, path, cadence)
        [asked] = post()
        page.goto(next(word for word in text(asked).split() if "/confirm/" in word))
        page.get_by_role("button", name="Confirm the subscription").click()
        page.get_by_text("You are subscribed").wait_for()
    make_practice(announce=True, title="Desks in Manila", objectives=[21], countries=["PH"])
    make_practice(announce=True, title="Desks in Accra", objectives=[21], countries=["GH"])
    make_practice(announce=True, title="Schools in Cebu", objectives=[3], countries=["PH"])
    make_practice(announce=True, title="Schools in Tema", objectives=[3], countries=["GH"])
    at_once = post()
    clock.shift(timedelta(days=6, hours=11, minutes=59))  # Monday, 7:59 in Manila
    too_early = post()
    clock.shift(timedelta(minutes=1))
    weekly = post()
    clock.shift(timedelta(days=7))
    nothing_to_say = post()

    assert told(at_once, titles) == [
        ("Objective 21: new practice “Desks in Manila”", {"Desks in Manila"}),
        ("Philippines: new practice “Schools in Cebu”", {"Schools in Cebu"}),
    ]
    assert told(weekly, titles) == [("Objective 21: 1 new practice this week", {"Desks in Accra"})]
    assert (too_early, nothing_to_say) == ([], [])
