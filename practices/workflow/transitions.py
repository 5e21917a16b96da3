"""The steps that exist, and the mover that makes one."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse

from practices.choices import Act, Kind, State
from practices.models import ModerationEvent, StaffProfile, Submission
from practices.notifications import outbox

ALLOWED: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN, State.SPAM}),
    State.SUBMITTED: frozenset(
        {
            State.IN_REVIEW,
            State.CHANGES_REQUESTED,
            State.SCHEDULED,
            State.PUBLISHED,
            State.REJECTED,
            State.WITHDRAWN,
            State.SPAM,
        }
    ),
    State.IN_REVIEW: frozenset(
        {
            State.SUBMITTED,
            State.CHANGES_REQUESTED,
            State.SCHEDULED,
            State.PUBLISHED,
            State.REJECTED,
            State.WITHDRAWN,
            State.SPAM,
        }
    ),
    State.CHANGES_REQUESTED: frozenset({State.SUBMITTED, State.REJECTED, State.WITHDRAWN}),
    State.SCHEDULED: frozenset({State.IN_REVIEW, State.PUBLISHED, State.WITHDRAWN}),
    State.PUBLISHED: frozenset(),
    State.REJECTED: frozenset({State.IN_REVIEW}),
    State.WITHDRAWN: frozenset(),
    State.SPAM: frozenset({State.SUBMITTED, State.WITHDRAWN}),
}
"""From each state, the states a step may lead to."""

type Staff = User
EDITABLE = (State.DRAFT, State.CHANGES_REQUESTED)
"""Where it is the submitter's turn to change something."""
DECIDED = (State.PUBLISHED, State.REJECTED, State.WITHDRAWN, State.SPAM)


class TransitionNotAllowed(Exception):
    """There is no such step from where the submission stands now; somebody may have decided meanwhile."""

    def __init__(self, submission: Submission, to: State):
        self.submission, self.to = submission, to
        self.state = State(submission.state)
        super().__init__(f"{self.state} → {to}")


def allowed(submission: Submission, to: State) -> bool:
    return to in ALLOWED[State(submission.state)]


def move(
    submission: Submission,
    to: State,
    *,
    at: datetime,
    by: Staff | None = None,
    reason: str = "",
    internal_note: str = "",
    field_reasons: dict[str, str] | None = None,
    **changes: Any,
) -> None:
    """Make one step and record it. Of two that make a step at once, one wins and the other is told.

    Raises TransitionNotAllowed, having brought `submission` up to date.
    """
    seen = State(submission.state)
    if to not in ALLOWED[seen]:
        raise TransitionNotAllowed(submission, to)
    changes["state"] = to
    changes["decided_at"] = at if to in DECIDED else None
    changes.setdefault("publish_at", None)
    if not Submission.objects.filter(pk=submission.pk, state=seen).update(**changes):
        submission.refresh_from_db()
        raise TransitionNotAllowed(submission, to)
    for name, value in changes.items():
        setattr(submission, name, value)
    ModerationEvent.objects.create(
        submission=submission,
        from_state=seen,
        to_state=to,
        by=by,
        reason=reason,
        field_reasons=field_reasons or {},
        internal_note=internal_note,
        at=at,
    )


def lock(submission: Submission, to: State) -> None:
    """Hold the submission until the transaction ends, so that what was read is what goes `to` its next state.

    Raises TransitionNotAllowed, having brought `submission` up to date, if somebody has changed it since.
    """
    seen = {name: getattr(submission, name) for name in ("state", "version", "practice_id")}
    if Submission.objects.select_for_update().values(*seen).get(pk=submission.pk) != seen:
        submission.refresh_from_db()
        raise TransitionNotAllowed(submission, to)


def record(
    submission: Submission, act: Act, *, by: Staff, at: datetime, internal_note: str = "", **more: Any
) -> None:
    """Write down what was done with a submission while its state stays."""
    ModerationEvent.objects.create(
        submission=submission,
        act=act,
        from_state=submission.state,
        to_state=submission.state,
        by=by,
        internal_note=internal_note,
        at=at,
        **more,
    )


def tell_assignee(submission: Submission, *, text: str = "") -> None:
    """Queue a message to whose the submission is that its submitter has answered, if they want to be told."""
    wants = StaffProfile.objects.filter(answers=True, user=submission.assignee_id, user__is_active=True)
    profile = wants.exclude(user__email="").select_related("user").first()
    if profile is None:
        return
    outbox.enqueue(
        Kind.MODERATION_ANSWER,
        address=profile.user.email,
        language=settings.LANGUAGE_CODE,
        submission=submission,
        context={
            "reason": text,
            "review_path": reverse("admin:practices_submission_change", args=[submission.pk]),
            "preferences_path": reverse("admin:practices_staffprofile_mine"),
        },
    )


def tell_submitter(submission: Submission, kind: Kind, **context: Any) -> None:
    """Queue a message to the submitter. `context` is what it says besides; what is empty is left out."""
    outbox.enqueue(
        kind,
        address=submission.submitter.email,
        language=submission.language,
        submission=submission,
        context={name: value for name, value in context.items() if value},
    )
