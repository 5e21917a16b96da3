"""Undo of steps of moderators, which `Transition.can_undo` tells.

A step that mails its submitter can be undone if an e-mail says so: the one about the step may have arrived.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import override

from practices import clock
from practices.choices import Act, State
from practices.models import Submission, revision_notes
from practices.workflow.errors import NothingToUndo, TransitionNotAllowed
from practices.workflow.messages import tell_reopened
from practices.workflow.transitions import Staff, compare_seen, record, seen_version


class UndoableStep(NamedTuple):
    """A step that can be undone, as JSON can hold it: its event, the submission before it, and after it."""

    submission: int
    event: int
    assignee: int | None
    spam_checked_at: str | None
    decided_at: str | None
    seen: str
    """The `seen_version` that the step has left: the undo counts for exactly that."""


@transaction.atomic
def undoable(submission: Submission, step: Callable[..., None], *arguments: Any) -> UndoableStep | None:
    """Make a step with a submission. Returns what undoes it; None if it changed nothing."""
    last = submission.events.in_order().last()
    assignee, checked, decided = submission.assignee_id, submission.spam_checked_at, submission.decided_at
    step(submission, *arguments)
    event = submission.events.in_order().last()
    if event is None or event == last:
        return None
    return UndoableStep(
        submission.pk, event.pk, assignee, _written(checked), _written(decided), seen_version(submission)
    )


@transaction.atomic
def undo(made: UndoableStep, *, by: Staff, now: datetime | None = None) -> Submission:
    """Restore a submission as it was before a step. Both the step and its undo stay in the history.

    Raises NothingToUndo if it was undone before, TransitionNotAllowed if anything else has happened to it since, and
    Submission.DoesNotExist if it was erased.
    """
    # Lock, then look: of two clicks at once, the second finds the step undone.
    submission = Submission.objects.select_for_update().get(pk=made.submission)
    event = submission.events.filter(pk=made.event).first()
    if event is None:  # a restore of a backup has brought back the time before it
        raise TransitionNotAllowed(submission, State(submission.state))
    if event.act == Act.UNDONE:
        raise NothingToUndo(submission, event.from_state)
    compare_seen(submission, made.seen)
    with override("en"):  # the language in which notes are stored
        before, what = submission.state, str(event) if event.act == Act.STEP else str(event.get_act_display())
    submission.state = State(event.from_state)
    submission.assignee = User.objects.filter(pk=made.assignee or 0).first()
    submission.spam_checked_at, submission.decided_at = _read(made.spam_checked_at), _read(made.decided_at)
    submission.save(update_fields=["state", "assignee", "spam_checked_at", "decided_at"])
    # Whatever looks for steps passes over it: an answer that nobody has reacted to is one again.
    event.act = Act.UNDONE
    event.save(update_fields=["act"])
    if before == State.REJECTED:
        tell_reopened(submission)
    record(
        submission,
        Act.UNDO,
        by=by,
        at=now or clock.now(),
        from_state=before,
        internal_note=revision_notes.UNDONE % {"what": what},
    )
    return submission


def _written(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _read(instant: str | None) -> datetime | None:
    return parse_datetime(instant) if instant else None
