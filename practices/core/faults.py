"""Errors that were logged, counted by kind and place, for the report to administrators and the page “System”."""

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet

from practices import clock
from practices.core import trace
from practices.models import Fault

_log = logging.getLogger(__name__)


def record(*, route: str) -> None:
    """Count the errors that this thread has logged since the last call, on the page or in the command `route`.

    Call it when the request or the run is over, outside of its transactions. Without a database, nothing is counted.
    """
    if not (errors := trace.take_errors()):
        return
    try:
        now = clock.now()
        for error in errors:
            _count(error, route=route, now=now)
    except Exception as error:  # whoever calls has already failed at something, and goes on
        _log.warning("errors are not counted: %s", error)


def _count(error: trace.LoggedError, *, route: str, now: datetime) -> None:
    kind = [error.what, error.file, error.function] + ([route] if error.is_in_wrapper else [])
    fingerprint = hashlib.sha256("|".join(kind).encode()).hexdigest()[:32]
    seen = {
        "place": f"{error.file}:{error.line}, {error.function}"[:300],
        "route": route[:300],
        "request_id": trace.current().id,
        "last_at": now,
    }
    if not Fault.objects.filter(fingerprint=fingerprint).update(count=F("count") + 1, **seen):
        # Of two processes that see a kind for the first time at once, one is not counted.
        Fault.objects.bulk_create(
            [Fault(fingerprint=fingerprint, what=error.what[:100], first_at=now, **seen)],
            ignore_conflicts=True,
        )


def of_last_day(*, now: datetime) -> QuerySet[Fault]:
    return Fault.objects.filter(last_at__gt=now - timedelta(days=1))


def outdated(*, now: datetime) -> QuerySet[Fault]:
    """Filter kinds of errors that have not occurred for RETENTION_FAULT_DAYS."""
    return Fault.objects.filter(last_at__lte=now - timedelta(days=settings.RETENTION_FAULT_DAYS))


def to_report(faults: Iterable[Fault]) -> list[dict[str, object]]:
    """Return what a report says of each kind of error, as plain values."""
    return [
        {
            "what": fault.what,
            "place": fault.place,
            "route": fault.route,
            "count": fault.count,
            "request_id": fault.request_id,
            "last_at": f"{fault.last_at:%Y-%m-%d %H:%M} UTC",
        }
        for fault in faults
    ]
