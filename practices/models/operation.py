"""Records of how the catalogue runs: jobs, errors, and acts that concern security or personal data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from practices import clock
from practices.choices import audit_acts
from practices.models.fields import RuntimeCharField, RuntimeDateTimeField


class JobRun(models.Model):
    """The last runs of a command that a scheduler starts, and of the sender."""

    name = models.CharField(_("job"), max_length=40, primary_key=True)
    expected_since = RuntimeDateTimeField(_("expected since"), default=clock.now)
    """Instant at which it was first known that the job should run."""
    started_at = models.DateTimeField(_("last start"), null=True, blank=True)
    succeeded_at = models.DateTimeField(_("last success"), null=True, blank=True)
    failed_at = models.DateTimeField(_("last failure"), null=True, blank=True)
    request_id = models.CharField(_("run"), max_length=16, blank=True, default="", db_default="")
    """Id of the last run, as in its log lines."""
    reported_at = models.DateTimeField(_("reported as late"), null=True, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self):
        return self.name

    @property
    def has_failed(self) -> bool:
        """True if the last run that ended has failed."""
        return self.failed_at is not None and (
            self.succeeded_at is None or self.failed_at > self.succeeded_at
        )


class Fault(models.Model):
    """Errors of one kind at one place in the code, counted. Nothing is kept of what they say."""

    fingerprint = models.CharField(max_length=32, unique=True)
    what = models.CharField(_("error"), max_length=100)
    place = models.CharField(_("place in the code"), max_length=300)
    route = models.CharField(_("page or command"), max_length=300, blank=True)
    request_id = models.CharField(_("last request or run"), max_length=16, blank=True)
    count = models.PositiveIntegerField(_("times"), default=1)
    first_at = RuntimeDateTimeField(_("first time"), default=clock.now)
    last_at = RuntimeDateTimeField(_("last time"), default=clock.now)
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)

    class Meta:
        ordering = ["-last_at"]
        verbose_name = _("error")
        verbose_name_plural = _("errors")

    def __str__(self):
        return f"{self.what} in {self.place}"


class AuditEvent(models.Model):
    """An act that concerns security or personal data: what happened, when, and who did it."""

    at = RuntimeDateTimeField(_("time"), default=clock.now, db_index=True)
    act = RuntimeCharField(_("act"), max_length=40, choices=audit_acts)
    by = models.CharField(_("account"), max_length=150, blank=True)
    """Name of the account that acted; empty for commands and for people without one. A name outlives its account."""
    subject = models.CharField(_("keyed hash of the address"), max_length=64, blank=True)
    """Recognises the address of a person when somebody enters it again, and says nothing else."""
    what = models.CharField(_("details"), max_length=200, blank=True)
    request_id = models.CharField(_("request"), max_length=16, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")

    def __str__(self):
        return f"{self.get_act_display()} ({self.at:%Y-%m-%d %H:%M:%S})"
