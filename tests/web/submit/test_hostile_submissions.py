"""Hostile submissions, generated at random: no 500, and no injection into pages or e-mail headers.

`HOSTILE_CASES=1000 make test ARGS='tests/web/submit/test_hostile_submissions.py'` runs more cases and takes minutes.
"""

import os
import random
import re

import pytest

from practices import workflow
from practices.choices import State
from practices.models import OutboxMessage, Submission
from practices.notifications import emails
from tests.catalogue.test_headers import what_the_policy_would_block
from tests.support.addresses import address
from tests.support.factories import document, make_practice, make_submission
from tests.support.hostile_files import picture
from tests.support.pages import main_forms, read, sent_by
from tests.web.submit.test_attachments import PDF

pytestmark = pytest.mark.django_db

CASES = int(os.environ.get("HOSTILE_CASES", "6"))
TEXTS = [
    "", " ", "²", "-1", "0", "1e9", "9" * 30, "9" * 5_000, "None", "null", "[]", "{}", "true", "\x00", "a\x00b",
    "\ufffe\ufdd0", "\u202edesrever\u200f", "\u2066\u2069\u200b", "🧭" * 300, "é" * 1_600, "x" * 30_000,
    "<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "</textarea><script>",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)//http://x", "data:text/html,<script>alert(1)</script>",
    "vbscript:x", "//evil.example", "http://[", "https://example.org/\r\nSet-Cookie: x=1", "file:///etc/passwd",
    "a\r\nBcc: victim@example.org", "a\nSubject: Buy", "a%0d%0aBcc:victim@example.org",
    "ana@example.org\r\nBcc: victim@example.org", "ana@example.org,victim@example.org", "<ana@example.org>",
    "{{ settings.SECRET_KEY }}", "{% load x %}", "%(name)s %s %n", "' OR 1=1; --", "%_\\", "=HYPERLINK(\"x\")",
    "21", "2016", "Georgia", "GE", "ana@example.org", "Pension desks", "https://example.org/", "name", "en",
]  # fmt: skip
FORGED = {
    "state": "published", "practice": "1", "token": "x", "submitted_on": "1999-01-01", "credit": "The Queen",
    "credit[]": "x", "typed": "{}", "sent_at": "2026-01-01", "take-title": "saved", "take-\x00": "saved", "seen": "1",
}  # fmt: skip
HEADERS = {
    "Subject", "From", "To", "Message-ID", "Auto-Submitted", "Date", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding", "List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID",
}  # fmt: skip


def harmless(response):
    """Assert that the response is no 500 and contains nothing that a browser would execute; return it."""
    assert response.status_code < 500
    if response.headers.get("Content-Type", "").startswith("text/html"):
        page = read(response)
        assert what_the_policy_would_block(page) == []
        schemes = {
            href.partition(":")[0].lower() for _text, href in page.links() if ":" in href.split("/")[0]
        }
        assert schemes <= {"http", "https", "mailto"}
    return response


