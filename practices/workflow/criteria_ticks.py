"""The checklist of criteria that each moderator keeps while reading a submission.

A practice is published once its required criteria are ticked, or waived with a reason, by whichever moderators. A tick
takes the facts that the criterion asks for. An update that leaves alone what the published practice does not state is
not asked for it: whoever published that has decided on it. Ticks and waivers count for what was read: those of a field
that the submitter has changed since do not, nor those of the whole text after any change.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import override

from practices import clock
from practices.choices import AWAITING_MODERATION, Act, State
from practices.documents.criteria import CRITERIA, Criterion, left_open
from practices.models import CriterionTick, Submission, revision_notes
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
    """Save which criteria, by slug, `by` considers met, replacing their earlier ticks. Unknown slugs are ignored,
    and required criteria whose facts the document does not state.

    `waivers`: required criterion that is not met → the reason to publish all the same. Raises TransitionNotAllowed,
    also if the submission is not as `seen` any more.
    """
    lock(submission, "tick_criteria", by=by, seen=seen)
    unstated = {each.slug for each in CRITERIA if each.is_unstated(submission.document)}
    met, reasons = set(criteria) - unstated, waivers or {}
    at = max([now or clock.now(), *submission.events.values_list("at", flat=True)])  # as it comes after them
    CriterionTick.objects.filter(submission=submission, by=by).delete()
    CriterionTick.objects.bulk_create(
        CriterionTick(submission=submission, by=by, criterion=criterion.slug, waiver=waiver, at=at)
        for criterion in CRITERIA
        for waiver in [reasons.get(criterion.slug, "") if criterion.slug not in met else ""]
        if criterion.slug in met or (waiver and criterion.essential)
    )


def date_ticks_before(submission: Submission, at: datetime) -> None:
    """Have all ticks be older than a step that is made now, even if the clock has been set back since. Needs the lock."""
    submission.ticks.filter(at__gte=at).update(at=at - timedelta(microseconds=1))


def ticks(submission: Submission) -> QuerySet[CriterionTick]:
    """Return the ticks and waivers that count: those of what the submitter has not changed since they were made."""
    changes = list(_changes_on_request(submission))
    known = {criterion.slug: criterion for criterion in CRITERIA}
    lapsed = [
        tick.pk
        for tick in (submission.ticks.all() if changes else [])
        if any(
            tick.at < at and (fields is None or known[tick.criterion].is_about(fields))
            for at, fields in changes
        )
    ]
    return submission.ticks.exclude(pk__in=lapsed)


def _changes_on_request(submission: Submission) -> Iterator[tuple[datetime, set[str] | None]]:
    """Yield when the submitter sent the text again, and the fields that changed with it; None where that is unknown."""
    files = None
    for event in submission.events.filter(act=Act.STEP).in_order():
        if event.to_state == State.CHANGES_REQUESTED:
            files = event.files
        elif event.from_state == State.CHANGES_REQUESTED and event.to_state in AWAITING_MODERATION:
            is_known = files is not None and event.files is not None
            with_files = {"files"} if event.files != files else set()
            yield event.at, {*event.changes, *with_files} if is_known else None


def required_missing(
    submission: Submission, *, ticked: Iterable[str], waived: Iterable[str]
) -> list[Criterion]:
    """Return the required criteria, by slug neither waived nor ticked with the facts in the document that they need.

    A translation and a use elsewhere have none: their practice has met them.
    """
    if not submission.is_revising:
        return []
    met, settled = set(ticked), {*waived, *left_alone(submission)}
    return [
        criterion
        for criterion in CRITERIA
        if criterion.essential
        and criterion.slug not in settled
        and (criterion.slug not in met or criterion.is_unstated(submission.document))
    ]


def left_alone(submission: Submission) -> set[str]:
    """Return the required criteria, by slug, whose facts an update leaves as unstated as they are published."""
    if submission.practice is None or submission.based_on is None:
        return set()
    base = submission.practice.revisions.filter(number=submission.based_on).first()
    return left_open(base.document, submission.document) if base else set()


def check_required(submission: Submission) -> None:
    """Raise CriteriaMissing unless each required criterion is waived, `left_alone`, or ticked with its facts stated."""
    counted = list(ticks(submission))
    missing = required_missing(
        submission,
        ticked=[tick.criterion for tick in counted if not tick.waiver],
        waived=[tick.criterion for tick in counted if tick.waiver],
    )
    if missing:
        raise CriteriaMissing(missing)


def with_waivers(submission: Submission, note: str) -> str:
    """Return a private note, followed by the criteria that nobody found met, with the reason to waive each."""
    counted = list(ticks(submission).order_by("pk"))
    met = {tick.criterion for tick in counted if not tick.waiver}
    waived = {tick.criterion: tick.waiver for tick in counted if tick.criterion not in met}
    with override("en"):  # the language in which notes are stored
        lines = [
            revision_notes.WAIVED % {"criterion": criterion.title, "reason": waived[criterion.slug]}
            for criterion in CRITERIA
            if criterion.slug in waived
        ]
    return "\n".join([*filter(None, [note]), *lines])
