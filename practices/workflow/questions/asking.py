"""Asking a question: the form stores it, and the asker's mailbox sets it off."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from practices import clock
from practices.choices import Kind, PracticeState, QuestionEnd, QuestionState
from practices.core import rate_limits, sent_forms
from practices.core.addresses import canonical
from practices.core.titles import folded
from practices.models import Practice, Question
from practices.notifications import outbox
from practices.workflow import spam
from practices.workflow.questions.links import question_confirm_path
from practices.workflow.questions.recipients import (
    Recipient,
    mail_question,
    recipient_for,
    takes_no_questions,
)
from practices.workflow.questions.steps import lock, move

MOST_COMPARED = 500
"""Recent questions whose texts are compared."""
MANY, EVERY = "many", "every"
HELD_BECAUSE = {
    MANY: _("Whoever would be asked has had many questions today."),
    EVERY: _("A moderator reads every question before it is sent."),
}
"""Reasons to hold a question other than signs of spam."""


@transaction.atomic
def ask_question(
    practice: Practice,
    *,
    text: str,
    address: str,
    name: str = "",
    consents: bool = False,
    language: str,
    form_key: str = "",
    asked_from: str = "",
    now: datetime | None = None,
) -> Question | None:
    """Store a question and mail the asker a link to confirm the address; nobody else is told before.

    Returns None if the same form was sent before, or if too many of these e-mails went to the address
    (`rate_limits.count_mail`): the page says the same then.
    """
    now, address = now or clock.now(), canonical(address)
    if sent_forms.is_repeat(form_key, practice.pk, text, address):
        return None
    try:
        rate_limits.count_mail(
            "question mail",
            address,
            asked_from=asked_from,
            per_day=settings.QUESTION_MAILS_PER_DAY,
            now=now,
        )
    except rate_limits.LimitReached:
        return None
    question = Question.objects.create(
        practice=practice,
        text=text,
        name=name,
        address=address,
        asker_consents=consents,
        language=language,
        asked_at=now,
    )
    outbox.enqueue(
        Kind.QUESTION_CONFIRM,
        address=address,
        language=language,
        question=question,
        context={"confirm_path": question_confirm_path(question)},
    )
    return question


@transaction.atomic
def confirm_question(question: Question, *, now: datetime | None = None) -> Question:
    """Send a question whose asker has confirmed the address, or hold it for a moderator. Idempotent.

    It is closed if nobody can be asked any more. Returns it as it is now. Raises QuestionGone.
    """
    now = now or clock.now()
    question = lock(question)
    if question.state != QuestionState.ASKED:
        return question
    recipient = recipient_for(question.practice)
    if recipient is None:
        move(question, "close", at=now, confirmed_at=now, end=no_recipient_because(question.practice))
    elif signs := _reasons_to_hold(question, recipient, now=now):
        move(question, "hold", at=now, confirmed_at=now, spam_signs=signs)
    else:
        send_to(question, recipient, "deliver", now=now, confirmed_at=now)
    return question


def send_to(question: Question, recipient: Recipient, step: str, *, now: datetime, **more: Any) -> None:
    """Make a step that sends a locked question."""
    more |= {"submission": recipient.submission, "contact_key": recipient.contact_key}
    move(question, step, at=now, sent_at=now, **more)
    mail_question(question, recipient)


def no_recipient_because(practice: Practice) -> QuestionEnd:
    """Return why nobody can be asked about a practice."""
    if practice.state != PracticeState.PUBLISHED:
        return QuestionEnd.WITHDRAWN
    return QuestionEnd.OFF if takes_no_questions(practice) else QuestionEnd.NOBODY


def _reasons_to_hold(question: Question, recipient: Recipient, *, now: datetime) -> list[str]:
    """Return signs of spam if they add up to possible spam, and other reasons to have a moderator read it first."""
    signs = spam.signs_of_text(question.text, address=question.address, now=now)
    if _is_repeated(question, now=now):
        signs.append("repeats")
    reasons = signs if spam.score(signs) >= settings.SPAM_SCORE else []
    if _has_had_many(recipient, now=now):
        reasons.append(MANY)
    if settings.QUESTIONS_HELD:
        reasons.append(EVERY)
    return reasons


def _is_repeated(question: Question, *, now: datetime) -> bool:
    """Return whether the same text was asked too often within the last weeks, whoever has asked."""
    recent = Question.objects.filter(confirmed_at__gte=now - spam.RECENT).exclude(pk=question.pk)
    texts = recent.order_by("-pk").values_list("text", flat=True)[:MOST_COMPARED]
    return sum(folded(text) == folded(question.text) for text in texts) >= settings.SPAM_REPEATS


def _has_had_many(recipient: Recipient, *, now: datetime) -> bool:
    """Return whether an address has been sent as many questions within a day as go there by themselves."""
    sent = Question.objects.sent_to(recipient.address).filter(sent_at__gt=now - timedelta(days=1))
    return sent.count() >= settings.QUESTIONS_TO_CONTACT_PER_DAY


def reasons_to_hold(question: Question) -> list[str]:
    """Return a sentence for each reason for which a question was held."""
    others = [str(HELD_BECAUSE[name]) for name in question.spam_signs if name in HELD_BECAUSE]
    return spam.reasons(question.spam_signs) + others
