"""The one table of steps of a question, and the function that makes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from practices import clock
from practices.choices import AuditAct, Kind, QuestionState
from practices.core import audit, catalogue_version
from practices.models import OutboxMessage, Practice, Question, delete_dumps
from practices.workflow.errors import StepRefused
from practices.workflow.transitions import Staff


class Party(Enum):
    """Parties that make steps of a question."""

    ASKER = "asker"
    CONTACT = "contact"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True)
class QuestionStep:
    """A step that one party may make from some states to another."""

    name: str
    sources: frozenset[QuestionState]
    target: QuestionState
    by: Party
    mails: Kind | None = None
    """Message queued to the other side."""


def _step(
    by: Party, name: str, sources: Iterable[QuestionState], target: QuestionState, mails: Kind | None = None
) -> QuestionStep:
    return QuestionStep(name, frozenset(sources), target, by, mails)


OPEN = frozenset({QuestionState.HELD, QuestionState.SENT})
"""States in which the asker waits."""
ANSWERABLE = frozenset(
    {QuestionState.SENT, QuestionState.EXPIRED, QuestionState.DECLINED, QuestionState.CLOSED}
)
"""States in which the contact may answer: a late answer is welcome."""
HAVE_ANSWER = frozenset({QuestionState.ANSWERED, QuestionState.PUBLISHED, QuestionState.PRIVATE})
ENDED = frozenset(QuestionState) - OPEN - {QuestionState.ASKED}

QUESTION_STEPS = (
    _step(Party.ASKER, "deliver", {QuestionState.ASKED}, QuestionState.SENT, Kind.QUESTION_ASKED),
    _step(Party.ASKER, "hold", {QuestionState.ASKED}, QuestionState.HELD),
    _step(Party.STAFF, "release", {QuestionState.HELD}, QuestionState.SENT, Kind.QUESTION_ASKED),
    _step(Party.STAFF, "stop", OPEN, QuestionState.STOPPED, Kind.QUESTION_ENDED),
    _step(Party.CONTACT, "answer", ANSWERABLE, QuestionState.ANSWERED, Kind.QUESTION_ANSWERED),
    _step(Party.CONTACT, "decline", {QuestionState.SENT}, QuestionState.DECLINED, Kind.QUESTION_ENDED),
    _step(Party.SYSTEM, "remind", {QuestionState.SENT}, QuestionState.SENT, Kind.QUESTION_ASKED),
    _step(Party.SYSTEM, "expire", {QuestionState.SENT}, QuestionState.EXPIRED, Kind.QUESTION_ENDED),
    _step(Party.SYSTEM, "close", OPEN | {QuestionState.ASKED}, QuestionState.CLOSED, Kind.QUESTION_ENDED),
    _step(Party.STAFF, "publish", HAVE_ANSWER, QuestionState.PUBLISHED),
    _step(
        Party.STAFF,
        "keep_private",
        {QuestionState.ANSWERED, QuestionState.PUBLISHED},
        QuestionState.PRIVATE,
    ),
    _step(
        Party.SYSTEM, "take_back", {QuestionState.PUBLISHED, QuestionState.PRIVATE}, QuestionState.ANSWERED
    ),
)
STEPS = {step.name: step for step in QUESTION_STEPS}

TRUE_IN = {
    Kind.QUESTION_CONFIRM: {QuestionState.ASKED},
    Kind.QUESTION_ASKED: {QuestionState.SENT},
    Kind.QUESTION_ANSWERED: HAVE_ANSWER,
    Kind.QUESTION_ENDED: ENDED - HAVE_ANSWER,
}
"""Kind of message → states of its question in which what it says is so."""


class QuestionStepRefused(StepRefused):
    """No such step starts from the state of a question; somebody has changed it meanwhile."""

    def __init__(self, question: Question, name: str):
        self.state = QuestionState(question.state)
        super().__init__(f"{name} from {self.state}")


class QuestionGone(StepRefused):
    """The question was deleted meanwhile, at the wish of its asker or because its time was over."""


def lock(question: Question) -> Question:
    """Lock a question until the transaction ends, and return its row. Raises QuestionGone.

    What is published, withdrawn, merged or erased meanwhile waits too, so that nobody is asked who is gone.
    """
    catalogue_version.lock()
    rows = Question.objects.select_for_update(of=("self",)).select_related(
        "practice", "submission__submitter"
    )
    row = rows.filter(pk=question.pk).first()
    if row is None:
        raise QuestionGone
    return row


def question_steps(question: Question, *, by: Party) -> list[str]:
    """Return the names of the steps that a party may make now."""
    return [step.name for step in QUESTION_STEPS if step.by is by and question.state in step.sources]


def move(
    question: Question, name: str, *, at: datetime, by: Staff | None = None, **changes: Any
) -> QuestionStep:
    """Make a step of a locked question; cancel what waits to be sent and is not true any more.

    Steps of staff are in the audit log. Raises QuestionStepRefused.
    """
    step = STEPS[name]
    if question.state not in step.sources:
        raise QuestionStepRefused(question, name)
    changes |= {"state": step.target}
    if step.target in ENDED and question.state not in ENDED:
        changes.setdefault("ended_at", at)
    is_shown = QuestionState.PUBLISHED in (question.state, step.target)
    save(question, **changes)
    if is_shown:
        renew([question.practice_id])
    overtaken = [kind for kind, states in TRUE_IN.items() if step.target not in states]
    waiting = OutboxMessage.objects.waiting().filter(question=question)
    waiting.filter(kind__in=overtaken).update(cancelled_at=clock.now())
    cancel_reminders_of_none()
    if by is not None:
        audit.record(AuditAct.QUESTION, by=by.get_username(), what=f"{name}: question {question.pk}")
    return step


def cancel_reminders_of_none() -> None:
    """Cancel the joint reminders that wait to be sent to those for whom no question waits any more."""
    reminders = OutboxMessage.objects.waiting().filter(kind=Kind.QUESTIONS_WAITING)
    overtaken = [each.pk for each in reminders if not Question.objects.waiting_for(each.address).exists()]
    OutboxMessage.objects.filter(pk__in=overtaken).update(cancelled_at=clock.now())


def renew(practices: Iterable[int]) -> None:
    """Have whoever asks for what has changed find practices whose published questions are others now."""
    Practice.objects.filter(pk__in=practices).update(changed_at=clock.now())
    delete_dumps()


def save(question: Question, **changes: Any) -> None:
    """Write columns of a locked question."""
    Question.objects.filter(pk=question.pk).update(**changes)
    for field, value in changes.items():
        setattr(question, field, value)
