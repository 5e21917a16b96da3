"""Reading public pages from a replica of the database (REPLICA_DATABASE_URL).

Only what runs inside `reading` reads from it, and only where `catalogue_version` has found it up to date. Everything
else, and all that is written, goes to the primary.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

ALIAS = "replica"
AWAY = (OperationalError, InterfaceError)
"""Errors of a database that does not answer, and of a replica that ends a query because it keeps its changes back."""
QUERY_CANCELED = "57014"
"""SQLSTATE of a statement that took too long."""
LONGEST_BEHIND = 60
"""Seconds. A replica that was behind for longer than this when the primary went away is not read without it."""

_alias: ContextVar[str] = ContextVar("alias of the database that is read", default=DEFAULT_DB_ALIAS)


class Router:
    """Database router that reads from the replica inside `reading`."""

    def db_for_read(self, model, **hints):
        return _alias.get()

    def db_for_write(self, model, **hints):
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first, second, **hints):
        return True  # rows of both are the same rows

    def allow_migrate(self, db, app_label, **hints):
        return db == DEFAULT_DB_ALIAS


def is_configured() -> bool:
    return ALIAS in connections.settings


def connection() -> BaseDatabaseWrapper:
    """Return the connection for SQL that only reads: that of the replica inside `reading`, as for QuerySets."""
    return connections[_alias.get()]


@contextmanager
def reading() -> Iterator[None]:
    """Read from the replica inside."""
    token = _alias.set(ALIAS)
    try:
        yield
    finally:
        _alias.reset(token)


def has_answered(error: Exception) -> bool:
    """Return whether an error is what a server said, as when it ends a query to apply changes."""
    return getattr(error.__cause__, "sqlstate", None) is not None


def was_too_slow(error: Exception) -> bool:
    """Return whether a statement was cancelled for its own length, so that the primary should not repeat it."""
    return getattr(error.__cause__, "sqlstate", None) == QUERY_CANCELED


class Comparisons:
    """Record of whether this process has found the replica as new as the primary."""

    def __init__(self) -> None:
        self._compared_at = self._equal_at = float("-inf")

    def add(self, *, is_equal: bool) -> None:
        self._compared_at = monotonic()
        if is_equal:
            self._equal_at = self._compared_at

    @property
    def are_good(self) -> bool:
        """True if the replica followed the primary at the last comparison, or had for LONGEST_BEHIND seconds before."""
        return self._compared_at - self._equal_at <= LONGEST_BEHIND


comparisons = Comparisons()
