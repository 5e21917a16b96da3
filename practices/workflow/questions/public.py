"""Questions as the page of a practice shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from statistics import median
from typing import Any

from django.db.models import Exists, F

from practices.choices import QuestionState
from practices.models import Practice, Question
from practices.workflow.questions.recipients import may_be_asked, recipient_for, sent_to
from practices.workflow.questions.steps import HAVE_ANSWER

FEWEST_ANSWERS = 5
"""Answers from which on the page says how long they take."""
LATEST = 20
"""Latest answers that are counted."""
MOST_COUNTED = 100
"""Questions that are looked at: those published, then the latest."""
MOST_QUESTIONS_SHOWN = 20
"""Published questions that the page of a practice and the documents of a kit have: the newest."""


@dataclass(frozen=True)
class Asking:
    """Questions on a practice as readers see them."""

    can_ask: bool
    published: list[Question]
    """With their answers, newest first."""
    days: int | None
    """Days within which half of the answers came; None while there are too few."""
    has_not_answered: bool
    """True if a question has waited so long that its contact was reminded, and none was ever answered."""


def asking_columns(pk: int) -> dict[str, Any]:
    """Return annotations for the query of the page of a practice: `asking` then needs no other where none was asked."""
    sent = Question.objects.filter(practice=pk).exclude(state=QuestionState.ASKED)
    return {"may_be_asked": may_be_asked(pk), "has_questions": Exists(sent)}


def asking(practice: Practice, *, may_be_asked: bool, has_questions: bool) -> Asking:
    """Return what the page of a public practice says of questions, from the `asking_columns` of its query.

    One query where there are questions, and a few more once there is something to say of how long answers take.
    """
    if not has_questions:
        return Asking(can_ask=may_be_asked, published=[], days=None, has_not_answered=False)
    sent = practice.questions.exclude(state=QuestionState.ASKED)
    rows = list(sent.order_by(F("published_at").desc(nulls_last=True), "-sent_at", "-pk")[:MOST_COUNTED])
    published = [row for row in rows if row.state == QuestionState.PUBLISHED][:MOST_QUESTIONS_SHOWN]
    says_how_long = len(_waits(rows)) >= FEWEST_ANSWERS or any(row.reminded_at for row in rows)
    if not may_be_asked or not says_how_long:
        return Asking(can_ask=may_be_asked, published=published, days=None, has_not_answered=False)
    recipient = recipient_for(practice)
    of_theirs = sent.filter(sent_to(recipient), moved_from=None) if recipient else sent.none()
    to_them = set(of_theirs.values_list("pk", flat=True))
    theirs = [row for row in rows if row.pk in to_them]
    waits = _waits(theirs)
    return Asking(
        can_ask=recipient is not None,
        published=published,
        days=_in_days(waits) if len(waits) >= FEWEST_ANSWERS else None,
        has_not_answered=not waits and any(row.reminded_at for row in theirs),
    )


def _waits(rows: Iterable[Question]) -> list[timedelta]:
    """Return how long the latest answers took, newest question first."""
    answered = [
        (row.sent_at, row.answered_at - row.sent_at)
        for row in rows
        if row.answered_at and row.sent_at and row.state in HAVE_ANSWER
    ]
    return [wait for _sent_at, wait in sorted(answered, reverse=True)[:LATEST]]


def _in_days(waits: list[timedelta]) -> int:
    """Return the median in days, rounded up."""
    days = median(wait / timedelta(days=1) for wait in waits)
    return max(1, ceil(days))
