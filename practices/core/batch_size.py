"""Number of rows to write in one transaction, so that nobody waits long for its lock."""

import time

from django.db import connection

LONGEST_LOCK = 0.25
"""Seconds that a transaction may take. Most take half of it."""
PAUSES = {"postgresql": 0.01, "sqlite": 0.05}
"""Seconds between two transactions, in which those who wait for the lock get it.

PostgreSQL gives it to the first in line. On SQLite, those who wait look every tenth of a second whether it is free
(`sqliteDefaultBusyCallback` in its main.c), so that they would find a gap of a hundredth only after many attempts.
"""


def pause() -> None:
    """Let others have the lock, between two transactions."""
    time.sleep(PAUSES[connection.vendor])


class BatchSize:
    """A number of rows that follows how long the last transaction took."""

    def __init__(self, *, most: int) -> None:
        self.rows = 4
        self._most = most

    def adapt(self, written: int, *, seconds: float) -> None:
        """Take more next time, or fewer, after a transaction that wrote this many rows."""
        if seconds > LONGEST_LOCK * 2 / 3:
            self.rows = max(1, written // 2)
        elif seconds < LONGEST_LOCK / 2 and written == self.rows:
            self.rows = min(self._most, written * 3 // 2 + 1)
