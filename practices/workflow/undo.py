"""Undo of steps that nobody outside was told of.

A step that mails its submitter cannot be undone: the e-mail may have arrived, and its preview was the time to stop.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext

from practices import clock
from practices.choices import State
from practices.models import Submission
from practices.workflow.errors import TransitionNotAllowed
from practices.workflow.review import assign, return_to_queue
from practices.workflow.transitions import Staff, move, seen_version


class UndoableStep(NamedTuple):
    """A step that can be undone: the submission before it, and what a page shows after it."""

    submission: int
    state: str
    assignee: int | None
    seen: str


@transaction.atomic
def undoable(submission: Submission, step: Callable[..., None], *arguments: Any) -> UndoableStep:
    """Make a step with a submission. Returns what undoes it: the undo counts for exactly what the step has left."""
    made = UndoableStep(submission.pk, submission.state, submission.assignee_id, "")
    step(submission, *arguments)
    return made._replace(seen=seen_version(submission))


@transaction.atomic
def undo(made: UndoableStep, *, by: Staff, now: datetime | None = None) -> Submission:
    """Restore state and assignee of a submission, unless anything has happened to it since.

    Raises TransitionNotAllowed, and Submission.DoesNotExist if it was erased.
    """
    submission = Submission.objects.select_related("assignee", "submitter", "practice").get(
        pk=made.submission
    )
    assignee = User.objects.filter(pk=made.assignee or 0).first()
    match State(submission.state), State(made.state):
        case State.SPAM, State.SUBMITTED:
            note = gettext("Undone.")
            return_to_queue(submission, by=by, assignee=assignee, seen=made.seen, internal_note=note, now=now)
        case State.SPAM, State.IN_REVIEW:
            resume_review(submission, by=by, assignee=assignee, seen=made.seen, now=now)
        case state, earlier if state == earlier:
            assign(submission, to=assignee, by=by, seen=made.seen, now=now)
        case _:
            raise TransitionNotAllowed(submission, made.state)
    return submission


@transaction.atomic
def resume_review(
    submission: Submission,
    *,
    by: Staff,
    assignee: User | None = None,
    seen: str | None = None,
    now: datetime | None = None,
) -> None:
    """Return a submission marked as spam by mistake to its review, by `assignee`. Raises TransitionNotAllowed."""
    move(
        submission,
        "resume_review",
        by=by,
        at=now or clock.now(),
        seen=seen,
        internal_note=gettext("Undone."),
        assignee=assignee,
        spam_checked_at=None,
    )
