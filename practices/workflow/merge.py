"""Two practices that are one."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from practices.choices import Act, State
from practices.core import catalogue_version
from practices.discovery import indexing
from practices.models import ModerationEvent, Practice, Submission
from practices.notifications import outbox
from practices.workflow.transitions import DECIDED, Staff, record


class MergeRefused(Exception):
    """A practice is not merged into itself, nor into one that is not public."""


@transaction.atomic
def merge(
    practice: Practice, *, into: Practice, by: Staff, internal_note: str = "", now: datetime | None = None
) -> None:
    """Let `into` stand for both: the other shows nowhere any more, and its address leads to it for good.

    Who has heard of one of them does not hear of the other. Updates that are on their way to the merged one
    become updates of `into`. Doing it twice is a success; `restore_practice` takes it back. Raises MergeRefused.
    """
    now = now or timezone.now()
    catalogue_version.bump()
    # In the order of their keys, so that two merges at once cannot wait for each other.
    both = Practice.objects.select_for_update().filter(pk__in=[practice.pk, into.pk]).order_by("pk")
    rows = {row.pk: row for row in both}
    if practice.pk == into.pk or rows[into.pk].withdrawn_at:
        raise MergeRefused
    before = rows[practice.pk]
    if before.merged_into_id == into.pk:
        return
    practice.withdrawn_at = before.withdrawn_at or now
    practice.withdrawal_reason = gettext(
        "It was in the catalogue twice: “%(title)s” is the one that stays."
    ) % {"title": into.title}
    practice.merged_into = into
    practice.save(update_fields=["withdrawn_at", "withdrawal_reason", "merged_into"])
    indexing.remove_from_index(practice)
    practice.absorbed.update(merged_into=into)
    for submission in practice.submissions.exclude(state__in=DECIDED).select_for_update():
        Submission.objects.filter(pk=submission.pk).update(practice=into, based_on=None)
        note = f"#{practice.pk} → #{into.pk}"  # whoever is reading it is told before they decide
        record(submission, Act.MERGED, by=by, at=now, internal_note=note)
    outbox.cancel_announcements(practice, now=now)
    outbox.cancel_duplicate_announcements(into, announced=practice, now=now)
    state = State.WITHDRAWN if before.withdrawn_at else State.PUBLISHED
    _record(practice, state, State.WITHDRAWN, f"→ #{into.pk} {internal_note}", by=by, at=now)
    _record(into, State.PUBLISHED, State.PUBLISHED, f"← #{practice.pk} {internal_note}", by=by, at=now)


def _record(practice: Practice, before: State, after: State, note: str, *, by: Staff, at: datetime) -> None:
    ModerationEvent.objects.create(
        practice=practice,
        act=Act.MERGED,
        from_state=before,
        to_state=after,
        by=by,
        internal_note=note.strip(),
        at=at,
    )
