"""Dumps of the public catalogue."""

from functools import partial

from django.db import models, transaction
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from practices import clock
from practices.models.attachment import remove_file
from practices.models.fields import RuntimeDateTimeField, RuntimeFileField
from practices.models.submission import new_token

DUMPS = "dumps"
"""Folder of the storage that holds a folder for each dump."""


def dump_storage_name(dump, name):
    return f"{DUMPS}/{new_token()}/{name}"


class DumpQuerySet(models.QuerySet):
    def complete(self):
        """Filter dumps that anyone may download, newest first."""
        return self.exclude(name=None).order_by("-made_at", "-pk")


class Dump(models.Model):
    """An archive of all public practices with their files.

    The row comes first, without a name, and gets its file and name once the file is stored whole: a row that was deleted
    meanwhile says that the archive contains what is no longer public.
    """

    name = models.CharField(_("name"), max_length=80, null=True, unique=True)
    """Made of the day and the hash, so that a dump of the same content on the same day is the same one."""
    file = RuntimeFileField(_("file"), upload_to=dump_storage_name, max_length=200, blank=True)
    made_at = RuntimeDateTimeField(_("made"), default=clock.now, db_index=True)
    practices = models.PositiveIntegerField(_("number of practices"), default=0)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)

    objects = DumpQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("dump")
        verbose_name_plural = _("dumps")

    def __str__(self):
        return self.name or f"#{self.pk}"

    @property
    def content_type(self):
        return "application/zip"


def delete_dumps():
    """Delete all dumps, also those in the making. For the transaction that makes something private again."""
    Dump.objects.all().delete()


@receiver(models.signals.post_delete, sender=Dump, dispatch_uid="practices.dump_file")
def delete_dump_file(sender, instance, **kwargs):
    """Delete the file once the transaction is committed. If the storage fails then, the nightly sweep deletes it."""
    if instance.file:
        transaction.on_commit(partial(remove_file, instance.file.storage, instance.file.name), robust=True)
