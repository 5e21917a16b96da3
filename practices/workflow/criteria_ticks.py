"""The checklist of criteria that each moderator keeps while reading a submission.

A practice is published once its required criteria are ticked, or waived with a reason, by whichever moderators. Ticks
and waivers count for the text that was read, so those made before it was last submitted do not.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

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
    waivers: Mapping[str, str] | None = None,
    seen: str | None = None,
    now: datetime | None = None,
) -> None:
    """Save which criteria, by slug, `by` considers met, replacing their earlier ticks. Unknown slugs are ignored.

    `waivers`: required criterion that is not met → the reason to publish all the same. Raises TransitionNotAllowed,
    also if the submission is not as `seen` any more.
    """
    lock(submission, "tick_criteria", by=by, seen=seen)
    met, reasons = set(criteria), waivers or {}
    at = now or clock.now()
    CriterionTick.objects.filter(submission=submission, by=by).delete()
    CriterionTick.objects.bulk_create(
        CriterionTick(submission=submission, by=by, criterion=criterion.slug, waiver=waiver, at=at)
        for criterion in CRITERIA
        for waiver in [reasons.get(criterion.slug, "") if criterion.slug not in met else ""]
        if criterion.slug in met or (waiver and criterion.essential)
    )


def ticks(submission: Submission) -> QuerySet[CriterionTick]:
    """Return the ticks and waivers that count: those made since the submitter last submitted the text."""
    submitted = submission.events.filter(to_state=State.SUBMITTED, by=None).order_by("-at").values("at")
    return submission.ticks.filter(at__gte=Coalesce(Subquery(submitted[:1]), F("at")))


def required_missing(ticked: Iterable[str]) -> list[Criterion]:
    """Return the required criteria whose slugs are not among `ticked`."""
    met = set(ticked)
    return [criterion for criterion in CRITERIA if criterion.essential and criterion.slug not in met]


def check_required(submission: Submission) -> None:
    """Raise CriteriaMissing unless moderators have ticked or waived every required criterion."""
    if missing := required_missing(ticks(submission).values_list("criterion", flat=True)):
        raise CriteriaMissing(missing)


def with_waivers(submission: Submission, note: str) -> str:
    """Return a private note, followed by the criteria that nobody found met, with the reason to waive each."""
    counted = list(ticks(submission).order_by("pk"))
    met = {tick.criterion for tick in counted if not tick.waiver}
    waived = {tick.criterion: tick.waiver for tick in counted if tick.criterion not in met}
    lines = [
        gettext("Waived: “%(criterion)s”. Reason: %(reason)s")
        % {"criterion": criterion.title, "reason": waived[criterion.slug]}
        for criterion in CRITERIA
        if criterion.slug in waived
    ]
    return "\n".join([*filter(None, [note]), *lines])
