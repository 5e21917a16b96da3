"""Removal of a published file for good, from every revision of its practice."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from practices import clock
from practices.choices import DECIDED
from practices.core import catalogue_version
from practices.documents.files import of_practice
from practices.models import Attachment, Practice, RevisionFile, delete_dumps, revision_notes
from practices.models.attachment import delete_unnamed
from practices.workflow.attachments import count_change
from practices.workflow.messages import Cause
from practices.workflow.publishing import lock_practice, publish_document, record_step
from practices.workflow.transitions import Staff


@transaction.atomic
def remove_file(
    practice: Practice,
    sha256: str,
    *,
    by: Staff,
    reason: str,
    seen: str | None = None,
    now: datetime | None = None,
) -> bool:
    """Remove a file from all revisions and submissions of a practice; its content is deleted.

    If the practice still has it, the removal is a revision. Older ones go on saying that there was a file. Idempotent;
    returns False if there is no such file. Raises PracticeRevisedMeanwhile unless the `standing` is as `seen`.
    """
    now = now or clock.now()
    catalogue_version.bump()
    rows = RevisionFile.objects.filter(revision__practice=practice, sha256=sha256, removed_at=None)
    if not rows.exists():
        return False
    practice = lock_practice(practice, "remove_file", by=by, seen=seen)
    remaining = [file for file in of_practice(practice) if file.sha256 != sha256]
    publish_document(
        practice.document,
        files=remaining,
        to=practice,
        by=by,
        note=revision_notes.FILE_REMOVED,
        announce=False,
        cause=Cause.FILE_REMOVED,
        now=now,
    )
    stored = [row.file for row in rows]
    # Also updates that a merge has moved to another practice with the files of this one.
    copies = Q(submission__practice=practice, sha256=sha256) | Q(file__in=[file.name for file in stored])
    rows.update(file="", name="", description="", removed_at=now)
    for attachment in Attachment.objects.filter(copies):
        attachment.delete()
        if attachment.submission.state not in DECIDED:
            count_change(attachment.submission, now=now)
    for file in stored:
        delete_unnamed(file)
    delete_dumps()
    record_step(practice, "remove_file", before=practice.state, by=by, internal_note=reason, at=now)
    return True
