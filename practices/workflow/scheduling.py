"""Publication at a scheduled time."""

from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from practices import clock
from practices.choices import Act, Kind, State
from practices.core import isolation
from practices.models import ModerationEvent, OutboxMessage, Submission, revision_notes
from practices.notifications import hold
from practices.workflow.criteria_ticks import check_required, with_waivers
from practices.workflow.errors import PracticeWithdrawn, RevisedMeanwhile, TransitionNotAllowed
from practices.workflow.messages import notify_submitter, tell_scheduled
from practices.workflow.questions.follow_up import repeat_follow_up
from practices.workflow.review import publish
from practices.workflow.transitions import Staff, lock, move, transition


@transaction.atomic
def schedule(
    submission: Submission,
    *,
    by: Staff,
    at: datetime,
    seen: str | None = None,
    note: str = "",
    internal_note: str = "",
    material: bool = False,
    now: datetime | None = None,
) -> None:
    """Accept a submission for publication by `publish_due` at that time, or move a publication to another time.

    Raises TransitionNotAllowed, PracticeWithdrawn, CriteriaMissing, RevisedMeanwhile, ApprovalsMissing and
    ApprovalRefused.
    """
    step, told = lock(submission, "schedule", by=by, seen=seen), submission.publish_at
    if told is None:
        check_required(submission)
        internal_note = with_waivers(submission, internal_note)
    move(
        submission,
        step,
        by=by,
        at=now or clock.now(),
        reason=note,
        internal_note=internal_note,
        publish_at=at,
        is_material=material,
    )
    tell_scheduled(submission, day=_day(submission, at), told_day=_day(submission, told) if told else "")


def _day(submission: Submission, at: datetime) -> str:
    """Return a day in the language of the submitter."""
    with override(submission.language):
        return date_format(timezone.localtime(at), "DATE_FORMAT")


@transaction.atomic
def cancel_publication(
    submission: Submission,
    *,
    by: Staff | None,
    seen: str | None = None,
    internal_note: str = "",
    now: datetime | None = None,
) -> None:
    """Cancel the scheduled publication and return the submission to review. Raises TransitionNotAllowed."""
    step, told = lock(submission, "cancel_publication", by=by, seen=seen), submission.publish_at
    move(submission, step, by=by, at=now or clock.now(), internal_note=internal_note)
    if told is not None:
        notify_submitter(submission, Kind.SUBMISSION_UNSCHEDULED, day=_day(submission, told))


def publish_due(*, now: datetime | None = None) -> int:
    """Publish every submission that is due, each once even when run concurrently. Returns how many were published.

    While sending is held after a restore, nothing is published, as it may have been before. An update in conflict with
    a newer revision, or of a practice withdrawn since, goes back to the moderators. One that fails for another reason
    stays scheduled and is logged; the others are published all the same.
    """
    return 0 if hold.is_held() else _publish_due(now or clock.now())


@transaction.atomic
def drop_probably_sent() -> bool:
    """End the hold after a restore, and cancel what was probably sent before the loss (`notifications.hold.drop`).

    What was scheduled until then was published, and announced, in the catalogue that was lost: it is published again
    without a word to anyone. So it is with reminders of questions, and with questions that ended without an answer.
    Returns whether sending was held.
    """
    held = hold.lock()
    if held is None:
        return False
    hold.drop_pings(held)
    scheduled = list(_due(held.sent_until).values_list("pk", flat=True))
    told = OutboxMessage.objects.waiting().filter(  # also the owners of practices that others have updated
        Q(submission__in=scheduled) | Q(submission__practice__submissions__in=scheduled), kind__in=_TOLD
    )
    before = list(told.values_list("pk", flat=True))
    _publish_due(held.sent_until)
    repeated = list(told.exclude(pk__in=before).values_list("pk", flat=True))
    hold.drop(held, repeated=[*repeated, *repeat_follow_up(until=held.sent_until)])
    return True


_TOLD = {
    *transition("publish", by=None).mails,
    *transition("cancel_publication", by=None).mails,
}
"""Kinds of the messages that `publish_due` sends."""


def _due(now: datetime) -> QuerySet[Submission]:
    return Submission.objects.filter(state=State.SCHEDULED, publish_at__lte=now)


def _publish_due(now: datetime) -> int:
    return isolation.each(
        _due(now).order_by("publish_at", "pk").select_related("submitter", "practice"),
        partial(_publish_scheduled, now=now),
        what="publication of submission",
    )


def scheduled_with(submission: Submission) -> dict[str, Any]:
    """Return the public note of a scheduled submission, and whether its change is told to subscribers."""
    return {"note": _decision(submission).reason, "material": submission.is_material}


def _decision(submission: Submission) -> ModerationEvent:
    return submission.events.filter(act=Act.STEP, to_state=State.SCHEDULED).latest("pk")


def _publish_scheduled(submission: Submission, *, now: datetime) -> bool:
    try:
        decision = _decision(submission)
        publish(
            submission,
            by=decision.by,
            note=decision.reason,
            material=submission.is_material,
            now=now,
        )
    except TransitionNotAllowed:
        return False  # published by another process, cancelled, or moved to another date
    except ObjectDoesNotExist:
        if Submission.objects.filter(pk=submission.pk).exists():
            raise
        return False  # erased meanwhile
    except RevisedMeanwhile as error:
        note = revision_notes.REVISED_SINCE
        _return_to_moderators(submission, note % {"number": error.newer.revision.number}, now=now)
        return False
    except PracticeWithdrawn:
        note = revision_notes.WITHDRAWN_SINCE
        _return_to_moderators(submission, note, now=now)
        return False
    return True


def _return_to_moderators(submission: Submission, note: str, *, now: datetime) -> None:
    with suppress(TransitionNotAllowed):
        submission.refresh_from_db()
        cancel_publication(submission, by=None, internal_note=note, now=now)
