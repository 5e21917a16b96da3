"""Due times of daily and weekly news, in the subscriber's time zone."""

import logging
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from practices.choices import Cadence
from practices.models import Subscriber

logger = logging.getLogger(__name__)


def next_due(cadence: str, subscriber: Subscriber, *, after: datetime) -> datetime:
    """Return the first instant later than `after` at which news of this cadence is due.

    A local hour that daylight saving time skips falls one hour later; one that it repeats counts once.
    """
    if cadence == Cadence.AT_ONCE:
        return after
    zone = _zone(subscriber)
    day = after.astimezone(zone).date()
    for days in range(9):
        candidate = day + timedelta(days=days)
        if cadence == Cadence.WEEKLY and candidate.weekday() != subscriber.digest_weekday:
            continue
        due = datetime.combine(candidate, time(subscriber.digest_hour), zone).astimezone(after.tzinfo)
        if due > after:
            return due
    raise AssertionError("a week has every day")


def _zone(subscriber: Subscriber) -> tzinfo:
    """Return the subscriber's time zone; UTC if this machine does not know it, so that it keeps nobody else's news."""
    try:
        return ZoneInfo(subscriber.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        logger.warning("time zone not known here", extra={"subscriber": subscriber.pk})
        return UTC
