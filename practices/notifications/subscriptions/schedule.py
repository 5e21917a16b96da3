"""When daily and weekly news is due, by the subscriber's own clock."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from practices.choices import Cadence
from practices.models import Subscriber


def next_due(cadence: str, subscriber: Subscriber, *, after: datetime) -> datetime:
    """The first instant after `after` at which news of this cadence goes to the subscriber.

    An hour that the clock leaves out in spring counts an hour later; one it repeats in autumn counts once.
    """
    if cadence == Cadence.AT_ONCE:
        return after
    zone = ZoneInfo(subscriber.time_zone)
    day = after.astimezone(zone).date()
    for days in range(9):
        candidate = day + timedelta(days=days)
        if cadence == Cadence.WEEKLY and candidate.weekday() != subscriber.digest_weekday:
            continue
        due = datetime.combine(candidate, time(subscriber.digest_hour), zone).astimezone(after.tzinfo)
        if due > after:
            return due
    raise AssertionError("a week has every day")
