"""Files that go with a submission, and with the practice it becomes."""

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max

from practices.core.uploads import Upload
from practices.models import Attachment, Practice, Submission
from practices.workflow.transitions import check


class TooManyAttachments(Exception):
    """The submission has reached the limit of attachments (ATTACHMENTS)."""


@transaction.atomic
def attach(submission: Submission, upload: Upload, *, description: str) -> Attachment:
    """Add a file to a submission; a file it has already only gets the new description.

    Raises TooManyAttachments and TransitionNotAllowed.
    """
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    check(submission, "attach")
    same = submission.attachments.filter(sha256=upload.sha256).first()
    if same:
        same.description = description
        same.save(update_fields=["description"])
        return same
    if submission.attachments.count() >= settings.ATTACHMENTS:
        raise TooManyAttachments
    last = submission.attachments.aggregate(last=Max("position"))["last"] or 0
    return Attachment.objects.create(
        submission=submission,
        file=ContentFile(upload.content, name=upload.name),
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
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    check(submission, "detach")
    for attachment in submission.attachments.filter(pk=pk, practice=None):
        attachment.delete()


@transaction.atomic
def put_first(submission: Submission, pk: int) -> None:
    """Move a file before the others. Idempotent. Raises TransitionNotAllowed."""
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    check(submission, "put_first")
    in_order = sorted(submission.attachments.all(), key=lambda attachment: attachment.pk != pk)
    for position, attachment in enumerate(in_order, start=1):
        Attachment.objects.filter(pk=attachment.pk).update(position=position)


def copy_attachments(practice: Practice, *, to: Submission) -> None:
    """Give an update the files of its practice, to keep or remove. Rows are copied, stored files are shared."""
    for attachment in practice.attachments.all():
        attachment.pk = None
        attachment._state.adding = True
        attachment.submission, attachment.practice = to, None
        attachment.save()


def publish_attachments(submission: Submission, practice: Practice) -> None:
    """Make the files of a published submission the files of its practice."""
    practice.attachments.exclude(submission=submission).update(practice=None)
    submission.attachments.update(practice=practice)
