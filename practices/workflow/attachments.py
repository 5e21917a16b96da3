"""Files that go with a submission, and with the practice it becomes."""

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max

from practices.choices import State
from practices.models import Attachment, Practice, Submission
from practices.workflow.transitions import EDITABLE, TransitionNotAllowed
from practices.workflow.uploads import Upload


class TooManyAttachments(Exception):
    """A submission has as many as it may have."""


@transaction.atomic
def attach(submission: Submission, upload: Upload, *, description: str) -> Attachment:
    """Keep a file with a submission its submitter may change now. The same file twice is kept once.

    Raises TooManyAttachments and TransitionNotAllowed.
    """
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if submission.state not in EDITABLE:
        raise TransitionNotAllowed(submission, State(submission.state))
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
    """Take a file away. Doing it twice is a success. Raises TransitionNotAllowed."""
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if submission.state not in EDITABLE:
        raise TransitionNotAllowed(submission, State(submission.state))
    for attachment in submission.attachments.filter(pk=pk, practice=None):
        attachment.delete()


@transaction.atomic
def put_first(submission: Submission, pk: int) -> None:
    """Let a file stand before the others. Doing it twice is a success. Raises TransitionNotAllowed."""
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    if submission.state not in EDITABLE:
        raise TransitionNotAllowed(submission, State(submission.state))
    in_order = sorted(submission.attachments.all(), key=lambda attachment: attachment.pk != pk)
    for position, attachment in enumerate(in_order, start=1):
        Attachment.objects.filter(pk=attachment.pk).update(position=position)


def take_over(submission: Submission, practice: Practice) -> None:
    """Give an update the files its practice has, to keep or take away; the stored files are shared."""
    for attachment in practice.attachments.all():
        attachment.pk = None
        attachment._state.adding = True
        attachment.submission, attachment.practice = submission, None
        attachment.save()


def publish_attachments(submission: Submission, practice: Practice) -> None:
    """Make the files of a published submission those of its practice. Called by `publish`."""
    practice.attachments.exclude(submission=submission).update(practice=None)
    submission.attachments.update(practice=practice)
