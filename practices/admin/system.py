"""The page “System”: what is wrong and what to do, versions, sizes and jobs; errors and the audit log."""

import platform

import django
from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from practices import clock
from practices.admin.readonly import ReadOnlyAdmin
from practices.admin.search import TextSearch
from practices.core import audit, faults, job_runs, status
from practices.core.status import Level, Status
from practices.models import AuditEvent, Fault, JobRun, Practice, Submission, Subscriber
from practices.notifications import hold, outbox


def statuses() -> list[Status]:
    """Check everything that this page shows, the worst first."""
    checks = [*status.ready().values(), status.disk(), _backup(), _mail(), _errors()]
    order = [Level.FAULT, Level.WARNING, Level.OK]
    return sorted(checks, key=lambda each: order.index(each.state))


def _backup() -> Status:
    run = JobRun.objects.filter(name="backup").first()
    if run is None or run.succeeded_at is None:
        return Status(
            _("Backup"),
            Level.WARNING,
            _("None has been made with manage.py backup."),
            _("Make one every night, unless the database has a backup of its own."),
        )
    if run.has_failed:
        return Status(
            _("Backup"),
            Level.FAULT,
            _("The last one failed. The one before is of %(day)s.") % {"day": _said(run.succeeded_at)},
            _("See the log of the last run."),
        )
    return Status(_("Backup"), Level.OK, _("The last one is of %(day)s.") % {"day": _said(run.succeeded_at)})


def _said(instant):
    return f"{instant:%Y-%m-%d %H:%M} UTC"


def _mail() -> Status:
    if hold.is_held():
        return Status(
            _("E-mail"),
            Level.WARNING,
            _("Nothing is sent, because sending is held."),
            _("Decide in the outbox, or with manage.py held_mail, or remove OUTBOX_HELD."),
        )
    failed = outbox.metrics(clock.now()).given_up
    if failed:
        return Status(
            _("E-mail"),
            Level.WARNING,
            ngettext("%(count)s e-mail failed.", "%(count)s e-mails failed.", failed) % {"count": failed},
            _("See the reasons in the outbox, and send them again."),
        )
    return Status(_("E-mail"), Level.OK, _("None has failed."))


def _errors() -> Status:
    kinds = faults.of_last_day(now=clock.now()).count()
    if not kinds:
        return Status(_("Errors"), Level.OK, _("None since yesterday."))
    return Status(
        _("Errors"),
        Level.WARNING,
        ngettext(
            "%(count)s kind of error since yesterday.", "%(count)s kinds of error since yesterday.", kinds
        )
        % {"count": kinds},
        _("Open the list of errors, and look for the request in the log."),
    )


def _facts() -> list[tuple[str, object]]:
    """Return (name, value) of versions, sizes and queues."""
    now = clock.now()
    mail = outbox.metrics(now)
    return [
        (_("Catalogue"), settings.VERSION),
        (_("Python"), platform.python_version()),
        (_("Django"), django.get_version()),
        (_("Database"), _("%(name)s %(version)s") % {"name": connection.display_name, "version": _version()}),
        (_("Size of the database"), filesizeformat(status.database_size())),
        (_("Practices"), Practice.objects.count()),
        (_("Submissions"), Submission.objects.count()),
        (_("Awaiting a decision"), Submission.objects.awaiting_moderation().count()),
        (_("Subscribers"), Subscriber.objects.count()),
        (_("E-mails waiting"), mail.waiting),
        (_("Oldest e-mail due"), _("%(count)d seconds") % {"count": mail.oldest_due_seconds}),
    ]


def _version() -> str:
    return ".".join(str(part) for part in connection.get_database_version())


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ["name", "started_at", "succeeded_at", "failed_at", "in_time", "request_id"]
    list_display_links = None

    @admin.display(description=gettext_lazy("in time"), boolean=True)
    def in_time(self, run):
        return None if run.name not in settings.JOBS_EXPECTED else not job_runs.is_late(run, now=clock.now())

    def changelist_view(self, request, extra_context=None):
        shown = {"title": _("System"), "statuses": statuses(), "facts": _facts()}
        return super().changelist_view(request, (extra_context or {}) | shown)


@admin.register(Fault)
class FaultAdmin(ReadOnlyAdmin):
    list_display = ["what", "place", "route", "count", "first_at", "last_at", "request_id"]
    list_display_links = None


@admin.register(AuditEvent)
class AuditEventAdmin(TextSearch, ReadOnlyAdmin):
    list_display = ["at", "act", "by", "what", "request_id"]
    list_display_links = None
    list_filter = ["act"]
    date_hierarchy = "at"
    search_fields = ["by"]
    search_help_text = gettext_lazy("Name of an account, or the e-mail address of a person concerned")

    def get_search_results(self, request, queryset, search_term):
        """Find what an account did, or what happened to the data of an address, which is known by its hash alone."""
        if "@" in search_term:
            return queryset.filter(subject=audit.key_of(search_term)), False
        return super().get_search_results(request, queryset, search_term)
