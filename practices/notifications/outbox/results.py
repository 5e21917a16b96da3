"""Recording that a message went, while the next one is built and the mail server is asked whether it takes it."""

import select
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Self

from django.db import OperationalError, connection
from django.utils import timezone
from psycopg.pq import ExecStatus

from practices.models import OutboxMessage

_MARK = (
    f'UPDATE "{OutboxMessage._meta.db_table}" '  # noqa: S608 - the name of our own table
    "SET sent_at = $1::timestamptz, leased_until = NULL, error = '' WHERE id = $2::bigint"
).encode()

_unrecorded: set[int] = set()
"""Keys of what this process has sent and the database does not know of, because it is away."""


class Record:
    """Says of one message at a time that it was sent; never are there two of which the database does not know.

    On PostgreSQL `sent` only begins it. `settle`, which a channel calls before it lets go of the next message,
    waits until it is committed; so does whatever else is asked of the database meanwhile. What could not be
    recorded is recorded first thing by the next Record of the process, before the lease of the message ends.
    """

    def __init__(self) -> None:
        self._open = False
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        if _unrecorded:
            _sent(_unrecorded)
            _unrecorded.clear()
        self._stack.enter_context(connection.execute_wrapper(self._settled_first))
        return self

    def __exit__(self, *exception) -> None:
        with self._stack:
            self.settle()

    def sent(self, message: OutboxMessage) -> None:
        """Sent is sent, even if it was cancelled meanwhile."""
        self.settle()
        _unrecorded.add(message.pk)
        if connection.vendor != "postgresql":
            _sent([message.pk])
            _unrecorded.clear()
            return
        connection.ensure_connection()
        values = [timezone.now().isoformat().encode(), str(message.pk).encode()]
        with connection.wrap_database_errors:
            connection.connection.pgconn.send_query_params(_MARK, values)
        self._open = True

    def settle(self) -> None:
        """Wait until what was begun is committed."""
        if not self._open:
            return
        self._open = False
        results = []
        server = connection.connection.pgconn
        with connection.wrap_database_errors:
            while server.is_busy():  # to ask it for a result now would keep signals and other threads waiting
                select.select([server.socket], [], [])
                server.consume_input()
            while (result := server.get_result()) is not None:
                results.append(result)
        if [result.status for result in results] != [ExecStatus.COMMAND_OK]:
            reasons = [result.error_message.decode(errors="replace").strip() for result in results]
            raise OperationalError(" ".join(reasons) or "the connection was lost")
        _unrecorded.clear()

    def _settled_first(self, execute, sql, params, many, context):
        self.settle()
        return execute(sql, params, many, context)


def _sent(keys: Iterable[int]) -> None:
    OutboxMessage.objects.filter(pk__in=keys).update(sent_at=timezone.now(), leased_until=None, error="")
