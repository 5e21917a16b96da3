"""The checklist of criteria that each moderator keeps while reading a submission. It decides nothing."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from practices import clock
from practices.documents.criteria import CRITERIA
from practices.models import CriterionTick, Submission
from practices.workflow.transitions import Staff, lock


@transaction.atomic
def tick_criteria(
    submission: Submission,
    criteria: Iterable[str],
    *,
    by: Staff,
    seen: str | None = None,
    now: datetime | None = None,
) -> None:
    """Save which criteria, by slug, `by` considers met, replacing their earlier ticks. Unknown slugs are ignored.

    Raises TransitionNotAllowed, also if the submission is not as `seen` any more.
    """
    lock(submission, "tick_criteria", by=by, seen=seen)
    known = {criterion.slug for criterion in CRITERIA} & set(criteria)
    mine = CriterionTick.objects.filter(submission=submission, by=by)
    mine.exclude(criterion__in=known).delete()
    CriterionTick.objects.bulk_create(
        (
            CriterionTick(submission=submission, by=by, criterion=slug, at=now or clock.now())
            for slug in sorted(known)
        ),
        ignore_conflicts=True,
    )
