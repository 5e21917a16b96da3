"""Imports that staff start in the admin, and the columns that they have assigned in tables before."""

from functools import partial

from django.conf import settings
from django.db import models, transaction
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from practices import clock
from practices.choices import ImportStage
from practices.models.attachment import remove_file
from practices.models.fields import RuntimeDateTimeField, RuntimeFileField
from practices.models.submission import new_token

IMPORTS = "imports"
"""Folder of the storage that holds a folder for each file to import."""


def import_storage_name(started, name):
    return f"{IMPORTS}/{new_token()}/{name}"


class ColumnMapping(models.Model):
    """Columns of a kind of table, remembered by a name: the heading of each, and which of ours it stands for."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    columns = models.JSONField(_("columns"), default=dict)
    """Name of our column by heading; empty for one to leave out."""

    class Meta:
        ordering = ["name"]
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")

    def __str__(self):
        return self.name


class PracticeImport(models.Model):
    """A file of practices on its way into the catalogue. The sender checks and imports it in the background."""

    name = models.CharField(_("file"), max_length=200)
    file = RuntimeFileField(_("stored file"), upload_to=import_storage_name, max_length=400, blank=True)
    headings = models.JSONField(_("headings"), default=list)
    """(heading, example) of each column of a table; empty for other formats."""
    columns = models.JSONField(_("columns"), default=dict)
    stage = models.CharField(_("status"), max_length=20, choices=ImportStage)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = RuntimeDateTimeField(_("uploaded"), default=clock.now)
    finished_at = models.DateTimeField(_("finished"), null=True)
    total = models.PositiveIntegerField(_("practices in the file"), null=True)
    done = models.PositiveIntegerField(_("practices done"), default=0)
    counts = models.JSONField(pgettext_lazy("import", "results"), default=dict)
    """Number of practices by result."""
    report = models.JSONField(_("report"), default=dict)
    """`exchange.imports.report.Report` of the faults, and of the notices."""
    error = models.TextField(_("error"), blank=True)
    """The reason why the whole file cannot be imported."""
    claimed_until = models.DateTimeField(_("claimed until"), null=True)
    """End of the lease of the process that works on it."""

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self):
        return self.name


@receiver(models.signals.post_delete, sender=PracticeImport, dispatch_uid="practices.import_file")
def delete_import_file(sender, instance, **kwargs):
    """Delete the file once the transaction is committed. If the storage fails then, the nightly sweep deletes it."""
    if instance.file:
        transaction.on_commit(partial(remove_file, instance.file.storage, instance.file.name), robust=True)
