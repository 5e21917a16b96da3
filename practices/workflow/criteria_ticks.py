"""The checklist of criteria that each moderator keeps while reading a submission.

A practice is published once its required criteria are ticked, by whichever moderators. Ticks count for the text that was
read, so those made before it was last submitted do not.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet, Subquery
from django.db.models.functions import Coalesce

from practices import clock
from practices.choices import State
from practices.documents.criteria import CRITERIA, Criterion
from practices.models import CriterionTick, Submission
from practices.workflow.errors import CriteriaMissing
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
    at = now or clock.now()
    CriterionTick.objects.filter(submission=submission, by=by).delete()
    CriterionTick.objects.bulk_create(
        CriterionTick(submission=submission, by=by, criterion=slug, at=at) for slug in sorted(known)
    )


def ticks(submission: Submission) -> QuerySet[CriterionTick]:
    """Return the ticks that count: those made since the submitter last submitted the text."""
    submitted = submission.events.filter(to_state=State.SUBMITTED, by=None).order_by("-at").values("at")
    return submission.ticks.filter(at__gte=Coalesce(Subquery(submitted[:1]), F("at")))


def required_missing(ticked: Iterable[str]) -> list[Criterion]:
    """Return the required criteria whose slugs are not among `ticked`."""
    met = set(ticked)
    return [criterion for criterion in CRITERIA if criterion.essential and criterion.slug not in met]


def check_required(submission: Submission) -> None:
    """Raise CriteriaMissing unless moderators have ticked every required criterion."""
    if missing := required_missing(ticks(submission).values_list("criterion", flat=True)):
        raise CriteriaMissing(missing)
