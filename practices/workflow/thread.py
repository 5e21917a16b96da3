"""The thread of messages between a submitter and the moderators."""

from datetime import datetime

from django.db import transaction

from practices import clock
from practices.choices import Kind, State
from practices.core.sent_forms import is_repeat
from practices.models import Submission, ThreadMessage
from practices.workflow.errors import SubmissionErased
from practices.workflow.messages import notify_moderators, notify_submitter
from practices.workflow.transitions import Staff, check, compare_seen


@transaction.atomic
def write(
    submission: Submission,
    text: str,
    *,
    by: Staff | None = None,
    seen: str | None = None,
    form_key: str = "",
    now: datetime | None = None,
) -> ThreadMessage | None:
    """Add a message from a moderator (`by`) or from the submitter, and mail it to the other side.

    `seen` is the `seen_version` that the moderator's page has shown. Returns None for the same form sent again. Raises
    TransitionNotAllowed.
    """
    row = Submission.objects.select_for_update().filter(pk=submission.pk).first()
    if row is None or row.token != submission.token:
        raise SubmissionErased(submission)
    if is_repeat(form_key, "write", submission.pk, text):
        return None
    check(row, "write", by=by)
    compare_seen(row, seen)
    now = now or clock.now()
    if by is None and _is_asked(row):
        Submission.objects.filter(pk=row.pk).update(returned_at=now)
    message = add_message(submission, text, by=by, now=now)
    if by is not None:
        notify_submitter(submission, Kind.SUBMISSION_MESSAGE, reason=text)
    else:
        notify_moderators(row, text=text)
    return message


def _is_asked(submission: Submission) -> bool:
    """Return whether a moderator has asked something that the submitter has not answered yet."""
    last = submission.thread.order_by("pk").last()
    is_asked = submission.state == State.CHANGES_REQUESTED and not (
        last and last.at >= submission.events.filter(to_state=State.CHANGES_REQUESTED).latest("pk").at
    )
    return is_asked or (last is not None and last.from_staff)


def add_message(
    submission: Submission, text: str, *, by: Staff | None = None, now: datetime | None = None
) -> ThreadMessage:
    """Add a message without telling anybody. Needs the lock."""
    return ThreadMessage.objects.create(
        submission=submission, by=by, from_staff=by is not None, text=text, at=now or clock.now()
    )
