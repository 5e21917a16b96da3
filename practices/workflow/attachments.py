"""Files that go with a submission, and with each revision of the practice it becomes.

Every change of them counts in `file_changes`, so that no decision is made on files that its actor has not seen.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Max

from practices import clock
from practices.core import stored_files
from practices.core.upload_checks import Upload
from practices.documents import files
from practices.models import Attachment, Practice, Revision, RevisionFile, StoredFile, Submission
from practices.workflow.errors import SubmissionErased
from practices.workflow.messages import cancel_reminders
from practices.workflow.transitions import check


class TooManyAttachments(Exception):
    """The submission has reached the limit of attachments (ATTACHMENTS)."""


def attach(submission: Submission, upload: Upload, *, description: str) -> Attachment:
    """Add a file to a submission; a file it has already only gets the new description.

    Raises TooManyAttachments, TransitionNotAllowed, StorageFull and StorageFailed; nothing is stored then.
    """
    # Before the transaction, so that no lock waits for the storage.
    stored = stored_files.store(upload.content, name=upload.name)
    try:
        attachment = _add_row(submission, upload, stored=stored, description=description)
    except DatabaseError:
        # A commit whose answer was lost may have succeeded; if it has not, the nightly sweep deletes the file.
        raise
    except BaseException:
        stored_files.remove(stored)
        raise
    if attachment.file.name != stored:
        stored_files.remove(stored)
    return attachment


@transaction.atomic
def _add_row(submission: Submission, upload: Upload, *, stored: str, description: str) -> Attachment:
    lock_files(submission, "attach")
    same = submission.attachments.filter(sha256=upload.sha256).first()
    if same:
        if same.description != description:
            same.description = description
            same.save(update_fields=["description"])
            count_change(submission)
        return same
    if submission.attachments.count() >= settings.ATTACHMENTS:
        raise TooManyAttachments
    last = submission.attachments.aggregate(last=Max("position"))["last"] or 0
    count_change(submission)
    return Attachment.objects.create(
        submission=submission,
        file=stored,
        name=upload.name,
        description=description,
        content_type=upload.content_type,
        size=len(upload.content),
        sha256=upload.sha256,
        position=last + 1,
    )


@transaction.atomic
def detach(submission: Submission, pk: int) -> None:
    """Remove a file. Idempotent. Raises TransitionNotAllowed."""
    lock_files(submission, "detach")
    for attachment in submission.attachments.filter(pk=pk):
        attachment.delete()
        count_change(submission)


@transaction.atomic
def put_first(submission: Submission, pk: int) -> None:
    """Move a file before the others. Idempotent. Raises TransitionNotAllowed."""
    lock_files(submission, "put_first")
    before = list(submission.attachments.all())
    in_order = sorted(before, key=lambda attachment: attachment.pk != pk)
    if in_order == before:
        return
    for position, attachment in enumerate(in_order, start=1):
        Attachment.objects.filter(pk=attachment.pk).update(position=position)
    count_change(submission)


def lock_files(submission: Submission, name: str) -> None:
    """Lock the row and load it, so that no step is made between a change of the files and its count."""
    row = Submission.objects.select_for_update().filter(pk=submission.pk).first()
    if row is None:
        raise SubmissionErased(submission)
    check(row, name)


def count_change(submission: Submission, *, now: datetime | None = None) -> None:
    """Count a change of the files, which is a sign of life of a draft, too."""
    if submission.warned_at is not None:
        cancel_reminders(submission)
    Submission.objects.filter(pk=submission.pk).update(
        file_changes=F("file_changes") + 1, saved_at=now or clock.now(), warned_at=None
    )
    submission.refresh_from_db(fields=["file_changes", "saved_at", "warned_at"])


def copy_attachments(practice: Practice, *, to: Submission) -> None:
    """Give an update the files of its practice, to keep or remove."""
    _copy_rows(files.of_practice(practice), Attachment, submission=to)


def replace_attachments(submission: Submission, source: Iterable[StoredFile]) -> None:
    """Give a submission these files instead of its own."""
    source = list(source)
    submission.attachments.all().delete()
    _copy_rows(source, Attachment, submission=submission)
    count_change(submission)


def record_files(revision: Revision, source: Iterable[StoredFile]) -> None:
    """Record the files of a new revision."""
    _copy_rows(source, RevisionFile, revision=revision)


def _copy_rows(source: Iterable[StoredFile], model: type[StoredFile], **owner: Submission | Revision) -> None:
    """Copy rows of files in their order. Stored files are shared."""
    columns = [field.name for field in StoredFile._meta.fields if field.name != "position"]
    model._default_manager.bulk_create(
        model(**{name: getattr(file, name) for name in columns}, position=position, **owner)
        for position, file in enumerate(source, start=1)
    )


def mark_attachments(submission: Submission, practice: Practice) -> None:
    """Mark the files of a published submission as those of its practice, for a version before 0.3.0."""
    practice.attachments.exclude(submission=submission).update(practice=None)
    submission.attachments.update(practice=practice)
