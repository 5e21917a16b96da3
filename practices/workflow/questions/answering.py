"""Answers to questions, and the consent of both sides to publish them."""

from datetime import datetime

from django.db import transaction

from practices import clock
from practices.choices import Kind, QuestionState
from practices.core import catalogue_version
from practices.models import Question
from practices.workflow.questions.recipients import mail_asker, recipient_of
from practices.workflow.questions.steps import HAVE_ANSWER, QuestionStepRefused, lock, move, save


def can_answer(question: Question) -> bool:
    """Return whether whoever was asked can still be told what was asked, and answer."""
    return question.practice.is_public and recipient_of(question) is not None


@transaction.atomic
def answer_question(
    question: Question, text: str, *, consents: bool, now: datetime | None = None
) -> Question:
    """Store the answer of the contact and mail it to the asker, also when it comes late.

    The same answer sent twice is one. Returns the question as it is now. Raises QuestionGone, and QuestionStepRefused
    if it was answered otherwise meanwhile, stopped, or nobody may answer it any more.
    """
    now = now or clock.now()
    catalogue_version.bump()  # the page says how long answers take
    question = lock(question)
    if question.state in HAVE_ANSWER and question.answer == text:
        return question
    if not can_answer(question):
        raise QuestionStepRefused(question, "answer")
    move(
        question,
        "answer",
        at=now,
        answer=text,
        contact_consents=consents,
        answered_at=now,
        ended_at=now,
        end="",
    )
    mail_asker(question, Kind.QUESTION_ANSWERED)
    return question


@transaction.atomic
def decline_question(question: Question, *, now: datetime | None = None) -> Question:
    """Let the asker know that the contact will not answer. Idempotent. Raises QuestionGone and QuestionStepRefused."""
    question = lock(question)
    if question.state == QuestionState.DECLINED:
        return question
    if not can_answer(question):
        raise QuestionStepRefused(question, "decline")
    move(question, "decline", at=now or clock.now())
    mail_asker(question, Kind.QUESTION_ENDED)
    return question


@transaction.atomic
def set_question_consent(
    question: Question, *, consents: bool, of_asker: bool, now: datetime | None = None
) -> Question:
    """Record whether one side lets a question and its answer be published; without, they leave the page at once.

    Idempotent. Raises QuestionGone.
    """
    catalogue_version.bump()
    question = lock(question)
    if not consents and question.state == QuestionState.PUBLISHED:
        unpublish(question, now=now or clock.now())
    save(question, **{"asker_consents" if of_asker else "contact_consents": consents})
    return question


def unpublish(question: Question, *, now: datetime, **changes) -> None:
    """Take a locked question off the page of its practice, as one side wants it."""
    move(question, "take_back", at=now, published_at=None, shown_text="", shown_answer="", **changes)
