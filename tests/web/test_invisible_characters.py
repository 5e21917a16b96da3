"""Characters that nobody sees: they enter by no door, and reach no reader from rows that were kept before."""

import io
import re
import zipfile

import pytest

from practices.choices import State
from practices.documents.form import checked
from practices.exchange.spreadsheets import reader
from practices.models import (
    Objective,
    OutboxMessage,
    PracticeType,
    RejectionReason,
    Submission,
)
from practices.notifications import emails
from practices.notifications.outbox import news
from tests.support.addresses import CACHEABLE, public_addresses
from tests.support.factories import (
    announced_to,
    document,
    make_moderator,
    make_practice,
    make_submission,
    make_subscription,
)
from tests.support.pages import read, sent_by

pytestmark = pytest.mark.django_db

HOSTILE = "\u202eDesks\u2066 in\u200b po\u00adrts\u2028\ufeff"
CLEAN = "Desks in ports"
HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2060\u00ad\u2028\u2029\ufffe]|(?<!^)\ufeff")
"""A CSV file begins with U+FEFF."""


def hostile_practice():
    """Publish a practice whose texts were kept before such characters were left out."""
    return make_practice(
        title=HOSTILE,
        summary=HOSTILE,
        context=HOSTILE,
        credit=HOSTILE,
        implementers=[HOSTILE],
        tags=[HOSTILE],
        area=HOSTILE,
        countries=["TV"],
    )


# Doors ----------------------------------------------------------------------------


def test_imported_document_is_clean():
    found, faults = checked(document(title=HOSTILE, credit=HOSTILE, tags=[HOSTILE], implementers=[HOSTILE]))

    texts = [found["title"], found["credit"], *found["tags"], *found["implementers"]]
    assert (faults, texts) == ([], [CLEAN] * 4)


def test_spreadsheet_is_clean():
    content = f"field,what it is,your answer\ntitle,,{HOSTILE.replace('\u2028', '')}\n".encode()

    assert reader.read(content, fields={"title": "Title"}).by_field == {"title": CLEAN}


def test_submitted_form_is_clean(client):
    form = read(client.get("/submit/")).one("main").one("form")
    names = ("title", "summary", "name", "organisation", "honorific")
    client.post(
        "/submit/",
        sent_by(form) | dict.fromkeys(names, HOSTILE) | {"objective": "21", "email": "ana@example.org"},
    )

    submission = Submission.objects.get()

    contact = submission.submitter
    texts = [submission.document["title"], submission.document["summary"], contact.name, contact.organisation]
    assert ({*texts, contact.honorific}, HIDDEN.search(str(submission.typed))) == ({CLEAN}, None)


def test_message_of_a_submitter_is_clean(client):
    submission = make_submission(State.IN_REVIEW)
    page = read(client.get(submission.get_private_url()))
    form = next(form for form in page.all("form") if form.all(name="text"))
    client.post(form["action"].partition("#")[0], sent_by(form) | {"text": HOSTILE})

    assert [message.text for message in submission.thread.all()] == [CLEAN]


def test_search_is_shown_back_clean(client):
    page = client.get("/practices/", {"q": HOSTILE, "tag": "\u202ezz", "objective": "\u202e99"})

    assert HIDDEN.search(page.text) is None


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Objective.objects.get(number=21), "short_label"),
        (PracticeType.objects.first, "name"),
        (RejectionReason.objects.first, "text"),
    ],
)
def test_text_in_the_admin_is_clean(admin_client, make, name):
    row = make()
    path = f"/admin/practices/{row._meta.model_name}/{row.pk}/change/"
    form = read(admin_client.get(path)).one("form", id=f"{row._meta.model_name}_form")

    admin_client.post(path, sent_by(form) | {name: HOSTILE})

    row.refresh_from_db()
    assert getattr(row, name) == CLEAN


def test_decision_of_a_moderator_is_clean(client):
    client.force_login(make_moderator())
    submission = make_submission(State.IN_REVIEW)
    path = f"/admin/practices/submission/{submission.pk}/change/"
    form = next(form for form in read(client.get(path)).all("form") if form.all(name="internal_note"))

    client.post(
        path,
        sent_by(form) | {"step": "return_to_queue", "internal_note": HOSTILE, "reason": HOSTILE},
        follow=True,
    )

    event = submission.events.order_by("pk").last()
    assert (event.internal_note.strip(), HIDDEN.search(event.reason)) == (CLEAN, None)


# Rows kept before ------------------------------------------------------------------


def text_of(response):
    """Return all that a file holds as text, also of a ZIP archive such as XLSX."""
    content = response.getvalue()
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


ISOLATING = ("bdi", "textarea", "script", "option")


def unguarded(page):
    """Return the hidden characters of a page outside of elements that keep their direction to themselves."""
    head = [element.raw for element in page.all("title")]
    values = [
        value
        for element in page.inside()
        for name, value in element.attributes.items()
        if name in ("content", "title", "alt", "aria-label")
    ]
    return [text for text in [*head, *values, *_bare(page)] if HIDDEN.search(text)]


def _bare(element):
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif (
            child.tag not in ("bdi", "textarea", "script", "option") and "dir" not in child.attributes
        ) or child.tag == "html":
            yield from _bare(child)


def test_public_pages_keep_hidden_characters_from_their_readers(client):
    pictures = ("favicon", "picture", "objective-picture", "practice-picture")
    practice = hostile_practice()
    make_practice(title="Desks in two ports", tags=[HOSTILE], countries=["TV"])
    addresses = public_addresses(practice, names=[name for name in CACHEABLE if name not in pictures])
    addresses["practice-export"].append("/practices/export.xlsx")
    addresses["suggest"] = ["/suggest/?q=desks"]
    addresses["comparison"].append(f"/compare/?practice={practice.pk}&practice=\u202e7")

    answers = {path: client.get(path) for paths in addresses.values() for path in paths}

    assert {path: (answer.status_code, hidden_in(answer)) for path, answer in answers.items()} == {
        path: (200, []) for path in answers
    }


def hidden_in(response):
    if response.headers["Content-Type"].startswith("text/html"):
        return unguarded(read(response))
    return HIDDEN.findall(text_of(response))


def test_news_keeps_hidden_characters_from_its_readers():
    message = announced_to(
        make_subscription(), title=HOSTILE, summary=HOSTILE, credit=HOSTILE, tags=[HOSTILE]
    )
    news.attach([message])

    email = emails.compose(message)

    assert (email.subject, HIDDEN.findall(email.body + email.alternatives[0].content)) == (
        f"Objective 21: new practice “{CLEAN} ” – Migration Good Practices",
        [],
    )


@pytest.mark.parametrize("kind", ["submission_published", "submission_received"])
def test_mail_to_a_submitter_keeps_hidden_characters_away(kind):
    submission = make_submission(State.PUBLISHED, title=HOSTILE, summary=HOSTILE)
    message = OutboxMessage.objects.filter(submission=submission, kind=kind).first()

    email = emails.compose(message)

    assert HIDDEN.findall(email.subject + email.body + email.alternatives[0].content) == []
