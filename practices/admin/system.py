"""The page “System”: what is wrong and what to do, versions, sizes and jobs; errors and the audit log."""

import platform
from datetime import datetime, timedelta

import django
from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practices import clock
from practices.admin.readonly import ReadOnlyAdmin
from practices.admin.search import TextSearch
from practices.core import audit, job_runs
from practices.core.findings import Finding, Severity
from practices.core.health import database
from practices.exchange import doctor
from practices.models import AuditEvent, Fault, JobRun, Practice, Submission, Subscriber
from practices.notifications import outbox
from practices.templatetags.ages import age


def statuses() -> list[Finding]:
    """Check everything that this page shows, the worst first."""
    order = [Severity.FAULT, Severity.WARNING, Severity.OK]
    return sorted(doctor.examine(doctor.AT_A_GLANCE), key=lambda finding: order.index(finding.state))


def _facts() -> list[tuple[str, object]]:
    """Return (name, value) of versions, sizes and queues."""
    now = clock.now()
    mail = outbox.metrics(now)
    return [
        (_("Catalogue"), settings.VERSION),
        (_("Python"), platform.python_version()),
        (_("Django"), django.get_version()),
        (_("Database"), _("%(name)s %(version)s") % {"name": connection.display_name, "version": _version()}),
        (_("Size of the database"), filesizeformat(database.size())),
        (_("Practices"), Practice.objects.count()),
        (_("Submissions"), Submission.objects.count()),
        (_("Awaiting a decision"), Submission.objects.awaiting_moderation().count()),
        (_("Subscribers"), Subscriber.objects.count()),
        (_("E-mails waiting"), mail.waiting),
        (_("Oldest e-mail due"), _ago(now, mail.oldest_due_seconds)),
    ]


def _ago(now: datetime, seconds: int) -> str:
    return _("%(age)s ago") % {"age": age(now - timedelta(seconds=seconds))} if seconds else "–"


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
