"""Files attached to practices."""

from functools import partial

from django.db import models, transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from practices.models.fields import RuntimeFileField
from practices.models.practice import Practice
from practices.models.submission import Submission, new_token


def storage_name(attachment, name):
    """Return an unguessable name in the storage."""
    return f"attachments/{new_token()}/{name}"


class Attachment(models.Model):
    """A file sent with a submission. Publication sets `practice`, which makes it public."""

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
    )
    file = RuntimeFileField(_("file"), upload_to=storage_name, max_length=200)
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=200)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.CheckConstraint(condition=~models.Q(description=""), name="attachment_says_what_it_is"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """Return the public URL, which answers 404 before publication."""
        return reverse("practices:attachment", args=[self.practice_id or 0, self.pk, self.name])

    @property
    def kind(self):
        """The file extension in capitals, as shown to people."""
        return self.name.rpartition(".")[2].upper()

    def get_private_url(self):
        return reverse("practices:submission-attachment", args=[self.submission.token, self.pk])


@receiver(models.signals.post_delete, sender=Attachment, dispatch_uid="practices.attachment_file")
def delete_file(sender, instance, **kwargs):
    """Delete a stored file with the last row that names it. A signal, because rows are also deleted by cascade."""
    transaction.on_commit(partial(_delete_unused, instance.file.storage, instance.file.name))


def _delete_unused(storage, name):
    if not Attachment.objects.filter(file=name).exists():
        storage.delete(name)
