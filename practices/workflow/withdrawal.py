"""Withdrawing practices from the catalogue, and restoring them."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from practices import clock
from practices.choices import Act, Kind, QuestionEnd, State
from practices.core import catalogue_version
from practices.discovery import indexing
from practices.models import ModerationEvent, Practice, delete_dumps
from practices.notifications import outbox, subscriptions
from practices.workflow.adaptations import return_adaptations
from practices.workflow.merge import return_submissions
from practices.workflow.messages import notify_submitter, owners, tell_restored
from practices.workflow.publishing import lock_practice, record_step
from practices.workflow.questions.closing import close_questions, return_questions
from practices.workflow.transitions import Staff
from practices.workflow.withdrawal_requests import lock_requests


@transaction.atomic
def withdraw_practice(
    practice: Practice, *, by: Staff, reason: str, seen: str | None = None, now: datetime | None = None
) -> None:
    """Remove a practice from every public page; its address answers 410 with the reason.

    `seen` is the `standing` that the page has shown. Raises TransitionNotAllowed if it is withdrawn already, and
    PracticeRevisedMeanwhile.
    """
    now = now or clock.now()
    catalogue_version.bump()
    asking = {submission.submitter.email for submission in lock_requests(practice)}
    row = lock_practice(practice, "withdraw_practice", by=by, seen=seen)
    Practice.objects.filter(pk=practice.pk).update(
        withdrawn_at=now, withdrawal_reason=reason, changed_at=clock.now()
    )
    practice.withdrawn_at, practice.withdrawal_reason = now, reason
    indexing.remove_from_index(practice)
    outbox.cancel_announcements(practice, now=now)
    subscriptions.announce_withdrawal(practice, now=now)
    delete_dumps()
    record_step(practice, "withdraw_practice", before=row.state, by=by, reason=reason, at=now)
    practice.submissions.exclude(withdrawal_requested_at=None).update(withdrawal_requested_at=None)
    close_questions(practice, QuestionEnd.WITHDRAWN, now=now)
    for submission in owners(practice):
        asked = submission.submitter.email in asking
        notify_submitter(submission, Kind.PRACTICE_WITHDRAWN, reason=reason, asked=asked)


@transaction.atomic
def restore_practice(
    practice: Practice, *, by: Staff, reason: str = "", seen: str | None = None, now: datetime | None = None
) -> bool:
    """Publish a withdrawn or merged practice again, at its old address and date.

    Returns False if more people have to restore it first: where publishing takes several, so does this. The reason is
    public, as that of the withdrawal. Announcements cancelled by the withdrawal are queued again. Raises
    TransitionNotAllowed if it is public already, and PracticeRevisedMeanwhile.
    """
    now = now or clock.now()
    catalogue_version.bump()
    row = lock_practice(practice, "restore_practice", by=by, seen=seen)
    if settings.APPROVALS_NEEDED > 1:
        ModerationEvent.objects.create(
            practice=practice,
            act=Act.APPROVED,
            from_state=row.state.recorded_as,
            to_state=row.state.recorded_as,
            by=by,
            internal_note=reason,
            revision=row.revision_number,
            at=now,
        )
        if restorations_missing(practice):
            return False
    Practice.objects.filter(pk=practice.pk).update(
        withdrawn_at=None, withdrawal_reason="", merged_into=None, changed_at=clock.now()
    )
    practice.withdrawn_at, practice.withdrawal_reason, practice.merged_into = None, "", None
    return_questions(practice)
    indexing.index_practice(practice, practice.document)
    if row.merged_into is not None:
        return_submissions(practice, kept=row.merged_into, by=by, now=now)
        return_adaptations(practice, kept=row.merged_into)
    if row.withdrawn_at is not None:
        outbox.restore_announcements(practice, cancelled_at=row.withdrawn_at)
    subscriptions.announce_restoration(practice, now=now)
    record_step(practice, "restore_practice", before=row.state, by=by, reason=reason, at=now)
    tell_restored(practice, reason=reason)
    return True


def restorations_missing(practice: Practice) -> int:
    """Return how many more people have to restore a withdrawn practice as it stands; 0 where one does it alone.

    Those count who did so after it was last withdrawn or merged, in the order of the rows, and for its newest revision.
    """
    row = Practice.objects.get(pk=practice.pk)
    if settings.APPROVALS_NEEDED <= 1 or row.is_public:
        return 0
    withdrawals = row.events.filter(act__in=[Act.STEP, Act.MERGED], to_state=State.WITHDRAWN)
    last = withdrawals.aggregate(last=Max("pk"))["last"] or 0
    approvals = row.events.filter(act=Act.APPROVED, pk__gt=last, revision=row.revision_number)
    people = approvals.values_list("by", flat=True).distinct().order_by()
    return max(0, settings.APPROVALS_NEEDED - len(people))
