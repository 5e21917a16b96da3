"""A question and a report of a use elsewhere, from the form to the page of the practice, with e-mails sent by SMTP."""

import re

import pytest

from practices import workflow
from practices.choices import State
from practices.models import Question, Submission
from practices.notifications import sender
from tests.support.factories import make_moderator, make_practice, make_submission
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

OWNER, READER = "ana@example.org", "reader@example.org"


@pytest.fixture
def received(mail_server):
    """Function received(address) that sends what is due, and returns the last e-mail to the address and its text."""

    def last(address):
        sender.send_due()
        to_address = [message for message in mail_server.messages if message["To"] == address]
        message = to_address[-1]
        return message, message.get_body(("plain",)).get_content()

    return last


def link_in(text, kind):
    """Return the path of the first link to a private page of that kind."""
    return re.search(rf"https?://[^/\s]+({kind}\S+)", text.replace("=\n", ""))[1]


def press(client, path, **typed):
    """Send the form of a page, filled in, with its first button."""
    [form, *_others] = read(client.get(path)).one("main").all("form", method="post")
    return client.post(path, sent_by(form) | typed, follow=True)


def test_question_is_asked_confirmed_answered_and_published(client, received):
    practice = make_submission(State.PUBLISHED, title="Desks").practice
    press(client, f"{practice.get_absolute_url()}ask/", text="Who runs it?", address=READER, consents="on")
    _message, text = received(READER)
    press(client, link_in(text, "/questions/confirm/"))
    asked, text = received(OWNER)
    press(client, link_in(text, "/questions/answer/"), answer="1", text="The port.", consents="on")
    answered, text = received(READER)
    workflow.publish_question(
        Question.objects.get(), by=make_moderator(), text="Who runs it?", answer="The port."
    )

    page = read(client.get(practice.get_absolute_url())).one("section", "questions")

    assert asked["Subject"].startswith("A reader asks about “Desks”: Who runs it?")
    assert "The port." in text
    assert (READER in asked.as_string(), OWNER in answered.as_string()) == (False, False)
    assert [text for text in ("Who runs it?", "The port.") if text not in page.text] == []


def test_report_of_a_use_elsewhere_is_confirmed_and_published(client, received):
    practice = make_practice(title="Desks")
    typed = {
        "countries": "Kenya",
        "implementers": "Port of Mombasa",
        "summary": "One desk at the harbour gate, open on Saturdays, with a nurse who speaks Swahili.",
        "name": "Ana Reyes",
        "email": OWNER,
        "credit_as": "name",
    }
    press(client, practice.get_adapt_url(), **typed)
    draft = Submission.objects.get()
    press(client, f"/submissions/{draft.token}/send/")
    _message, text = received(OWNER)
    press(client, link_in(text, r"/submissions/\S+/confirm/"))
    workflow.publish(Submission.objects.get(), by=make_moderator())
    published, text = received(OWNER)

    page = read(client.get(practice.get_absolute_url()))

    assert "Port of Mombasa" in page.one("article", "adaptation").text
    assert practice.get_absolute_url() in text
    assert "Desks" in published["Subject"]
