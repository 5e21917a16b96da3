"""Steps of the moderators.

A step counts for what its moderator has read: `seen` is the `seen_version` that the page has shown. Every step raises
ChangedMeanwhile, SavedMeanwhile or TransitionNotAllowed if somebody has changed the submission since.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import override

from practices import clock, documents
from practices.choices import UNDECIDED, Act, Kind, State
from practices.core import catalogue_version
from practices.documents import Document, files
from practices.documents.adaptations import label_in
from practices.models import Approval, Practice, Revision, Submission, revision_notes
from practices.workflow.adaptations import publish_adaptation
from practices.workflow.approvals import content_hash, judgement
from practices.workflow.attachments import mark_attachments
from practices.workflow.criteria_ticks import check_required, with_waivers
from practices.workflow.errors import OtherDecided, TransitionNotAllowed
from practices.workflow.messages import Cause, labels, notify_submitter, tell_reopened
from practices.workflow.publishing import publish_document
from practices.workflow.rebase import rebase, rebased_columns
from practices.workflow.transitions import Staff, check, lock, lock_together, move, record
from practices.workflow.translations import publish_translation


@transaction.atomic
def start_review(
    submission: Submission,
    *,
    by: Staff,
    seen: str | None = None,
    internal_note: str = "",
    now: datetime | None = None,
) -> None:
    """Start to review a submission; it is assigned to `by`. Raises TransitionNotAllowed."""
    at = now or clock.now()
    move(submission, "start_review", by=by, at=at, seen=seen, internal_note=internal_note, assignee=by)


@transaction.atomic
def reopen(
    submission: Submission,
    *,
    by: Staff,
    seen: str | None = None,
    internal_note: str = "",
    now: datetime | None = None,
) -> None:
    """Review a rejected submission again; it is assigned to `by`. Raises TransitionNotAllowed."""
    at = now or clock.now()
    move(submission, "reopen", by=by, at=at, seen=seen, internal_note=internal_note, assignee=by)
    tell_reopened(submission)


@transaction.atomic
def return_to_queue(
    submission: Submission,
    *,
    by: Staff,
    assignee: Staff | None = None,
    seen: str | None = None,
    internal_note: str = "",
    now: datetime | None = None,
) -> None:
    """Return a submission to the queue for other moderators, or from the spam tab, where it keeps its moderator.

    Raises TransitionNotAllowed, also if the document is too incomplete to be published.
    """
    now = now or clock.now()
    # A submission trapped by the honeypot has skipped the step that sets these dates.
    submitted_on = submission.document["submitted_on"] or timezone.localdate(now).isoformat()
    if assignee is None and submission.state == State.SPAM:
        assignee = submission.assignee
    move(
        submission,
        "return_to_queue",
        by=by,
        at=now,
        seen=seen,
        internal_note=internal_note,
        assignee=assignee,
        spam_checked_at=None,
        submitted_at=submission.submitted_at or now,
        document=submission.document | {"submitted_on": submitted_on},
    )


@transaction.atomic
def assign(
    submission: Submission,
    *,
    to: Staff | None,
    by: Staff,
    seen: str | None = None,
    now: datetime | None = None,
) -> None:
    """Assign a submission to a moderator, or to nobody. Idempotent.

    Raises TransitionNotAllowed, also if somebody else has moved or assigned it meanwhile.
    """
    check(submission, "assign", by=by)
    if submission.assignee == to:
        return
    lock(submission, "assign", by=by, seen=seen)
    same = Submission.objects.filter(pk=submission.pk, assignee=submission.assignee_id)
    if not same.update(assignee=to):
        submission.refresh_from_db()
        raise TransitionNotAllowed(submission, State(submission.state))
    submission.assignee = to
    note = revision_notes.ASSIGNED_TO % {"who": to} if to else revision_notes.ASSIGNED_TO_NOBODY
    record(submission, Act.ASSIGNED, by=by, at=now or clock.now(), internal_note=note)


@transaction.atomic
def request_changes(
    submission: Submission,
    *,
    by: Staff,
    reason: str,
    seen: str | None = None,
    field_reasons: dict[str, str] | None = None,
    internal_note: str = "",
    now: datetime | None = None,
) -> None:
    """Send a submission back to its submitter with the changes requested. Raises TransitionNotAllowed.

    It is assigned to `by`, who is told of the answer. `field_reasons`: field of the form → what should change there.
    """
    move(
        submission,
        "request_changes",
        by=by,
        at=now or clock.now(),
        seen=seen,
        reason=reason,
        internal_note=internal_note,
        assignee=by,
        event={
            "field_reasons": field_reasons or {},
            "files": files.facts(submission.attachments.all()),
        },
    )
    with override(submission.language):
        labelled = [[str(label_in(submission, name)), text] for name, text in (field_reasons or {}).items()]
    notify_submitter(submission, Kind.SUBMISSION_CHANGES_REQUESTED, reason=reason, field_reasons=labelled)


@transaction.atomic
def reject(
    submission: Submission,
    *,
    by: Staff,
    reason: str,
    seen: str | None = None,
    internal_note: str = "",
    now: datetime | None = None,
) -> None:
    """Reject a submission with a reason. Raises TransitionNotAllowed."""
    move(
        submission,
        "reject",
        by=by,
        at=now or clock.now(),
        seen=seen,
        reason=reason,
        internal_note=internal_note,
    )
    notify_submitter(submission, Kind.SUBMISSION_REJECTED, reason=reason)


def keep_open(other: Submission, *, beside: Submission) -> None:
    """Keep `other` open until the transaction ends, in whose favour `beside` is about to be refused.

    Of two moderators who refuse each of them in favour of the other, one wins. Raises OtherDecided.
    """
    if lock_together(other, beside).get(other.pk) not in UNDECIDED:
        raise OtherDecided


@transaction.atomic
def mark_spam(
    submission: Submission,
    *,
    by: Staff | None,
    seen: str | None = None,
    internal_note: str = "",
    now: datetime | None = None,
) -> None:
    """Mark a submission as spam without telling its submitter. Raises TransitionNotAllowed."""
    at = now or clock.now()
    checked_at = at if by is not None else None
    move(
        submission,
        "mark_spam",
        by=by,
        at=at,
        seen=seen,
        internal_note=internal_note,
        spam_checked_at=checked_at,
    )


@transaction.atomic
def confirm_spam(
    submission: Submission,
    *,
    by: Staff,
    seen: str | None = None,
    internal_note: str = "",
    now: datetime | None = None,
) -> None:
    """Record that possible spam is spam, from when on it is kept as long as any. Raises TransitionNotAllowed."""
    at = now or clock.now()
    lock(submission, "confirm_spam", by=by, seen=seen)
    submission.spam_checked_at = submission.decided_at = at
    submission.save(update_fields=["spam_checked_at", "decided_at"])
    record(submission, Act.SPAM_CONFIRMED, by=by, at=at, internal_note=internal_note)


@transaction.atomic
def approve(
    submission: Submission,
    *,
    by: Staff,
    seen: str | None = None,
    internal_note: str = "",
    now: datetime | None = None,
) -> None:
    """Approve the current document and files, and declare to have no conflict of interest. Idempotent.

    Raises ApprovalOfOwnText for whoever has proposed or changed the text, ApprovalRefused for the submitter and their
    colleagues, and TransitionNotAllowed.
    """
    _declare(submission, "approve", Act.APPROVED, by=by, seen=seen, note=internal_note, now=now)


@transaction.atomic
def declare_conflict(
    submission: Submission, *, by: Staff, conflict: str, seen: str | None = None, now: datetime | None = None
) -> None:
    """Declare a conflict of interest about the current document; `by` can then neither approve nor publish it.

    Idempotent. Raises TransitionNotAllowed.
    """
    _declare(
        submission,
        "declare_conflict",
        Act.CONFLICT,
        by=by,
        seen=seen,
        conflict=conflict,
        note=conflict,
        now=now,
    )


def _declare(
    submission: Submission,
    name: str,
    act: Act,
    *,
    by: Staff,
    seen: str | None,
    conflict: str = "",
    note: str,
    now: datetime | None,
) -> None:
    if judgement(submission).has_declared(by):  # the first declaration about a document is final
        return
    lock(submission, name, by=by, seen=seen)
    now = now or clock.now()
    Approval.objects.create(
        submission=submission,
        by=by,
        document_hash=content_hash(submission),
        conflict=conflict,
        at=now,
    )
    record(submission, act, by=by, at=now, internal_note=note)


@transaction.atomic
def correct(
    submission: Submission,
    document: Document,
    *,
    of: Document | None = None,
    by: Staff,
    seen: str | None = None,
    now: datetime | None = None,
) -> list[str]:
    """Apply a moderator's corrections to the document and record them. Returns the names of the changed fields.

    The corrections are the differences between `of`, the document the moderator has read (by default the
    submission's), and `document`. An outdated update is rebased first. Raises TransitionNotAllowed, also if the
    submission has changed meanwhile, and RevisedMeanwhile.
    """
    corrected = documents.changed_fields(of or submission.document, document)
    lock(submission, "correct", by=by, seen=seen)
    if columns := rebased_columns(submission):
        rebase(submission, to=columns["based_on"], by=by, now=now)
    before, whole = documents.complete(submission.document), documents.complete(document)
    after = before | {name: whole[name] for name in corrected}
    fields = documents.changed_fields(before, after)
    if not fields:
        return []
    # The version changes, so that a browser of the submitter that still shows the old text cannot restore it.
    submission.document, submission.typed, submission.version = after, {}, submission.version + 1
    submission.save(update_fields=["document", "typed", "version"])
    record(
        submission,
        Act.CORRECTED,
        by=by,
        at=now or clock.now(),
        changes={name: [before[name], after[name]] for name in fields},
    )
    return fields


@transaction.atomic
def publish(
    submission: Submission,
    *,
    by: Staff | None,
    seen: str | None = None,
    note: str = "",
    internal_note: str = "",
    material: bool = False,
    now: datetime | None = None,
) -> Practice:
    """Publish the submission as a new practice, its next revision, its translation or its use elsewhere.

    Returns the practice. A new practice is announced to subscribers, a translation and a use elsewhere are not.

    `material`: the change of an update is announced to subscribers. Fields that an update leaves alone follow the
    newest revision. Raises TransitionNotAllowed, also if someone else has decided meanwhile, PracticeWithdrawn,
    CriteriaMissing, RevisedMeanwhile, ApprovalsMissing and ApprovalRefused.
    """
    now = now or clock.now()
    catalogue_version.bump()  # locks out other publications, so that the newest revision stays the newest
    step = lock(submission, "publish", by=by, seen=seen)
    if submission.state != State.SCHEDULED:  # what is due was checked when it was scheduled
        check_required(submission)
        internal_note = with_waivers(submission, internal_note)
    move(
        submission,
        step,
        by=by,
        at=now,
        reason=note,
        internal_note=internal_note,
        **rebased_columns(submission),
    )
    if submission.is_adaptation:
        adaptation = publish_adaptation(submission, now=now)
        path = adaptation.get_absolute_url()
        notify_submitter(
            submission, Kind.SUBMISSION_PUBLISHED, edited=_edited(submission), published_path=path
        )
        return adaptation.practice
    if submission.translates_into:
        translation = publish_translation(submission, now=now)
        path = translation.get_absolute_url()
        notify_submitter(
            submission, Kind.SUBMISSION_PUBLISHED, edited=_edited(submission), published_path=path
        )
        return translation.practice
    present = Practice.objects.filter(pk=submission.practice_id or 0).values_list(
        "revision_number", flat=True
    )
    before = present.first()
    practice = publish_document(
        submission.document,
        files=list(submission.attachments.all()),
        to=submission.practice,
        by=by,
        note=_revision_note(submission, note),
        material=material,
        cause=Cause.EDITED if submission.is_proposed else Cause.CORRECTION,
        sender=submission.submitter.email,
        now=now,
    )
    Submission.objects.filter(pk=submission.pk).update(practice=practice)
    submission.practice = practice
    mark_attachments(submission, practice)
    notify_submitter(
        submission,
        Kind.SUBMISSION_PUBLISHED,
        is_update=before is not None,
        is_same=practice.revision_number == before,
        edited=_edited(submission),
    )
    return practice


def _edited(submission: Submission) -> list[str]:
    """Return the labels of the fields that moderators corrected, in the language of the submitter's e-mails."""
    with override(submission.language):
        return [str(label_in(submission, name)) for name in _corrected_fields(submission)]


def _corrected_fields(submission: Submission) -> list[str]:
    """Return the fields that moderators corrected, in the order of a document."""
    corrected = {name for event in submission.events.filter(act=Act.CORRECTED) for name in event.changes}
    return [name for name in documents.FIELDS if name in corrected]


def _revision_note(submission: Submission, note: str) -> str:
    """Return the public note of the revision: the moderator's note and the fields that moderators corrected."""
    corrected = _corrected_fields(submission)
    if not corrected:
        return note
    with override("en"):  # the language in which notes are stored
        edited = revision_notes.EDITED % {"fields": ", ".join(map(str, labels(corrected)))}
    return Truncator(f"{note} {edited}".strip()).chars(Revision.NOTE_LENGTH)
