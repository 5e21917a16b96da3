"""Files of practices: attached to a submission on its way in, and recorded with each published revision."""

import logging
import posixpath
from functools import partial

from django.db import models, transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from practices.models.fields import RuntimeFileField
from practices.models.practice import Practice, Revision
from practices.models.submission import Submission, new_token

FOLDER = "attachments"
"""Folder of the storage that holds a folder for each file."""
_log = logging.getLogger(__name__)


def storage_name(attachment, name):
    """Return an unguessable name in the storage."""
    return f"{FOLDER}/{new_token()}/{name}"


class StoredFile(models.Model):
    """Columns of every file. Several rows may share one file of the storage, which goes with the last of them."""

    file = RuntimeFileField(_("file"), upload_to=storage_name, max_length=200)
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    @property
    def kind(self):
        """The file extension in capitals, as shown to people."""
        return self.name.rpartition(".")[2].upper()


class Attachment(StoredFile):
    """A file sent with a submission. Private: publication records it with the revision, which makes it public."""

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="attachments", verbose_name=_("submission")
    )
    practice = models.ForeignKey(
        Practice,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name=_("practice"),
        help_text=_("The practice whose latest revision has this file."),
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.CheckConstraint(condition=~models.Q(description=""), name="attachment_says_what_it_is"),
        ]

    def get_absolute_url(self):
        """Return the public URL, which answers 404 before publication."""
        return public_url(self.practice_id or 0, self)

    def get_private_url(self):
        return reverse("practices:submission-attachment", args=[self.submission.token, self.pk])


class RevisionFile(StoredFile):
    """A file of a revision. Immutable, but for a removal for good, after which only type and size remain."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="files", verbose_name=_("revision"))
    removed_at = models.DateTimeField(_("permanently deleted"), null=True, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("file of a revision")
        verbose_name_plural = _("files of revisions")
        constraints = [
            models.UniqueConstraint(fields=["revision", "position"], name="revision_has_one_file_a_position"),
            models.CheckConstraint(
                condition=models.Q(removed_at=None) | models.Q(file="", name="", description=""),
                name="file_removed_for_good_holds_nothing",
            ),
        ]

    def get_absolute_url(self):
        return public_url(self.revision.practice_id, self)


def public_url(practice, file):
    """Return the address of a file of a practice, the same for every revision that has the file."""
    return reverse("practices:practice-file", args=[practice, file.sha256, file.name])


def is_named(name):
    """Return whether any row names this file of the storage."""
    return any(model.objects.filter(file=name).exists() for model in (Attachment, RevisionFile))


@receiver(models.signals.post_delete, sender=Attachment, dispatch_uid="practices.attachment_file")
@receiver(models.signals.post_delete, sender=RevisionFile, dispatch_uid="practices.revision_file")
def delete_file(sender, instance, **kwargs):
    """Delete a stored file with the last row that names it. A signal, because rows are also deleted by cascade."""
    delete_unnamed(instance.file)


def delete_unnamed(file):
    """Delete a stored file once the transaction is committed, unless a row names it then.

    If the storage fails at that moment, the nightly sweep deletes the file.
    """
    if file:
        transaction.on_commit(partial(_delete_unnamed, file.storage, file.name), robust=True)


def _delete_unnamed(storage, name):
    if not is_named(name):
        remove_file(storage, name)


def remove_file(storage, name):
    """Delete a stored file and its folder. Idempotent."""
    storage.delete(name)
    try:
        storage.delete(posixpath.dirname(name))
    except Exception:  # most storages have no folders
        _log.debug("The folder of a deleted file remains", exc_info=True)
