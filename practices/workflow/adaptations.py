"""Uses of practices elsewhere: told by readers, moderated like any submission, shown on the page of the practice."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import override

from practices import clock, documents
from practices.choices import Kind
from practices.core import catalogue_version
from practices.core.punctuation import listed
from practices.documents import Document, adaptations
from practices.models import Adaptation, Practice, Submission, Submitter, revision_notes
from practices.notifications import websub
from practices.workflow.errors import PracticeRevisedMeanwhile
from practices.workflow.messages import Cause, notify_beside, notify_submitter
from practices.workflow.publishing import lock_practice, record_step, renew
from practices.workflow.submission import Typed, begin
from practices.workflow.transitions import Staff, lock


@transaction.atomic
def begin_adaptation(
    practice: Practice,
    document: Document,
    *,
    submitter: Submitter,
    form_key: str,
    language: str,
    typed: Typed | None = None,
    trapped: bool = False,
    now: datetime | None = None,
) -> Submission:
    """Create a draft that tells where a practice was used elsewhere, as `begin` does.

    Raises TransitionNotAllowed if the practice is not public.
    """
    practice = lock_practice(practice, "begin_adaptation")
    return begin(
        document,
        submitter=submitter,
        form_key=form_key,
        language=language,
        typed=typed,
        practice=practice,
        based_on=practice.revision_number,
        is_adaptation=True,
        trapped=trapped,
        now=now,
    )


def publish_adaptation(submission: Submission, *, now: datetime) -> Adaptation:
    """Publish what a submission tells beside its practice. The submitters who speak for the practice hear of it once.

    Call it after `catalogue_version.bump`, in the transaction of the step.
    """
    practice = Practice.objects.select_for_update(no_key=True).get(submissions=submission)
    adaptation = Adaptation.objects.create(
        practice=practice,
        submission=submission,
        published_at=now,
        revised_at=now,
        **adaptations.columns_of(submission.document),
    )
    renew([practice.pk])
    websub.enqueue(practice, now=now)  # the entry of the practice in feeds tells of it
    notify_beside(
        adaptation,
        Cause.ADAPTED,
        sender=submission.submitter.email,
        named=lambda: {"place": adaptation.place},
    )
    return adaptation


@transaction.atomic
def add_adaptations(practice: Practice, new: Sequence[Adaptation]) -> None:
    """Publish adaptations from elsewhere with a practice that is new here. Nobody is told."""
    if not new:
        return
    catalogue_version.bump()
    for adaptation in new:
        adaptation.practice = practice
    Adaptation.objects.bulk_create(new)
    renew([practice.pk])


@transaction.atomic
def edit_adaptation(
    practice: Practice,
    document: Document,
    *,
    adaptation: Adaptation,
    by: Staff,
    seen: int | None = None,
    now: datetime | None = None,
) -> list[str]:
    """Correct small mistakes of a published adaptation. Returns the names of the fields that have changed.

    `seen` is the version that the moderator has read. Raises PracticeRevisedMeanwhile if there is another one by now,
    and TransitionNotAllowed.
    """
    now = now or clock.now()
    practice, row = _lock(practice, "edit_adaptation", adaptation=adaptation, by=by, seen=seen)
    before = adaptations.document_of(row)
    whole = documents.complete(document)
    after = before | {name: whole[name] for name in (*adaptations.FIELDS_ASKED, "language")}
    changed = documents.changed_fields(before, after)
    if not changed:
        return []
    _write(row, **adaptations.columns_of(after), revised_at=max(now, row.published_at))
    renew([practice.pk])
    with override("en"):  # the language in which notes are stored
        note = revision_notes.USE_EDITED % {"fields": listed(adaptations.label(name) for name in changed)}
    record_step(practice, "edit_adaptation", before=practice.state, by=by, internal_note=note, at=now)
    return changed


@transaction.atomic
def withdraw_adaptation(
    practice: Practice,
    *,
    adaptation: Adaptation,
    by: Staff,
    reason: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> bool:
    """Take an adaptation off the page of its practice; whoever told it is told why.

    `seen` is the version that the moderator has read. Returns False if it is withdrawn already. Raises
    PracticeRevisedMeanwhile if there is another version by now, and TransitionNotAllowed.
    """
    now = now or clock.now()
    practice, row = _lock(practice, "withdraw_adaptation", adaptation=adaptation, by=by, seen=seen)
    if not row.is_public:
        return False
    _write(row, withdrawn_at=now, withdrawal_reason=reason)
    renew([practice.pk])
    _record(practice, "withdraw_adaptation", revision_notes.USE_WITHDRAWN, row, reason=reason, by=by, at=now)
    _tell_teller(row, Kind.ADAPTATION_WITHDRAWN, reason=reason)
    return True


@transaction.atomic
def restore_adaptation(
    practice: Practice,
    *,
    adaptation: Adaptation,
    by: Staff,
    reason: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> bool:
    """Show an adaptation again that moderators withdrew, and tell whoever told it. As `withdraw_adaptation` otherwise.

    One that was retracted stays so: returns False.
    """
    now = now or clock.now()
    practice, row = _lock(practice, "restore_adaptation", adaptation=adaptation, by=by, seen=seen)
    if row.is_public or row.is_retracted:
        return False
    _write(row, withdrawn_at=None, withdrawal_reason="")
    renew([practice.pk])
    _record(practice, "restore_adaptation", revision_notes.USE_RESTORED, row, reason=reason, by=by, at=now)
    _tell_teller(row, Kind.ADAPTATION_RESTORED, reason=reason)
    return True


@transaction.atomic
def retract_adaptation(submission: Submission) -> None:
    """Take an adaptation off the page of its practice, at the wish of whoever told it. Raises TransitionNotAllowed."""
    catalogue_version.bump()
    lock(submission, "retract_adaptation")
    row = Adaptation.objects.select_for_update(of=["self"]).get(submission=submission)
    _write(row, withdrawn_at=clock.now(), withdrawal_reason="")
    renew([row.practice_id])


@transaction.atomic
def remove_teller(adaptation: Adaptation) -> None:
    """Remove the credit of whoever told of a use, for good; what was told stays. Call it after `bump`."""
    _write(adaptation, credit="")
    renew([adaptation.practice_id])


def move_adaptations(practice: Practice, *, into: Practice) -> None:
    """Show what was told of a practice with the one that it has just been merged into."""
    if practice.adaptations.update(practice=into):
        renew([practice.pk, into.pk])


def return_adaptations(practice: Practice, *, kept: Practice) -> None:
    """Show with a practice again what was told of it before its merge into `kept`, which has just been reverted.

    Call it after `return_submissions`, which brings back what was decided between the two.
    """
    if Adaptation.objects.filter(practice=kept, submission__practice=practice).update(practice=practice):
        renew([practice.pk, kept.pk])


def _lock(
    practice: Practice, name: str, *, adaptation: Adaptation, by: Staff, seen: int | None
) -> tuple[Practice, Adaptation]:
    """Lock a practice, check the step, and return it with its adaptation as they are."""
    catalogue_version.bump()
    practice = lock_practice(practice, name, by=by)
    row = Adaptation.objects.select_related("practice", "country").get(pk=adaptation.pk)
    if row.practice != practice or seen not in (None, row.number):
        raise PracticeRevisedMeanwhile(practice.revision_number)
    return practice, row


def _write(row: Adaptation, **columns: Any) -> None:
    """Write columns of an adaptation as its next version."""
    Adaptation.objects.filter(pk=row.pk).update(**columns, number=F("number") + 1)
    row.refresh_from_db()


def _record(
    practice: Practice, name: str, note: str, row: Adaptation, *, reason: str, by: Staff, at: datetime
) -> None:
    with override("en"):  # the language in which notes are stored
        lines = [note % {"place": row.place}, reason]
    record_step(
        practice, name, before=practice.state, by=by, internal_note="\n".join(filter(None, lines)), at=at
    )


def _tell_teller(row: Adaptation, kind: Kind, *, reason: str) -> None:
    submission = row.submission
    if submission is not None and submission.submitter.verified_at:
        notify_submitter(submission, kind, reason=reason)
