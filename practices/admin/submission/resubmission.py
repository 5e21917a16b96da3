"""Changes that a submitter made on request, beside the request and the answer."""

import dataclasses
from datetime import datetime

from practices import documents
from practices.choices import AWAITING_MODERATION, Act, State
from practices.documents import diff, files
from practices.documents.diff import Difference
from practices.models import Attachment, ModerationEvent, Submission, ThreadMessage


@dataclasses.dataclass(frozen=True)
class Resubmission:
    """The last request for changes that was answered with a new text, and the answer."""

    request: ModerationEvent
    at: datetime
    differences: list[Difference]
    """Differences between the text that was sent back and the text as it is now."""
    of_files: list[Difference]
    answers: list[ThreadMessage]
    """Messages from the submitter since the request."""

    @property
    def is_recorded(self) -> bool:
        """Return whether it is known what changed. Before version 0.3.0, requests recorded no files."""
        return self.request.files is not None


def resubmission(submission: Submission) -> Resubmission | None:
    """Return the resubmission that waits for a decision; None for a submission that was not sent back."""
    if submission.state not in AWAITING_MODERATION:
        return None
    events = submission.events.filter(act=Act.STEP).select_related("by").order_by("-pk")
    resent = events.filter(from_state=State.CHANGES_REQUESTED, to_state=State.SUBMITTED).first()
    request = resent and events.filter(to_state=State.CHANGES_REQUESTED, pk__lt=resent.pk).first()
    if not resent or not request:
        return None
    return Resubmission(
        request,
        resent.at,
        diff.between(_text_sent_back(submission, request), submission.document),
        files.between(_files_sent_back(request), submission.attachments.all()),
        list(submission.thread.filter(from_staff=False, at__gte=request.at)),
    )


def _text_sent_back(submission: Submission, request: ModerationEvent) -> documents.Document:
    """Return the document as it was when changes were requested, by undoing what was recorded since."""
    document = documents.complete(submission.document)
    for event in submission.events.filter(pk__gt=request.pk).order_by("-pk"):
        document |= {name: before for name, (before, _after) in event.changes.items()}
    return document


def _files_sent_back(request: ModerationEvent) -> list[Attachment] | None:
    if request.files is None:
        return None
    columns = ("name", "description", "content_type", "size", "sha256")
    return [Attachment(**dict(zip(columns, facts, strict=True))) for facts in request.files]
