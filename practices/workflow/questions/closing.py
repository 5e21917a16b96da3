"""Questions that are closed, moved with their practice, or forgotten with those behind them."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from practices import clock
from practices.choices import Kind, QuestionEnd, QuestionState
from practices.core import catalogue_version
from practices.models import OutboxMessage, Practice, Question, QuestionContact, Submission
from practices.models.submission import new_token
from practices.workflow.questions.recipients import mail_asker
from practices.workflow.questions.steps import (
    OPEN,
    QuestionGone,
    cancel_reminders_of_none,
    lock,
    move,
    renew,
    save,
)

UNANSWERED = OPEN | {QuestionState.ASKED}


def close_question(question: Question, end: QuestionEnd, *, now: datetime) -> None:
    """Close a locked question and tell its asker why."""
    move(question, "close", at=now, end=end)
    mail_asker(question, Kind.QUESTION_ENDED)


def close_questions(practice: Practice, end: QuestionEnd, *, now: datetime) -> None:
    """Close all questions on a practice that nobody has answered, and tell their askers why."""
    for question in _locked(practice.questions.filter(state__in=UNANSWERED)):
        close_question(question, end, now=now)


def close_questions_to(contact_key: str, *, now: datetime) -> None:
    """Close all questions that a contact was sent and has not answered, and tell their askers."""
    for question in _locked(Question.objects.filter(contact_key=contact_key, state=QuestionState.SENT)):
        close_question(question, QuestionEnd.NOBODY, now=now)


def _locked(questions: QuerySet[Question]) -> Iterator[Question]:
    """Lock questions one by one, in the order of their keys, without those that were deleted meanwhile."""
    for question in questions.order_by("pk"):
        try:
            locked = lock(question)
        except QuestionGone:
            continue
        yield locked


def move_questions(practice: Practice, *, into: Practice) -> None:
    """Have the questions on a practice belong to the one that it is merged into."""
    practice.questions.filter(moved_from=None).update(moved_from=practice)
    if practice.questions.filter(state=QuestionState.PUBLISHED).exists():
        renew([practice.pk, into.pk])
    practice.questions.update(practice=into)


def return_questions(practice: Practice) -> None:
    """Have the questions that a merge has moved away belong to a practice again."""
    moved = Question.objects.filter(moved_from=practice)
    if shown := list(moved.filter(state=QuestionState.PUBLISHED).values_list("practice", flat=True)):
        renew([practice.pk, *shown])
    moved.update(practice=practice, moved_from=None)


@transaction.atomic
def turn_questions(practice: Practice, *, on: bool, now: datetime | None = None) -> None:
    """Let readers ask about a practice, or not any more: what nobody has answered is closed then. Idempotent."""
    catalogue_version.bump()
    contact, _is_new = QuestionContact.objects.select_for_update().get_or_create(practice=practice)
    if contact.is_off == (not on):
        return
    QuestionContact.objects.filter(pk=contact.pk).update(is_off=not on)
    if not on:
        close_questions(practice, QuestionEnd.OFF, now=now or clock.now())


def forget_recipients(
    submissions: Iterable[Submission],
    contacts: QuerySet[QuestionContact],
    *,
    keep_published: bool,
    now: datetime,
) -> None:
    """Delete the answers of those whose data is erased, and the contacts; close what they had still to answer.

    With `keep_published`, answers stay that are on the page of a practice, where they name nobody.
    """
    keys = [key for key in contacts.values_list("key", flat=True) if key]
    asked = Question.objects.filter(submission__in=[each.pk for each in submissions])
    for question in _locked(asked | Question.objects.filter(contact_key__in=keys)):
        _forget_recipient(question, keep_published=keep_published, now=now)
    clear_contacts(contacts)


def clear_contacts(contacts: QuerySet[QuestionContact]) -> int:
    """Delete the addresses of contacts, whose links end. Returns how many."""
    rows = list(contacts)
    for contact in rows:
        nothing = {"address": "", "confirmed_at": None, "named_at": None, "key": new_token()}
        QuestionContact.objects.filter(pk=contact.pk).update(**nothing)
    return len(rows)


def _forget_recipient(question: Question, *, keep_published: bool, now: datetime) -> None:
    if question.state == QuestionState.SENT:
        close_question(question, QuestionEnd.NOBODY, now=now)
    if question.state == QuestionState.PUBLISHED:
        if keep_published:
            return save(question, answer=question.shown_answer)
        move(question, "take_back", at=now, published_at=None)
    waiting = OutboxMessage.objects.waiting().filter(question=question, kind=Kind.QUESTION_ANSWERED)
    waiting.update(cancelled_at=clock.now())
    nothing = {"answer": "", "shown_text": "", "shown_answer": "", "contact_consents": False}
    return save(question, **nothing)


def forget_askers(questions: QuerySet[Question]) -> None:
    """Delete questions with their answers and messages, wherever they are shown."""
    shown = questions.filter(state=QuestionState.PUBLISHED)
    if practices := list(shown.values_list("practice", flat=True)):
        renew(practices)
    questions.delete()
    cancel_reminders_of_none()


def keep_reminders(
    messages: QuerySet[OutboxMessage],
    submissions: Iterable[Submission],
    contacts: QuerySet[QuestionContact],
) -> None:
    """Have joint reminders among `messages`, which are about to be erased, belong to what else waits for their address.

    A private link of one submission erases what came with that one, and the same person may have others.
    """
    erased = [each.pk for each in submissions]
    keys = [key for key in contacts.values_list("key", flat=True) if key]
    reminders = OutboxMessage.objects.waiting().filter(pk__in=messages, kind=Kind.QUESTIONS_WAITING)
    for message in reminders:
        others = Question.objects.waiting_for(message.address).exclude(contact_key__in=keys)
        other = others.exclude(submission__in=erased).first()
        if other is not None:
            OutboxMessage.objects.filter(pk=message.pk).update(submission=other.submission)
