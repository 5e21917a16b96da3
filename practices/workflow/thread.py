"""What submitters and moderators write to each other. It changes no state, but it is mailed like one."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from practices.choices import Kind
from practices.models import Submission, ThreadMessage
from practices.workflow.transitions import Staff, tell_assignee, tell_submitter


@transaction.atomic
def write(
    submission: Submission, text: str, *, by: Staff | None = None, now: datetime | None = None
) -> ThreadMessage:
    """Add to the thread of a submission: a moderator (`by`) or the submitter. The other of the two is mailed it."""
    message = ThreadMessage.objects.create(
        submission=submission, by=by, from_staff=by is not None, text=text, at=now or timezone.now()
    )
    if by is not None:
        tell_submitter(submission, Kind.SUBMISSION_MESSAGE, reason=text)
    else:
        tell_assignee(submission, text=text)
    return message
