"""Merging practices that were published twice."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from practices import clock
from practices.choices import UNDECIDED, Act, Kind, State
from practices.core import catalogue_version
from practices.discovery import indexing
from practices.models import Practice, Submission, delete_dumps
from practices.notifications import outbox, subscriptions
from practices.workflow.adaptations import move_adaptations
from practices.workflow.errors import MergeRefused, PracticeRevisedMeanwhile
from practices.workflow.messages import notify_submitter, owners
from practices.workflow.publishing import record_step, standing
from practices.workflow.questions.closing import move_questions
from practices.workflow.scheduling import cancel_publication
from practices.workflow.transitions import Staff, check, record, transition
from practices.workflow.withdrawal_requests import lock_requests


@transaction.atomic
def absorb(
    practice: Practice,
    others: Iterable[Practice],
    *,
    by: Staff,
    seen: dict[int, str] | None = None,
    now: datetime | None = None,
) -> None:
    """Merge all `others`, or none of them, into `practice`, which stays. Raises what `merge` does."""
    for other in others:
        merge(other, into=practice, by=by, seen=seen, now=now)


@transaction.atomic
def merge(
    practice: Practice,
    *,
    into: Practice,
    by: Staff,
    seen: dict[int, str] | None = None,
    internal_note: str = "",
    now: datetime | None = None,
) -> None:
    """Withdraw `practice` as a duplicate of `into`; its address redirects there from now on.

    A subscriber who has heard of one of them does not hear of the other. Open updates of `practice` become updates
    of `into`. Idempotent; `restore_practice` reverts it. `seen` has the `standing` that the page has shown of each
    of them. Raises MergeRefused and PracticeRevisedMeanwhile.
    """
    now = now or clock.now()
    catalogue_version.bump()
    requests = lock_requests(practice)  # as everywhere, before the practice itself
    # Locked in the order of their keys, so that two concurrent merges cannot deadlock.
    both = (
        Practice.objects.select_for_update(no_key=True).filter(pk__in=[practice.pk, into.pk]).order_by("pk")
    )
    rows = {row.pk: row for row in both}
    if practice.pk == into.pk or not transition("absorb", by=by).permits(rows[into.pk], by):
        raise MergeRefused
    before = rows[practice.pk]
    check(before, "merge", by=by)
    if before.merged_into_id == into.pk:
        return
    for row in rows.values():
        if seen is not None and seen.get(row.pk) != standing(row):
            raise PracticeRevisedMeanwhile(row.revision_number)
    practice.withdrawn_at = before.withdrawn_at or now
    practice.withdrawal_reason = ""
    practice.merged_into = into
    practice.changed_at = clock.now()
    practice.save(update_fields=["withdrawn_at", "withdrawal_reason", "merged_into", "changed_at"])
    indexing.remove_from_index(practice)
    delete_dumps()
    move_adaptations(practice, into=into)
    practice.absorbed.update(merged_into=into, changed_at=practice.changed_at)
    # Translations stay with the text that they translate.
    moved = practice.submissions.undecided().filter(translates_into="")
    for submission in moved.select_for_update().order_by("pk"):
        if submission.state == State.SCHEDULED:  # nobody has read it as a change of the other practice
            cancel_publication(submission, by=by, now=now)
        Submission.objects.filter(pk=submission.pk).update(practice=into, based_on=None)
        note = f"{_moved_from(practice)}{into.pk}"  # the new event makes a moderator read it again before deciding
        record(submission, Act.MERGED, by=by, at=now, internal_note=note)
    Submission.objects.filter(pk__in=[request.pk for request in requests]).update(
        withdrawal_requested_at=None
    )
    move_questions(practice, into=into)
    outbox.cancel_announcements(practice, now=now)
    if before.is_public:
        subscriptions.announce_withdrawal(practice, now=now)
    outbox.cancel_duplicate_announcements(into, announced=practice, now=now)
    note = f"→ #{into.pk} {internal_note}".strip()
    record_step(practice, "merge", before=before.state, by=by, internal_note=note, at=now)
    asking = {request.submitter.email for request in requests}
    kept = {"title": into.title, "path": into.get_absolute_url()}
    for submission in owners(practice):
        asked = submission.submitter.email in asking
        notify_submitter(submission, Kind.PRACTICE_MERGED, kept=kept, asked=asked)
    note = f"← #{practice.pk} {internal_note}".strip()
    record_step(into, "absorb", before=rows[into.pk].state, by=by, internal_note=note, at=now)


def return_submissions(practice: Practice, *, kept: Practice, by: Staff, now: datetime) -> None:
    """Have submissions belong to a practice again that its merge into `kept`, which was just reverted, has moved.

    Apart from updates that were decided since, or brought up to date with `kept`: they are about that one.
    """
    moved = kept.submissions.filter(
        events__act=Act.MERGED, events__internal_note__startswith=_moved_from(practice)
    )
    own = Submission.objects.filter(pk__in=moved.values("pk")).select_for_update().order_by("pk")
    for submission in own.filter(Q(is_adaptation=True) | Q(state__in=UNDECIDED, based_on=None)):
        Submission.objects.filter(pk=submission.pk).update(practice=practice)
        note = f"{_moved_from(kept)}{practice.pk}"
        record(submission, Act.MERGED, by=by, at=now, internal_note=note)


def _moved_from(practice: Practice) -> str:
    """Return how the note begins with which a submission is moved away from a practice."""
    return f"#{practice.pk} → #"
