"""Work on many rows in isolation: one that fails, vanishes or changes meanwhile does not end the work on others."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Model, QuerySet

logger = logging.getLogger(__name__)
_failures: ContextVar[list[str] | None] = ContextVar("failures", default=None)


@contextmanager
def failures() -> Iterator[list[str]]:
    """Yield a list to which everything that fails inside, in isolation, is added in a few words."""
    failed: list[str] = []
    token = _failures.set(failed)
    try:
        yield failed
    finally:
        _failures.reset(token)


def each[Row: Model](rows: QuerySet[Row], action: Callable[[Row], object], *, what: str) -> int:
    """Do `action` with each row, in a transaction of its own; return the sum of its results.

    A row is read again when its turn comes, and left out if it is gone or no longer among `rows`. One that fails is
    logged with its traceback, named by `what` and its key, and counts 0. Raises only if the database is away.
    """

    def act(key: object) -> object:
        row = rows.filter(pk=key).order_by().first()
        return action(row) if row is not None else 0

    return sum(one(act, key, what=what) for key in list(rows.values_list("pk", flat=True)))


def one[Item](action: Callable[[Item], object], item: Item, *, what: str) -> int:
    """Do `action` with one item, such as a key, in a transaction of its own; return its result as a number, or 0."""
    try:
        with transaction.atomic():
            return int(action(item) or 0)  # type: ignore[call-overload]
    except Exception as error:
        if is_away(error):
            raise
        report(what, item)
        return 0


def is_away(error: Exception) -> bool:
    """Return whether the database is away, so that every other row would fail too."""
    return isinstance(error, DatabaseError | InterfaceError) and not connection.is_usable()


def report(what: str, key: object) -> None:
    """Log the current exception with its traceback, and add it to `failures`."""
    logger.exception("%s %s failed, the others go on", what, key)
    if (failed := _failures.get()) is not None:
        failed.append(f"{what} {key}")
