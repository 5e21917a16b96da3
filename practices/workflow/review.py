"""The moderators' steps."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext, override

from practices import documents
from practices.choices import Act, Kind, State
from practices.core import catalogue_version
from practices.documents import Document
from practices.models import Practice, Revision, Submission
from practices.workflow.approvals import check_approvals
from practices.workflow.attachments import publish_attachments
from practices.workflow.publishing import publish_document
from practices.workflow.rebase import catch_up, on_top
from practices.workflow.transitions import (
    DECIDED,
    Staff,
    TransitionNotAllowed,
    lock,
    move,
    record,
    tell_submitter,
)


@transaction.atomic
def start_review(submission: Submission, *, by: Staff, now: datetime | None = None) -> None:
    """Take a submission from the queue to read it. Raises TransitionNotAllowed."""
    if submission.state == State.SCHEDULED:
        raise TransitionNotAllowed(submission, State.IN_REVIEW)
    move(submission, State.IN_REVIEW, by=by, at=now or timezone.now(), assignee=by)


@transaction.atomic
def return_to_queue(submission: Submission, *, by: Staff, now: datetime | None = None) -> None:
    """Give a submission back to the queue for others, or take it out of the spam.

    Raises TransitionNotAllowed, also for what lacks something that every practice says: it cannot be published.
    """
    if submission.state not in (State.IN_REVIEW, State.SPAM) or documents.lacking(submission.document):
        raise TransitionNotAllowed(submission, State.SUBMITTED)
    now = now or timezone.now()
    # What came from the honeypot was never submitted by a step of its own.
    submitted_on = submission.document["submitted_on"] or now.date().isoformat()
    move(
        submission,
        State.SUBMITTED,
        by=by,
        at=now,
        assignee=None,
        submitted_at=submission.submitted_at or now,
        document=submission.document | {"submitted_on": submitted_on},
    )


@transaction.atomic
def assign(submission: Submission, *, to: Staff | None, by: Staff, now: datetime | None = None) -> None:
    """Make a submission somebody's to decide on, or nobody's; its state stays. Doing it twice is a success.

    Raises TransitionNotAllowed once it is decided, or if somebody else has moved or assigned it meanwhile.
    """
    if submission.state in (State.DRAFT, *DECIDED):
        raise TransitionNotAllowed(submission, State(submission.state))
    if submission.assignee == to:
        return
    seen = Submission.objects.filter(
        pk=submission.pk, state=submission.state, assignee=submission.assignee_id
    )
    if not seen.update(assignee=to):
        submission.refresh_from_db()
        raise TransitionNotAllowed(submission, State(submission.state))
    submission.assignee = to
    note = gettext("to %(who)s") % {"who": to} if to else gettext("to nobody")
    record(submission, Act.ASSIGNED, by=by, at=now or timezone.now(), internal_note=note)


@transaction.atomic
def request_changes(
    submission: Submission,
    *,
    by: Staff,
    reason: str,
    field_reasons: dict[str, str] | None = None,
    internal_note: str = "",
    now: datetime | None = None,
) -> None:
    """Send a submission back to its submitter with what should change. Raises TransitionNotAllowed.

    `field_reasons`: field of the form → what should change there.
    """
    move(
        submission,
        State.CHANGES_REQUESTED,
        by=by,
        at=now or timezone.now(),
        reason=reason,
        field_reasons=field_reasons,
        internal_note=internal_note,
    )
    with override(submission.language):
        labelled = [[str(documents.label(name)), text] for name, text in (field_reasons or {}).items()]
    tell_submitter(submission, Kind.SUBMISSION_CHANGES_REQUESTED, reason=reason, field_reasons=labelled)


@transaction.atomic
def reject(
    submission: Submission, *, by: Staff, reason: str, internal_note: str = "", now: datetime | None = None
) -> None:
    """Decline a submission, saying why. Raises TransitionNotAllowed."""
    move(
        submission,
        State.REJECTED,
        by=by,
        at=now or timezone.now(),
        reason=reason,
        internal_note=internal_note,
    )
    tell_submitter(submission, Kind.SUBMISSION_REJECTED, reason=reason)


@transaction.atomic
def mark_spam(submission: Submission, *, by: Staff, now: datetime | None = None) -> None:
    """Put a submission on the spam pile; nobody is told. Raises TransitionNotAllowed."""
    move(submission, State.SPAM, by=by, at=now or timezone.now())


@transaction.atomic
def correct(
    submission: Submission,
    document: Document,
    *,
    of: Document | None = None,
    by: Staff,
    now: datetime | None = None,
) -> list[str]:
    """Put a moderator's corrections into the document; they are recorded as theirs. Returns the fields changed.

    They are what makes `document` of what the moderator had read, the submission's unless `of` says. An update is
    laid on top of the newest revision first. Raises TransitionNotAllowed if anything has happened to it
    meanwhile, and RevisedMeanwhile.
    """
    corrected = documents.changed_fields(of or submission.document, document)
    if submission.state not in (State.SUBMITTED, State.IN_REVIEW):
        raise TransitionNotAllowed(submission, State(submission.state))
    lock(submission, State(submission.state))
    if on_newest := on_top(submission):
        catch_up(submission, to=on_newest["based_on"], by=by, now=now)
    before, whole = documents.complete(submission.document), documents.complete(document)
    after = before | {name: whole[name] for name in corrected}
    fields = documents.changed_fields(before, after)
    if not fields:
        return []
    # A browser of the submitter's that still shows the text before must not bring it back.
    submission.document, submission.typed, submission.version = after, {}, submission.version + 1
    submission.save(update_fields=["document", "typed", "version"])
    record(
        submission,
        Act.CORRECTED,
        by=by,
        at=now or timezone.now(),
        changes={name: [before[name], after[name]] for name in fields},
    )
    return fields


@transaction.atomic
def publish(
    submission: Submission,
    *,
    by: Staff | None,
    note: str = "",
    internal_note: str = "",
    material: bool = False,
    now: datetime | None = None,
) -> Practice:
    """Turn what was submitted into a practice's next revision, queue news of it, and tell the submitter.

    `material`: the change of an update is one that subscribers should hear of. What an update leaves alone stays
    as it is published by now. Returns the practice. Raises TransitionNotAllowed if someone else has decided
    meanwhile, RevisedMeanwhile, ApprovalsMissing and ApprovalRefused.
    """
    now = now or timezone.now()
    catalogue_version.bump()  # other publications wait here, so that what is published is read once and stays
    lock(submission, State.PUBLISHED)
    if submission.state != State.SCHEDULED:  # or it was approved of when it was scheduled
        check_approvals(submission, by=by)
    move(
        submission,
        State.PUBLISHED,
        by=by,
        at=now,
        reason=note,
        internal_note=internal_note,
        **on_top(submission),
    )
    practice = publish_document(
        submission.document,
        to=submission.practice,
        by=by,
        note=_revision_note(submission, note),
        material=material,
        now=now,
    )
    Submission.objects.filter(pk=submission.pk).update(practice=practice)
    submission.practice = practice
    publish_attachments(submission, practice)
    tell_submitter(submission, Kind.SUBMISSION_PUBLISHED)
    return practice


def _revision_note(submission: Submission, note: str) -> str:
    """The public note of the revision: what its moderator says, and what moderators have corrected in it."""
    corrected = {name for event in submission.events.filter(act=Act.CORRECTED) for name in event.changes}
    if not corrected:
        return note
    labels = ", ".join(str(field.label) for name, field in documents.FIELDS.items() if name in corrected)
    edited = gettext("Edited by the moderators: %(fields)s.") % {"fields": labels}
    return Truncator(f"{note} {edited}".strip()).chars(Revision.NOTE_LENGTH)
