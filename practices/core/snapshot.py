"""Reading the database as it is at one instant, while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def snapshot() -> Iterator[None]:
    """Let all queries inside see one state of the database. Nothing may be written inside.

    Inside a transaction that has begun already, it is that transaction which decides.
    """
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "sqlite":
        sqlite: Any = connection
        sqlite.ensure_connection()
        usual = sqlite.transaction_mode
        sqlite.transaction_mode = "DEFERRED"  # takes no lock of writers
        try:
            with transaction.atomic():
                yield
        finally:
            sqlite.transaction_mode = usual
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