class Attack:
    """Hostile visitor who sends random values."""

    def __init__(self, client, seed):
        self.client, self.some = client, random.Random(seed)

    def typed(self, form):
        """Fill in a form with random values, some of them repeated, missing or invalid."""
        values = dict(sent_by(form))
        for name in list(values):
            if name in ("stamp", "version") and self.some.random() < 0.8:
                continue
            match self.some.randrange(10):
                case 0:
                    del values[name]
                case 1:
                    values[name] = [self.some.choice(TEXTS) for _number in range(3)]
                case 2 if name != "website":
                    values[name] = values[name]
                case _ if name != "website" or self.some.random() < 0.1:
                    values[name] = [self.some.choice(TEXTS)]
        for name in self.some.sample(sorted(FORGED), 3):
            values[name] = [FORGED[name]]
        return values

    def post(self, path, values):
        answer = harmless(self.client.post(path, values))
        if self.some.random() < 0.3:
            harmless(self.client.post(path, values))
        return answer

    def run(self, moderator):
        begin, practice = "/submit/", None
        if self.some.random() < 0.3:
            practice = make_practice(title="Desks")
            begin = address("practice-correct", practice.pk, practice.slug)
        start = main_forms(read(harmless(self.client.get(begin))))[0]
        values = self.typed(start)
        if self.some.random() < 0.7:  # otherwise hardly any submission would be saved
            values["title"] = [self.some.choice([text for text in TEXTS if text.strip(" \x00\ufffe\ufdd0")])]
        self.post(begin, values)
        if practice:  # makes the update outdated
            workflow.publish_document(document(title="Desks in Batumi", area="Port"), to=practice)
        for submission in Submission.objects.filter(state=State.DRAFT):
            edit, send = (address(f"submission-{name}", submission.token) for name in ("edit", "send"))
            form = main_forms(read(harmless(self.client.get(edit))))[0]
            self.post(edit, self.typed(form))
            for path in (edit, f"{edit}?all", submission.get_private_url()):
                harmless(self.client.get(path))
            newer = address("submission-newer", submission.token)
            forms = main_forms(read(harmless(self.client.get(newer, follow=True))))
            self.post(newer, self.typed(forms[0]) | {"keep-title": [self.some.choice(TEXTS)]})
            harmless(self.client.get(send, follow=True))
            self.post(send, {"version": self.some.choice(["1", "2", "²", "9" * 40])})
            self.post(
                f"{submission.get_private_url()}confirm/{self.some.choice(['x', 'A' * 43, '%00'])}/", FORGED
            )
            self.post(address("submission-write", submission.token), {"text": self.some.choice(TEXTS)})
            file = (
                self.some.choice(["a.pdf", "../a.png", "a\x00.svg", "²"]),
                self.some.choice([PDF, picture(), b"MZ"]),
            )
            self.post(
                address("submission-attachments", submission.token),
                {"description": self.some.choice(TEXTS), self.some.choice(["remove", "first", "x"]): "²"}
                | dict([file]),
            )
            assert Submission.objects.get(pk=submission.pk).state == State.DRAFT
        self.client.force_login(moderator)
        for submission in Submission.objects.filter(state=State.SPAM):
            page = self.client.get(f"/admin/practices/submission/{submission.pk}/change/")
            assert (page.status_code, "<script>alert" in page.text) == (200, False)


@pytest.mark.parametrize("seed", range(CASES))
def test_hostile_submission_does_no_harm(client, moderator, settings, seed):
    settings.SUBMISSIONS_PER_HOUR = 10_000
    client.raise_request_exception = False

    Attack(client, seed).run(moderator)

    for message in OutboxMessage.objects.select_related("submission__submitter"):
        head_is_ours(message)


def head_is_ours(message):
    """Assert that an e-mail has only its intended recipient and only our headers."""
    mail = emails.compose(message)
    head = mail.message()
    assert (mail.to, set(head.keys()) - HEADERS) == ([message.address], set())
    assert [value for value in head.values() if re.search(r"\n(?![ \t])", str(value))] == []


HOSTILE = [
    text for text in TEXTS if text.strip(" \x00\ufffe\ufdd0") and not re.fullmatch(r"[-\w .@]{,40}", text)
]
"""Texts with special characters. Plain ones are covered by the other tests of submissions."""


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_that_got_in_harms_no_reader_and_no_mail(client, moderator, text):
    text = text.replace("\x00", "")  # forms reject NUL, and PostgreSQL cannot store it
    title = text[:200]
    lines = {"area": title, "credit": title, "implementers": [title], "tags": [title[:60]]}
    submission = make_submission(State.SUBMITTED, title=title, summary=text[:1_400], context=text, **lines)

    if submission.state == State.SPAM:
        workflow.return_to_queue(submission, by=moderator)
    workflow.request_changes(submission, by=moderator, reason=text)
    edit = harmless(client.get(address("submission-edit", submission.token)))
    status = harmless(client.get(submission.get_private_url()))
    client.force_login(moderator)
    review = client.get(f"/admin/practices/submission/{submission.pk}/change/")

    assert (edit.status_code, status.status_code, review.status_code) == (200, 200, 200)
    for message in OutboxMessage.objects.select_related("submission__submitter"):
        head_is_ours(message)
