"""Runs of jobs: their last start, success and failure, and the jobs that are late."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.core.management import CommandError
from django.db import DatabaseError, InterfaceError

from practices import clock
from practices.core import faults, trace
from practices.models import JobRun

SENDER = "send_outbox"
"""The sender's row: its last success is its heartbeat."""
BEAT = timedelta(seconds=30)
"""Span between two heartbeats."""

_log = logging.getLogger(__name__)


@contextmanager
def recorded(name: str) -> Iterator[None]:
    """Record the start of a job, and its success or failure. Its log lines carry the id of the run."""
    request_id = trace.begin()
    _set(name, started_at=clock.now(), request_id=request_id)
    try:
        yield
    except BaseException as error:
        if isinstance(error, Exception) and not isinstance(error, CommandError):  # which has said all
            _log.exception("The job %s failed", name)
        with suppress(DatabaseError, InterfaceError):  # the job's own error says more
            _set(name, failed_at=clock.now())
        raise
    else:
        _set(name, succeeded_at=clock.now(), reported_at=None)
    finally:
        faults.record(route=name)
        trace.end()


def note_success(name: str, *, at: datetime) -> None:
    """Record a run of which the database does not know, such as the backup that it was restored from."""
    _set(name, succeeded_at=at, reported_at=None)


def beat(*, now: datetime) -> None:
    """Record that the sender is alive, and which jobs are expected from now on."""
    if JobRun.objects.filter(name=SENDER, succeeded_at__gt=now - BEAT, succeeded_at__lte=now).exists():
        return
    _set(SENDER, succeeded_at=now, reported_at=None)
    known = set(JobRun.objects.values_list("name", flat=True))
    new = [JobRun(name=name, expected_since=now) for name in settings.JOBS_EXPECTED if name not in known]
    JobRun.objects.bulk_create(new, ignore_conflicts=True)


def _set(name: str, **values: object) -> None:
    JobRun.objects.update_or_create(name=name, defaults=values)


def late(*, now: datetime) -> list[JobRun]:
    """Return the expected jobs that have not succeeded within their hours, by name."""
    rows = JobRun.objects.filter(name__in=settings.JOBS_EXPECTED)
    return [run for run in rows if is_late(run, now=now)]


def is_late(run: JobRun, *, now: datetime) -> bool:
    hours = settings.JOBS_EXPECTED.get(run.name)
    last = run.succeeded_at or run.expected_since
    return hours is not None and now - last > timedelta(hours=hours)


def heartbeat_age(*, now: datetime) -> timedelta | None:
    """Return how long ago a sender was last seen; None if there never was one."""
    last = JobRun.objects.filter(name=SENDER).values_list("succeeded_at", flat=True).first()
    return now - last if last else None


def has_sender(*, now: datetime) -> bool:
    """Return whether a sender was seen within SENDER_LATE_SECONDS."""
    age = heartbeat_age(now=now)
    return age is not None and age <= timedelta(seconds=settings.SENDER_LATE_SECONDS)
