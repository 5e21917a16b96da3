"""The database's clock, the one clock that all machines of an installation share.

Every instant that is stored, or compared with a stored one, is read here: leases, due times, ends of periods, limits.
So a machine whose own clock is a day ahead or an hour behind sends nothing twice and deletes nothing too early.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

_SQL = {
    "postgresql": "SELECT clock_timestamp()",  # now() would be the start of the transaction
    "sqlite": "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')",  # UTC in milliseconds; CURRENT_TIMESTAMP has seconds
}
_reading: tuple[datetime, float] | None = None


def now() -> datetime:
    """Return the current instant by the database's clock, in UTC."""
    return source()


def seconds() -> float:
    """Return seconds that only ever grow, whatever is done to the machine's clock; for measuring spans."""
    # Unlike time.monotonic(), this goes on while a virtual machine is suspended.
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def database_clock() -> datetime:
    """Return the database's time from a reading at most CLOCK_MAX_AGE_SECONDS old, and the span since.

    It may be behind by the duration of the query, never ahead. While the database does not answer, an older reading
    will do: nothing can be stored then, and pages that are read from a replica show no instants to the second.
    """
    global _reading  # noqa: PLW0603 - shared by all threads of the process
    reading = _reading
    if reading is None or seconds() - reading[1] > settings.CLOCK_MAX_AGE_SECONDS:
        try:
            reading = _reading = (_read(), seconds())
        except (OperationalError, InterfaceError):
            if reading is None:
                raise
    instant, read_at = reading
    return instant + timedelta(seconds=seconds() - read_at)


def _read() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(_SQL[connection.vendor])
        [value] = cursor.fetchone()
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value


source: Callable[[], datetime] = database_clock
"""Clock that `now` reads. Tests replace it by one that they can move."""
