"""Recording sent messages, overlapped with the preparation of the next one."""

import select
import threading
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Self

from django.db import OperationalError, connection
from psycopg.pq import ExecStatus

from practices import clock
from practices.models import OutboxMessage

_MARK_SENT_SQL = (
    f'UPDATE "{OutboxMessage._meta.db_table}" '  # noqa: S608 - the name of our own table
    "SET sent_at = $1::timestamptz, leased_until = NULL, error = '' WHERE id = $2::bigint"
).encode()


class _Unrecorded(threading.local):
    """Keys of messages that this thread has sent but could not record, because the database was unavailable."""

    def __init__(self) -> None:
        self.keys: set[int] = set()


_unrecorded = _Unrecorded()


class RecordFailed(OperationalError):
    """A message was sent, and the database did not record it."""


class SentRecorder:
    """Context manager that records sent messages, with at most one record outstanding.

    On PostgreSQL `record` only sends the UPDATE. `flush` waits until it is committed; channels call it before the
    next message leaves, and any other query flushes first. A record that failed is repeated by the next
    SentRecorder of the thread, before the message's lease ends.
    """

    def __init__(self) -> None:
        self._pending = False
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        if _unrecorded.keys:
            _mark_sent(_unrecorded.keys)
            _unrecorded.keys.clear()
        self._stack.enter_context(connection.execute_wrapper(self._flush_first))
        return self

    def __exit__(self, *exception) -> None:
        with self._stack:
            self.flush()

    def record(self, message: OutboxMessage) -> None:
        """Record a message as sent, even if it was cancelled in the meantime."""
        self.flush()
        _unrecorded.keys.add(message.pk)
        if connection.vendor != "postgresql":
            _mark_sent([message.pk])
            _unrecorded.keys.clear()
            return
        connection.ensure_connection()
        values = [clock.now().isoformat().encode(), str(message.pk).encode()]
        with connection.wrap_database_errors:
            connection.connection.pgconn.send_query_params(_MARK_SENT_SQL, values)
        self._pending = True

    def flush(self) -> None:
        """Wait until the outstanding record is committed."""
        if not self._pending:
            return
        self._pending = False
        results = []
        server = connection.connection.pgconn
        with connection.wrap_database_errors:
            while server.is_busy():  # get_result() would block signals and other threads meanwhile
                select.select([server.socket], [], [])
                server.consume_input()
            while (result := server.get_result()) is not None:
                results.append(result)
        if [result.status for result in results] != [ExecStatus.COMMAND_OK]:
            reasons = [result.error_message.decode(errors="replace").strip() for result in results]
            raise RecordFailed(" ".join(reasons) or "the connection was lost")
        _unrecorded.keys.clear()

    def _flush_first(self, execute, sql, params, many, context):
        self.flush()
        return execute(sql, params, many, context)


def _mark_sent(keys: Iterable[int]) -> None:
    OutboxMessage.objects.filter(pk__in=keys).update(sent_at=clock.now(), leased_until=None, error="")
