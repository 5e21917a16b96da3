"""The thread of messages between a submitter and the moderators."""

from datetime import datetime

from django.db import transaction

from practices import clock
from practices.choices import Kind
from practices.models import Submission, ThreadMessage
from practices.workflow.messages import notify_assignee, notify_submitter
from practices.workflow.transitions import Staff, check


@transaction.atomic
def write(
    submission: Submission, text: str, *, by: Staff | None = None, now: datetime | None = None
) -> ThreadMessage:
    """Add a message from a moderator (`by`) or from the submitter, and mail it to the other side.

    Raises TransitionNotAllowed.
    """
    check(submission, "write", by=by)
    message = ThreadMessage.objects.create(
        submission=submission, by=by, from_staff=by is not None, text=text, at=now or clock.now()
    )
    if by is not None:
        notify_submitter(submission, Kind.SUBMISSION_MESSAGE, reason=text)
    else:
        notify_assignee(submission, text=text)
    return message
