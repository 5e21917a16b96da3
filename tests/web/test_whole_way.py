"""End-to-end test: submit, publish, announce and unsubscribe, through the public pages."""

import io
import re

import pytest
from django.core import mail
from django.core.management import call_command

from practices.models import Practice, Submission
from tests.support.documents import JUDGED
from tests.support.pages import main_forms, read, sent_by

pytestmark = pytest.mark.django_db

SITE = "http://127.0.0.1:8000"


def sent():
    """Send the due messages and return (to, subject) of each."""
    mail.outbox.clear()
    call_command("send_outbox", stdout=io.StringIO())
    site = " – Migration Good Practices"
    return [(message.to, message.subject.removesuffix(site)) for message in mail.outbox]


def link_in(message):
    """Return the path of the first link in the message other than the home page."""
    [path, *_others] = re.findall(rf"{SITE}(/\S+)", message.body)
    return path


def press(client, path, **typed):
    """Open a page and send its first form with the values `typed`."""
    form = main_forms(read(client.get(path)))[0]
    return client.post(form.get("action", path), sent_by(form) | typed, follow=True)


def submit_and_publish(client, moderators_browser, title):
    """Submit, confirm and publish a practice, and return the e-mails that were sent."""
    press(
        client, "/submit/", title=title, summary="A desk in a port.", objective="21", name="Camille Saadé",
        email="camille@example.org", credit_as="name", then="preview",
    )  # fmt: skip
    press(client, Submission.objects.latest("pk").get_private_url() + "send/")
    asked = sent()
    press(client, link_in(mail.outbox[0]))
    received = sent()
    queue = read(moderators_browser.get("/admin/practices/submission/"))
    [(_title, review)] = queue.one("table", id="result_list").one("tbody").links()[:1]
    form = sent_by(read(moderators_browser.get(review)).one("form", "review-decision"))
    letter = read(moderators_browser.post(review, form | JUDGED | {"step": "publish"}))
    moderators_browser.post(review, sent_by(letter.one("form", "review")) | {"step": "publish"})
    return asked, received, sent()


def test_practice_is_published_and_announced_until_a_reader_unsubscribes(client, moderator):
    moderators_browser = client.__class__()
    moderators_browser.force_login(moderator)
    reader = "reader@example.org"

    # A reader subscribes to Objective 21.
    press(client, "/objectives/21/", address=reader)
    assert sent() == [
        ([reader], "Confirm your subscription to Objective 21: Dignified return and reintegration")
    ]
    press(client, link_in(mail.outbox[0]))

    # A practice is submitted, confirmed and published, and announced to the reader.
    asked, received, told = submit_and_publish(client, moderators_browser, "Desk in a port")
    practice = Practice.objects.get()
    assert (asked, received, sorted(told)) == (
        [(["camille@example.org"], "Confirm the practice you submitted")],
        [(["camille@example.org"], "Received: Desk in a port")],
        [
            (["camille@example.org"], "Published: Desk in a port"),
            ([reader], "Objective 21: new practice “Desk in a port”"),
        ],
    )

    # The announcement links to the practice and allows one-click unsubscribing (RFC 8058).
    [announcement] = [message for message in mail.outbox if message.to == [reader]]
    headers = announcement.message()
    assert link_in(announcement) == practice.get_absolute_url()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave = re.fullmatch(rf"<{SITE}(/subscriptions/leave/\S+/)>", headers["List-Unsubscribe"])[1]
    page = read(client.get(practice.get_absolute_url()))
    credit = r"Submitted by Camille Saadé on \d+ \w+ \d{4} · Published \d+ \w+ \d{4}$"
    assert re.match(credit, page.one("p", "credit-line").text)

    # The mail program unsubscribes, so only its submitter is told of the next practice.
    left = client.post(leave, {"List-Unsubscribe": "One-Click"})
    _asked, _received, told = submit_and_publish(client, moderators_browser, "Desk in a station")
    assert (left.status_code, told) == (200, [(["camille@example.org"], "Published: Desk in a station")])
