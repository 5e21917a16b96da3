"""Reminders of questions every night, and the end of those that get no answer."""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import Q, QuerySet

from practices import clock
from practices.choices import Kind, QuestionEnd, QuestionState
from practices.core import catalogue_version, isolation
from practices.models import OutboxMessage, Question
from practices.models.question import QuestionQuerySet
from practices.notifications import hold
from practices.workflow.questions.closing import close_question
from practices.workflow.questions.recipients import (
    mail_asker,
    mail_reminder,
    recipient_of,
)
from practices.workflow.questions.steps import QuestionGone, lock, move


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


def _to_remind(now: datetime) -> QuestionQuerySet:
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
    together = due.sent_to(recipient.address) if recipient else due.filter(pk=question.pk)
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
    is_theirs = Q(question__isnull=False) | Q(kind=Kind.QUESTIONS_WAITING)
    written = OutboxMessage.objects.filter(is_theirs, pk__gt=before)
    return list(written.values_list("pk", flat=True))
