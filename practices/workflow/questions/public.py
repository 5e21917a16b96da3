"""What the page of a practice says of questions."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from statistics import median
from typing import Any

from django.db.models import Exists

from practices.choices import QuestionState
from practices.models import Practice, Question
from practices.workflow.questions.recipients import Recipient, may_be_asked, recipient_for, sent_to
from practices.workflow.questions.steps import HAVE_ANSWER

FEWEST_ANSWERS = 5
"""Answers from which on the page says how long they take."""
LATEST = 20
"""Latest answers that are counted."""
MOST_COUNTED = 100
"""Latest questions that are looked at."""
MOST_SHOWN = 20


@dataclass(frozen=True)
class Asking:
    """Questions on a practice as readers see them."""

    can_ask: bool
    published: list[Question]
    """With their answers, newest first."""
    days: int | None
    """Days within which half of the answers came; None while there are too few."""
    has_not_answered: bool
    """Whether a question has waited so long that its contact was reminded, and none was ever answered."""


def asking_columns(pk: int) -> dict[str, Any]:
    """Return annotations for the query of the page of a practice: `asking` then needs no other where none was asked."""
    sent = Question.objects.filter(practice=pk).exclude(state=QuestionState.ASKED)
    return {"may_be_asked": may_be_asked(pk), "has_questions": Exists(sent)}


def asking(practice: Practice, *, may_be_asked: bool, has_questions: bool) -> Asking:
    """Return what the page of a public practice says of questions, from the `asking_columns` of its query."""
    if not has_questions:
        return Asking(can_ask=may_be_asked, published=[], days=None, has_not_answered=False)
    recipient = recipient_for(practice) if may_be_asked else None
    published = practice.questions.public().order_by("-published_at", "-pk")[:MOST_SHOWN]
    waits, is_late = _waits(practice, recipient) if recipient else ([], False)
    return Asking(
        can_ask=recipient is not None,
        published=list(published),
        days=_in_days(waits) if len(waits) >= FEWEST_ANSWERS else None,
        has_not_answered=is_late and not waits,
    )


def _waits(practice: Practice, recipient: Recipient) -> tuple[list[timedelta], bool]:
    """Return how long the latest answers took, and whether a question waited so long that there was a reminder."""
    sent = practice.questions.filter(sent_to(recipient), moved_from=None).exclude(sent_at=None)
    latest = list(sent.order_by("-sent_at", "-pk").defer("text", "answer")[:MOST_COUNTED])
    waits = [
        each.answered_at - each.sent_at
        for each in latest
        if each.answered_at and each.sent_at and each.state in HAVE_ANSWER
    ]
    return waits[:LATEST], any(each.reminded_at for each in latest)


def _in_days(waits: list[timedelta]) -> int:
    """Return the median in days, rounded up."""
    days = median(wait / timedelta(days=1) for wait in waits)
    return max(1, ceil(days))
