"""Decisions of moderators on questions, the contact that they name for a practice, and questions from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from practices import clock
from practices.choices import AuditAct, Kind, QuestionState
from practices.core import audit, catalogue_version
from practices.core.addresses import canonical
from practices.models import Practice, Question, QuestionContact
from practices.models.submission import new_token
from practices.notifications import outbox
from practices.workflow.questions.asking import no_recipient_because, send_to
from practices.workflow.questions.closing import close_question, close_questions_to
from practices.workflow.questions.links import question_contact_path
from practices.workflow.questions.recipients import mail_asker, recipient_for
from practices.workflow.questions.steps import QuestionStepRefused, lock, move, renew
from practices.workflow.transitions import Staff


@dataclass(frozen=True)
class NewQuestion:
    """A published question and its answer from elsewhere."""

    text: str
    answer: str
    answered_at: datetime


@transaction.atomic
def add_questions(practice: Practice, new: Sequence[NewQuestion], *, at: datetime) -> None:
    """Publish questions from elsewhere, newest first, with a practice that is new here. Nobody is told.

    Both sides have agreed there. No address comes with them, so neither side has a private page here.
    """
    if not new:
        return
    catalogue_version.bump()
    Question.objects.bulk_create(
        Question(
            practice=practice,
            state=QuestionState.PUBLISHED,
            text=each.text,
            shown_text=each.text,
            answer=each.answer,
            shown_answer=each.answer,
            asker_consents=True,
            contact_consents=True,
            asked_at=each.answered_at,
            confirmed_at=each.answered_at,
            answered_at=each.answered_at,
            ended_at=each.answered_at,
            published_at=at - timedelta(microseconds=place),  # keeps their order
        )
        for place, each in enumerate(new)
    )
    renew([practice.pk])


@transaction.atomic
def release_question(question: Question, *, by: Staff, now: datetime | None = None) -> bool:
    """Send a question that was held. Returns False if nobody can be asked any more, so that it is closed instead.

    Raises QuestionGone and QuestionStepRefused.
    """
    now = now or clock.now()
    question = lock(question)
    if question.state != QuestionState.HELD:
        raise QuestionStepRefused(question, "release")
    recipient = recipient_for(question.practice)
    if recipient is None:
        close_question(question, no_recipient_because(question.practice), now=now)
        return False
    send_to(question, recipient, "release", now=now, by=by)
    return True


@transaction.atomic
def stop_question(question: Question, *, by: Staff, now: datetime | None = None) -> None:
    """End an exchange before it is answered, and tell the asker. What waits to be sent is not sent.

    Raises QuestionGone and QuestionStepRefused.
    """
    question = lock(question)
    move(question, "stop", at=now or clock.now(), by=by)
    mail_asker(question, Kind.QUESTION_ENDED)


@transaction.atomic
def publish_question(
    question: Question,
    *,
    by: Staff,
    text: str,
    answer: str,
    seen: str | None = None,
    now: datetime | None = None,
) -> None:
    """Show a question and its answer on the page of its practice, in these words, or in other words than so far.

    `seen` is the `question_standing` that the page has shown. Raises QuestionGone, and QuestionStepRefused if either
    side does not agree any more, or somebody has decided meanwhile.
    """
    catalogue_version.bump()
    question = lock(question)
    is_agreed = question.asker_consents and question.contact_consents and question.answer
    if not is_agreed or seen not in (None, question_standing(question)):
        raise QuestionStepRefused(question, "publish")
    published_at = question.published_at or now or clock.now()
    shown = {"shown_text": text, "shown_answer": answer, "published_at": published_at}
    move(question, "publish", at=published_at, by=by, **shown)


@transaction.atomic
def keep_question_private(
    question: Question, *, by: Staff, seen: str | None = None, now: datetime | None = None
) -> None:
    """Decide that a question and its answer are not public, or not any more. Raises what `publish_question` does."""
    catalogue_version.bump()
    question = lock(question)
    if seen not in (None, question_standing(question)):
        raise QuestionStepRefused(question, "keep_private")
    nothing = {"shown_text": "", "shown_answer": "", "published_at": None}
    move(question, "keep_private", at=now or clock.now(), by=by, **nothing)


def question_standing(question: Question) -> str:
    """Return a string that identifies what a moderator decides on."""
    consents = f"{question.asker_consents:d}{question.contact_consents:d}"
    shown = sha256(f"{question.shown_text}\0{question.shown_answer}".encode()).hexdigest()
    return f"{question.state}/{consents}/{question.answered_at or ''}/{shown}"


@transaction.atomic
def set_question_contact(
    practice: Practice, address: str, *, language: str, by: Staff, now: datetime | None = None
) -> None:
    """Name who answers questions on a practice, and ask that address to confirm; without an address, name nobody.

    Questions that the former contact was sent and has not answered are closed. The submitter is asked until the new
    one has confirmed. The same address with another language gets its e-mails in that one. Idempotent.
    """
    catalogue_version.bump()
    contact, _is_new = QuestionContact.objects.select_for_update().get_or_create(practice=practice)
    if contact.address == canonical(address):
        QuestionContact.objects.filter(pk=contact.pk).update(language=language)
        return
    former = contact.key
    contact.address, contact.language = canonical(address), language
    contact.key, contact.confirmed_at = new_token(), None
    contact.named_at = (now or clock.now()) if address else None
    contact.save()
    close_questions_to(former, now=now or clock.now())
    audit.record(
        AuditAct.QUESTION, by=by.get_username(), address=address, what=f"contact of practice {practice.pk}"
    )
    if address:
        outbox.enqueue(
            Kind.QUESTION_CONTACT,
            address=contact.address,
            language=language,
            context={
                "title": practice.title,
                "practice_path": practice.get_absolute_url(),
                "contact_path": question_contact_path(contact),
            },
        )


@transaction.atomic
def confirm_question_contact(contact: QuestionContact, *, now: datetime | None = None) -> None:
    """Have questions go to a contact who has confirmed the address. Idempotent."""
    catalogue_version.bump()
    rows = QuestionContact.objects.filter(pk=contact.pk, key=contact.key, confirmed_at=None)
    rows.update(confirmed_at=now or clock.now())
