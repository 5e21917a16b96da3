"""Messages that steps queue, to the submitter and to the moderator a submission is assigned to."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from practices.choices import Kind
from practices.models import Submission
from practices.notifications import outbox
from practices.workflow.moderators import moderators


def notify_assignee(submission: Submission, *, text: str = "") -> None:
    """Queue a message to the assigned moderator that the submitter has answered, if they want to be told."""
    assignee = moderators().filter(pk=submission.assignee_id or 0, profile__answers=True).first()
    if assignee is None or not assignee.email:
        return
    outbox.enqueue(
        Kind.MODERATION_ANSWER,
        address=assignee.email,
        language=settings.LANGUAGE_CODE,
        submission=submission,
        context={
            "reason": text,
            "review_path": reverse("admin:practices_submission_change", args=[submission.pk]),
            "preferences_path": reverse("admin:practices_staffprofile_mine"),
        },
    )


def notify_submitter(submission: Submission, kind: Kind, **context: Any) -> None:
    """Queue a message to the submitter, if there is an address. `context` fills its template without empty values."""
    if not submission.submitter.email:
        return
    outbox.enqueue(
        kind,
        address=submission.submitter.email,
        language=submission.language,
        submission=submission,
        context={name: value for name, value in context.items() if value},
    )
