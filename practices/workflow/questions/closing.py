"""Questions that end without an answer: reminders, and what closes them."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from practices import clock
from practices.choices import Kind, QuestionEnd, QuestionState
from practices.core import catalogue_version, isolation
from practices.models import OutboxMessage, Practice, Question, QuestionContact, Submission
from practices.models.submission import new_token
from practices.notifications import hold
from practices.workflow.questions.recipients import (
    mail_asker,
    mail_reminder,
    recipient_of,
    sent_to_address,
)
from practices.workflow.questions.steps import OPEN, QuestionGone, lock, move, renew, save

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


# Every night ---------------------------------------------------------------------------------------


def follow_up_questions(*, now: datetime | None = None) -> dict[str, int]:
    """Remind of questions once, and tell askers who get no answer. Returns what was done → how often. Idempotent.

    Does nothing while sending is held, as after a restore, when this may have been done before.
    """
    if hold.is_held():
        return {"reminded": 0, "expired": 0, "undelivered": 0}
    now = now or clock.now()
    return {
        "reminded": isolation.each(_to_remind(now), partial(_remind, now=now), what="reminder of question"),
        "expired": isolation.each(_to_expire(now), partial(_expire, now=now), what="end of question"),
        "undelivered": isolation.each(
            _undelivered(), partial(_close_undelivered, now=now), what="undelivered question"
        ),
    }


def _to_remind(now: datetime) -> QuerySet[Question]:
    since = now - timedelta(days=settings.QUESTION_REMINDER_DAYS)
    return Question.objects.filter(state=QuestionState.SENT, reminded_at=None, sent_at__lte=since)


def _to_expire(now: datetime) -> QuerySet[Question]:
    wait = settings.QUESTION_DAYS - settings.QUESTION_REMINDER_DAYS
    since = now - timedelta(days=wait)
    return Question.objects.filter(state=QuestionState.SENT, reminded_at__lte=since)


def _undelivered() -> QuerySet[Question]:
    """Filter questions all of whose e-mails were given up."""
    mails = OutboxMessage.objects.filter(kind=Kind.QUESTION_ASKED, question__isnull=False)
    given_up = mails.filter(failed_at__isnull=False, sent_at=None).values("question")
    others = mails.filter(failed_at=None, cancelled_at=None).values("question")
    return Question.objects.filter(state=QuestionState.SENT, pk__in=given_up).exclude(pk__in=others)


def _remind(question: Question, *, now: datetime) -> int:
    """Remind of a question, and in the same e-mail of all others for the same address. Returns of how many."""
    catalogue_version.bump()  # the page says from now on that nobody has answered yet
    recipient = recipient_of(question)
    due = _to_remind(now)
    together = due.filter(sent_to_address(recipient.address)) if recipient else due.filter(pk=question.pk)
    still = (_still(each, QuestionState.SENT) for each in together.order_by("pk"))
    rows = [row for row in still if row and not row.reminded_at]
    for row in rows:
        move(row, "remind", at=now, reminded_at=now)
    if rows and recipient:
        mail_reminder(rows, recipient)
    return len(rows)


def _expire(question: Question, *, now: datetime) -> bool:
    row = _still(question, QuestionState.SENT)
    if row is None:
        return False
    move(row, "expire", at=now)
    mail_asker(row, Kind.QUESTION_ENDED)
    return True


def _close_undelivered(question: Question, *, now: datetime) -> bool:
    row = _still(question, QuestionState.SENT)
    if row is None:
        return False
    close_question(row, QuestionEnd.UNDELIVERED, now=now)
    return True


def _still(question: Question, state: QuestionState) -> Question | None:
    """Lock a question and return it, unless it has another state by now or is gone."""
    try:
        row = lock(question)
    except QuestionGone:
        return None
    return row if row.state == state else None


def repeat_follow_up(*, until: datetime) -> list[int]:
    """Repeat what was done before a loss, after a restore; return the keys of the messages, which were sent by then."""
    before = OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for rows, act in ((_to_remind(until), _remind), (_to_expire(until), _expire)):
        isolation.each(rows, partial(act, now=until), what="follow-up of question")
    written = OutboxMessage.objects.filter(pk__gt=before, question__isnull=False)
    return list(written.values_list("pk", flat=True))
