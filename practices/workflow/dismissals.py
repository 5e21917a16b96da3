"""Likely duplicates of a submission that a moderator finds to be none.

They are a record of their own, not an event: the hint on the pair goes, and nothing else changes or is counted.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from practices import clock
from practices.discovery.duplicates.dismissed import is_between
from practices.models import DismissedDuplicate, Practice, Submission
from practices.workflow.errors import SubmissionErased
from practices.workflow.transitions import Staff, lock, lock_together


@transaction.atomic
def dismiss_duplicate(
    submission: Submission, *, of: Practice | Submission, by: Staff, now: datetime | None = None
) -> None:
    """Record that a submission is no duplicate of a practice or of another submission. Idempotent.

    Raises TransitionNotAllowed, also if the other submission was erased meanwhile.
    """
    _lock_both(submission, of)
    lock(submission, "dismiss_duplicate", by=by)
    at = now or clock.now()
    DismissedDuplicate.objects.get_or_create(
        submission=submission, **_column(of), defaults={"by": by, "at": at}
    )


@transaction.atomic
def restore_duplicate(submission: Submission, *, of: Practice | Submission, by: Staff) -> None:
    """Take back that a submission is no duplicate, from whichever of the two it was said, or for their practices.

    Raises TransitionNotAllowed.
    """
    _lock_both(submission, of)
    lock(submission, "restore_duplicate", by=by)
    DismissedDuplicate.objects.filter(is_between(submission, of)).delete()


def _lock_both(submission: Submission, of: Practice | Submission) -> None:
    """Lock both submissions: colleagues may say the same of the pair, from either side, at once."""
    if isinstance(of, Submission) and of.pk not in lock_together(submission, of):
        raise SubmissionErased(of)


def _column(of: Practice | Submission) -> dict[str, Any]:
    return {"practice": of} if isinstance(of, Practice) else {"other": of}
