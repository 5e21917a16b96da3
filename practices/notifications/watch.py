"""Watching over the catalogue: the sender's heartbeat, and e-mails to ADMINS about errors and late jobs."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from practices import clock
from practices.choices import Kind
from practices.core import faults, job_runs
from practices.models import Fault, JobRun
from practices.notifications import outbox

AGAIN_AFTER = timedelta(hours=1)
"""Span after which an error that goes on is reported again."""
LATE_AGAIN_AFTER = timedelta(days=1)
"""Span after which a job that is still late is reported again."""
SHOWN = 20
"""Kinds of errors in one e-mail. The others follow in the next one."""


def watch(*, now: datetime | None = None) -> None:
    """Record that the sender is alive, and report what is wrong. Call it every few seconds; mostly it only reads."""
    now = now or clock.now()
    job_runs.beat(now=now)
    report(now=now)


def report(*, now: datetime) -> bool:
    """Queue an e-mail to each of ADMINS about new errors and late jobs; return whether there was anything to report.

    Errors of one kind are reported once an hour, however often they occur, and a late job once a day; a report follows
    ADMIN_MAIL_MINUTES after another at the earliest. Any number of senders may call it at the same time.
    """
    if not settings.ADMINS or not (_faults(now).exists() or _late_jobs(now)):
        return False
    with transaction.atomic():
        list(
            JobRun.objects.select_for_update().filter(name=job_runs.SENDER)
        )  # so that of two senders one reports
        if _has_just_reported(now):
            return False
        reported, late = list(_faults(now).order_by("-last_at")[:SHOWN]), _late_jobs(now)
        Fault.objects.filter(pk__in=[fault.pk for fault in reported]).update(reported_at=now)
        JobRun.objects.filter(pk__in=[run.pk for run in late]).update(reported_at=now)
        if reported or late:
            _queue(reported, late)
        return bool(reported or late)


def _queue(reported: list[Fault], late: list[JobRun]) -> None:
    context = {
        "errors": faults.to_report(reported),
        "late": [
            {"name": run.name, "last": f"{run.succeeded_at:%Y-%m-%d %H:%M} UTC" if run.succeeded_at else ""}
            for run in late
        ],
        "system_path": reverse("admin:practices_jobrun_changelist"),
    }
    for address in settings.ADMINS:
        outbox.enqueue(
            Kind.OPERATION_REPORT, address=address, language=settings.LANGUAGE_CODE, context=context
        )


def _faults(now: datetime) -> QuerySet[Fault]:
    goes_on = Q(reported_at__lte=now - AGAIN_AFTER, last_at__gt=F("reported_at"))
    return Fault.objects.filter(Q(reported_at=None) | goes_on)


def _late_jobs(now: datetime) -> list[JobRun]:
    return [
        run
        for run in job_runs.late(now=now)
        if run.reported_at is None or run.reported_at <= now - LATE_AGAIN_AFTER
    ]


def _has_just_reported(now: datetime) -> bool:
    recent = {"reported_at__gt": now - timedelta(minutes=settings.ADMIN_MAIL_MINUTES)}
    return Fault.objects.filter(**recent).exists() or JobRun.objects.filter(**recent).exists()
