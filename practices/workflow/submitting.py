"""The submitter's steps."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from practices import documents
from practices.choices import Kind, State
from practices.documents import Document
from practices.models import Practice, Submission, Submitter
from practices.workflow.steps import TransitionNotAllowed, move, tell_submitter


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
                saved_at=now,
            )
    except IntegrityError:
        return Submission.objects.get(form_key=form_key)
    if trapped:
        move(submission, State.SPAM, at=now)
    else:
        tell_submitter(submission, Kind.SUBMISSION_CONFIRM)
    return submission


def mail_link(submission: Submission) -> None:
    """Send the submitter the private link of a draft, so that they can go on from anywhere."""
    tell_submitter(submission, Kind.SUBMISSION_LINK, draft_days=settings.DRAFT_DAYS)


@transaction.atomic
def submit(submission: Submission, *, now: datetime | None = None) -> None:
    """Put a draft into the queue: its submitter has shown that the address is theirs.

    Raises TransitionNotAllowed.
    """
    if submission.state != State.DRAFT:
        raise TransitionNotAllowed(submission, State.SUBMITTED)
    now = now or timezone.now()
    document = submission.document | {"submitted_on": now.date().isoformat()}
    move(submission, State.SUBMITTED, at=now, submitted_at=now, document=document)
    Submitter.objects.filter(pk=submission.submitter_id, verified_at=None).update(verified_at=now)
    tell_submitter(submission, Kind.SUBMISSION_RECEIVED)


@transaction.atomic
def answer(submission: Submission, document: Document, *, now: datetime | None = None) -> None:
    """Put the submitter's changed document back into the queue, at its old place.

    Raises TransitionNotAllowed.
    """
    now = now or timezone.now()
    kept = {name: submission.document[name] for name in ("credit", "submitted_on")}
    if submission.state != State.CHANGES_REQUESTED:
        raise TransitionNotAllowed(submission, State.SUBMITTED)
    move(submission, State.SUBMITTED, at=now, document=documents.complete(document | kept))
    tell_submitter(submission, Kind.SUBMISSION_RECEIVED)


@transaction.atomic
def withdraw(submission: Submission, *, now: datetime | None = None) -> None:
    """The submitter takes the submission back. Raises TransitionNotAllowed."""
    move(submission, State.WITHDRAWN, at=now or timezone.now())
