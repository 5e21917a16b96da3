"""Every change of a submission's or a practice's state. Nothing else writes them.

A step and what it sets off (event, revision, messages) are one transaction.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext

from practices import documents, outbox, subscriptions
from practices.choices import Kind, State
from practices.documents import Document
from practices.models import ModerationEvent, Practice, Revision, Submission, Submitter

ALLOWED: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.SUBMITTED, State.WITHDRAWN, State.SPAM}),
    State.SUBMITTED: frozenset(
        {
            State.IN_REVIEW,
            State.CHANGES_REQUESTED,
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
            State.PUBLISHED,
            State.REJECTED,
            State.WITHDRAWN,
            State.SPAM,
        }
    ),
    State.CHANGES_REQUESTED: frozenset({State.SUBMITTED, State.REJECTED, State.WITHDRAWN}),
    State.PUBLISHED: frozenset(),
    State.REJECTED: frozenset({State.IN_REVIEW}),
    State.WITHDRAWN: frozenset(),
    State.SPAM: frozenset({State.SUBMITTED, State.WITHDRAWN}),
}
"""From each state, the states a step may lead to."""

type Staff = User
DECIDED = (State.PUBLISHED, State.REJECTED, State.WITHDRAWN, State.SPAM)


class TransitionNotAllowed(Exception):
    """There is no such step from where the submission stands now; somebody may have decided meanwhile."""

    def __init__(self, submission: Submission, to: State):
        self.submission, self.to = submission, to
        self.state = State(submission.state)
        super().__init__(f"{self.state} → {to}")


def allowed(submission: Submission, to: State) -> bool:
    return to in ALLOWED[State(submission.state)]


def _move(
    submission: Submission,
    to: State,
    *,
    at: datetime,
    by: Staff | None = None,
    reason: str = "",
    internal_note: str = "",
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
        internal_note=internal_note,
        at=at,
    )


def _tell_submitter(submission: Submission, kind: Kind, *, reason: str = "") -> None:
    outbox.queue(
        kind,
        address=submission.submitter.email,
        language=submission.language,
        submission=submission,
        context={"reason": reason} if reason else {},
    )


# The submitter's steps ---------------------------------------------------------


@transaction.atomic
def save_draft(
    document: Document,
    *,
    submitter: Submitter,
    form_key: str,
    language: str,
    practice: Practice | None = None,
    trapped: bool = False,
    now: datetime | None = None,
) -> Submission:
    """Keep what was offered and send its submitter the link that submits it.

    What was `trapped` in the honeypot goes to the spam pile, and nothing is sent. The same
    `form_key` twice is the same submission once: the first is returned and nothing is sent again.
    """
    now = now or timezone.now()
    try:
        with transaction.atomic():
            submitter.save()
            submission = Submission.objects.create(
                form_key=form_key,
                submitter=submitter,
                practice=practice,
                document=documents.complete(document),
                language=language,
                created_at=now,
            )
    except IntegrityError:
        return Submission.objects.get(form_key=form_key)
    if trapped:
        _move(submission, State.SPAM, at=now)
    else:
        _tell_submitter(submission, Kind.SUBMISSION_CONFIRM)
    return submission


@transaction.atomic
def submit(submission: Submission, *, now: datetime | None = None) -> None:
    """Put a draft into the queue: its submitter has shown that the address is theirs.

    Raises TransitionNotAllowed.
    """
    if submission.state != State.DRAFT:
        raise TransitionNotAllowed(submission, State.SUBMITTED)
    now = now or timezone.now()
    document = submission.document | {"submitted_on": now.date().isoformat()}
    _move(submission, State.SUBMITTED, at=now, submitted_at=now, document=document)
    Submitter.objects.filter(pk=submission.submitter_id, verified_at=None).update(verified_at=now)
    _tell_submitter(submission, Kind.SUBMISSION_RECEIVED)


@transaction.atomic
def answer(submission: Submission, document: Document, *, now: datetime | None = None) -> None:
    """Put the submitter's changed document back into the queue, at its old place.

    Raises TransitionNotAllowed.
    """
    now = now or timezone.now()
    kept = {name: submission.document[name] for name in ("credit", "submitted_on")}
    if submission.state != State.CHANGES_REQUESTED:
        raise TransitionNotAllowed(submission, State.SUBMITTED)
    _move(submission, State.SUBMITTED, at=now, document=documents.complete(document | kept))
    _tell_submitter(submission, Kind.SUBMISSION_RECEIVED)


@transaction.atomic
def withdraw(submission: Submission, *, now: datetime | None = None) -> None:
    """The submitter takes the submission back. Raises TransitionNotAllowed."""
    _move(submission, State.WITHDRAWN, at=now or timezone.now())


# The moderators' steps -----------------------------------------------------------


@transaction.atomic
def start_review(submission: Submission, *, by: Staff, now: datetime | None = None) -> None:
    """Take a submission from the queue to read it. Raises TransitionNotAllowed."""
    _move(submission, State.IN_REVIEW, by=by, at=now or timezone.now(), assignee=by)


@transaction.atomic
def return_to_queue(submission: Submission, *, by: Staff, now: datetime | None = None) -> None:
    """Give a submission back to the queue for others, or take it out of the spam. Raises TransitionNotAllowed."""
    if submission.state not in (State.IN_REVIEW, State.SPAM):
        raise TransitionNotAllowed(submission, State.SUBMITTED)
    now = now or timezone.now()
    # What came from the honeypot was never submitted by a step of its own.
    submitted_on = submission.document["submitted_on"] or now.date().isoformat()
    _move(
        submission,
        State.SUBMITTED,
        by=by,
        at=now,
        assignee=None,
        submitted_at=submission.submitted_at or now,
        document=submission.document | {"submitted_on": submitted_on},
    )


@transaction.atomic
def request_changes(
    submission: Submission, *, by: Staff, reason: str, internal_note: str = "", now: datetime | None = None
) -> None:
    """Send a submission back to its submitter with what should change. Raises TransitionNotAllowed."""
    _move(
        submission,
        State.CHANGES_REQUESTED,
        by=by,
        at=now or timezone.now(),
        reason=reason,
        internal_note=internal_note,
    )
    _tell_submitter(submission, Kind.SUBMISSION_CHANGES_REQUESTED, reason=reason)


@transaction.atomic
def reject(
    submission: Submission, *, by: Staff, reason: str, internal_note: str = "", now: datetime | None = None
) -> None:
    """Decline a submission, saying why. Raises TransitionNotAllowed."""
    _move(
        submission,
        State.REJECTED,
        by=by,
        at=now or timezone.now(),
        reason=reason,
        internal_note=internal_note,
    )
    _tell_submitter(submission, Kind.SUBMISSION_REJECTED, reason=reason)


@transaction.atomic
def mark_spam(submission: Submission, *, by: Staff, now: datetime | None = None) -> None:
    """Put a submission on the spam pile; nobody is told. Raises TransitionNotAllowed."""
    _move(submission, State.SPAM, by=by, at=now or timezone.now())


@transaction.atomic
def publish(
    submission: Submission, *, by: Staff, note: str = "", internal_note: str = "", now: datetime | None = None
) -> Practice:
    """Turn what was submitted into a practice's next revision, queue news of it, and tell the submitter.

    Returns the practice. Raises TransitionNotAllowed if someone else has decided meanwhile.
    """
    now = now or timezone.now()
    _move(submission, State.PUBLISHED, by=by, at=now, reason=note, internal_note=internal_note)
    practice = publish_document(submission.document, to=submission.practice, by=by, note=note, now=now)
    Submission.objects.filter(pk=submission.pk).update(practice=practice)
    submission.practice = practice
    _tell_submitter(submission, Kind.SUBMISSION_PUBLISHED)
    return practice


# Practices -----------------------------------------------------------------------


@transaction.atomic
def publish_document(
    document: Document,
    *,
    to: Practice | None = None,
    by: Staff | None = None,
    note: str = "",
    announce: bool = True,
    now: datetime | None = None,
) -> Practice:
    """Publish a valid document as a new practice, or as the next revision of `to`. Every publication ends here.

    A new practice is announced to its subscribers unless `announce` is false, as for a bulk import.
    """
    now = now or timezone.now()
    if to is not None:
        # Two revisions at once queue up here, so that each gets a number of its own. What is read anew also
        # knows of a withdrawal since.
        to = Practice.objects.select_for_update().get(pk=to.pk)
    practice = documents.apply(document, to=to, at=now)
    latest = practice.revisions.aggregate(number=Max("number"))["number"] or 0
    Revision.objects.create(
        practice=practice,
        number=latest + 1,
        document=documents.complete(document),
        note=note or ("" if latest else gettext("First published")),
        published_at=now,
        by=by,
    )
    if announce and not latest:
        subscriptions.announce(practice)
    return practice


@transaction.atomic
def withdraw_practice(practice: Practice, *, by: Staff, reason: str, now: datetime | None = None) -> None:
    """Take a practice out of every public place; its address stays and says so. Doing it twice is a success."""
    now = now or timezone.now()
    if not Practice.objects.filter(pk=practice.pk, withdrawn_at=None).update(
        withdrawn_at=now, withdrawal_reason=reason
    ):
        return
    practice.withdrawn_at, practice.withdrawal_reason = now, reason
    outbox.cancel_about(practice, now=now)
    _record(practice, State.PUBLISHED, State.WITHDRAWN, by=by, reason=reason, at=now)


@transaction.atomic
def restore_practice(practice: Practice, *, by: Staff, now: datetime | None = None) -> None:
    """Make a withdrawn practice public again, at its old place. Doing it twice is a success.

    News of it that had not gone out when it was withdrawn goes out now.
    """
    now = now or timezone.now()
    withdrawn_at = Practice.objects.select_for_update().get(pk=practice.pk).withdrawn_at
    if withdrawn_at is None:
        return
    Practice.objects.filter(pk=practice.pk).update(withdrawn_at=None, withdrawal_reason="")
    practice.withdrawn_at, practice.withdrawal_reason = None, ""
    subscriptions.announce_again(practice, cancelled_at=withdrawn_at)
    _record(practice, State.WITHDRAWN, State.PUBLISHED, by=by, reason="", at=now)


def _record(practice: Practice, before: State, after: State, *, by: Staff, reason: str, at: datetime) -> None:
    ModerationEvent.objects.create(
        practice=practice, from_state=before, to_state=after, by=by, reason=reason, at=at
    )
