"""Every form that is sent twice, one after the other or at once, acts once."""

from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from practices.choices import State
from practices.models import (
    AuditEvent,
    CatalogueVersion,
    FacetCount,
    FacetEntry,
    FacetKey,
    IndexedPractice,
    IndexedWord,
    LimitBucket,
    SentForm,
)
from tests.support.addresses import BY_POST, address, open_address
from tests.support.factories import make_submission
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

TYPED = {
    "submit": {"title": ["Desks"], "summary": ["Desks in two ports."], "email": ["ana@example.org"]},
    "practice-correct": {"note": ["It closed."], "name": ["Ana Reyes"], "email": ["ana@example.org"]},
    "submission-edit": {"title": ["Desks"]},
    "submission-write": {"text": ["Which years?"]},
    "submission-request-withdrawal": {"reason": ["It names a colleague."]},
    "practice-ask": {"text": ["Who runs it?"], "address": ["reader@example.org"]},
    "question-answer": {"text": ["The port does."]},
}
"""Form → what is typed into it."""
PRESSED = {
    "practice-check": {"answer": ["ended"], "end_year": [str(timezone.now().year)]},
    "submission-attachments": {"description": ["Evaluation"]},
    "question-answer": {"answer": ["1"]},
}
"""Form → the button that is pressed, or what goes with a file."""
ON_STATUS_PAGE = [
    "submission-link",
    "submission-write",
    "submission-update",
    "submission-withdraw",
    "submission-request-withdrawal",
    "submission-questions",
]
STATES = {
    "submission-write": State.SUBMITTED,
    "submission-update": State.PUBLISHED,
    "submission-request-withdrawal": State.PUBLISHED,
    "submission-questions": State.PUBLISHED,
}
CREATE = [
    "submit", "practice-correct", "submission-attachments", "submission-send", "submission-link", "submission-confirm",
    "submission-write", "submission-update", "submission-request-withdrawal", "practice-check",
    "question-confirm", "question-answer",
]  # fmt: skip
"""Forms after which there is more than before."""
ASK_FOR_MAIL = ["subscribe", "subscriptions-link", "personal-data-link"]
"""Forms that send a mail to an address whenever they are sent, at most three a day, as the first may be lost."""
NOT_COUNTED = {
    AuditEvent,
    CatalogueVersion,
    LimitBucket,
    SentForm,
    FacetCount,
    FacetEntry,
    FacetKey,
    IndexedPractice,
    IndexedWord,
}


def counts():
    models = set(apps.get_app_config("practices").get_models()) - NOT_COUNTED
    return {model.__name__: model.objects.count() for model in models}


def form_of(client, name):
    """Return (address, what a browser sends) of the form of this name, filled in."""
    if name in ON_STATUS_PAGE:
        submission = make_submission(STATES.get(name, State.DRAFT))
        path, page = address(name, submission.token), submission.get_private_url()
    else:
        path = page = open_address(name)
    forms = [form for form in read(client.get(page)).all("form") if form.get("method", "").lower() == "post"]
    own = [form for form in forms if urlsplit(form.get("action", page)).path == urlsplit(path).path]
    filled = sent_by(own[0]) | TYPED.get(name, {}) | PRESSED.get(name, {})
    return path, filled


def send(path, filled, name):
    files = (
        {"file": SimpleUploadedFile("report.pdf", b"%PDF-1.7\n%%EOF")}
        if name == "submission-attachments"
        else {}
    )
    return Client().post(path, filled | files).status_code


@pytest.mark.parametrize("name", [name for name in BY_POST if name not in ASK_FOR_MAIL])
def test_form_sent_twice_acts_once(client, name):
    path, filled = form_of(client, name)
    before = counts()
    send(path, filled, name)
    once = counts()

    send(path, filled, name)

    assert (once != before) >= (name in CREATE)
    assert {model: count - before[model] for model, count in counts().items() if count != once[model]} == {}


@pytest.mark.parametrize("name", CREATE)
def test_form_sent_twice_at_once_acts_once(name, at_once):
    expected = form_of(Client(), name)
    before = counts()
    send(*expected, name)
    more = {model: count - before[model] for model, count in counts().items() if count != before[model]}
    path, filled = form_of(Client(), name)
    before = counts()

    at_once(2, lambda: send(path, filled, name))

    assert {
        model: count - before[model] for model, count in counts().items() if count != before[model]
    } == more
