"""Publication on a date."""

import logging
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from practices.choices import Act, Kind, State
from practices.models import Submission
from practices.workflow.approvals import check_approvals
from practices.workflow.rebase import RevisedMeanwhile, on_top
from practices.workflow.review import publish
from practices.workflow.transitions import Staff, TransitionNotAllowed, lock, move, tell_submitter

logger = logging.getLogger(__name__)


@transaction.atomic
def schedule(
    submission: Submission,
    *,
    by: Staff,
    at: datetime,
    note: str = "",
    internal_note: str = "",
    material: bool = False,
    now: datetime | None = None,
) -> None:
    """Accept a submission and have it published by `publish_due` at that time. Its submitter is told.

    Raises TransitionNotAllowed, RevisedMeanwhile, ApprovalsMissing and ApprovalRefused.
    """
    if submission.state not in (State.SUBMITTED, State.IN_REVIEW):
        raise TransitionNotAllowed(submission, State.SCHEDULED)
    lock(submission, State.SCHEDULED)
    check_approvals(submission, by=by)
    on_top(submission)
    move(
        submission,
        State.SCHEDULED,
        by=by,
        at=now or timezone.now(),
        reason=note,
        internal_note=internal_note,
        publish_at=at,
        is_material=material,
    )
    with override(submission.language):
        day = date_format(timezone.localtime(at), "DATE_FORMAT")
    tell_submitter(submission, Kind.SUBMISSION_SCHEDULED, day=day)


@transaction.atomic
def cancel_publication(
    submission: Submission, *, by: Staff | None, internal_note: str = "", now: datetime | None = None
) -> None:
    """Do not publish a submission on its date; it is being read again. Raises TransitionNotAllowed."""
    if submission.state != State.SCHEDULED:
        raise TransitionNotAllowed(submission, State.IN_REVIEW)
    move(submission, State.IN_REVIEW, by=by, at=now or timezone.now(), internal_note=internal_note)


def publish_due(*, now: datetime | None = None) -> int:
    """Publish what is scheduled for now or earlier, each once, whoever else does this. Returns how many.

    An update that a newer revision disputes goes back to the moderators. One that cannot be published for another
    reason stays scheduled, is logged, and stops none of the others.
    """
    now = now or timezone.now()
    due = Submission.objects.filter(state=State.SCHEDULED, publish_at__lte=now).order_by("publish_at", "pk")
    published = 0
    for submission in due.select_related("submitter", "practice"):
        decision = submission.events.filter(act=Act.STEP, to_state=State.SCHEDULED).latest("pk")
        try:
            publish(
                submission,
                by=decision.by,
                note=decision.reason,
                material=submission.is_material,
                now=now,
            )
        except TransitionNotAllowed:
            continue  # another process was quicker, or somebody has cancelled it
        except RevisedMeanwhile as error:
            _return(submission, error, now=now)
        except Exception:
            logger.exception("scheduled publication failed", extra={"submission": submission.pk})
        else:
            published += 1
    return published


def _return(submission: Submission, error: RevisedMeanwhile, *, now: datetime) -> None:
    note = gettext("Not published on its date: revision %(number)s changed the same text meanwhile.")
    with suppress(TransitionNotAllowed):
        submission.refresh_from_db()
        cancel_publication(
            submission, by=None, internal_note=note % {"number": error.newer.revision.number}, now=now
        )
