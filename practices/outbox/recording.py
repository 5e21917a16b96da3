"""Recording that a message went, while the next one is built and the mail server is asked whether it takes it."""

import select
from contextlib import ExitStack
from typing import Self

from django.db import OperationalError, connection
from django.utils import timezone
from psycopg.pq import ExecStatus

from practices.models import OutboxMessage

_SENT = (
    f'UPDATE "{OutboxMessage._meta.db_table}" '  # noqa: S608 - the name of our own table
    "SET sent_at = $1::timestamptz, leased_until = NULL, error = '' WHERE id = $2::bigint"
).encode()


class Record:
    """Says of one message at a time that it was sent; never are there two of which the database does not know.

    On PostgreSQL `sent` only begins it. `settle`, which a channel calls before it lets go of the next message,
    waits until it is committed; so does whatever else is asked of the database meanwhile.
    """

    def __init__(self) -> None:
        self._open = False
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.enter_context(connection.execute_wrapper(self._settled_first))
        return self

    def __exit__(self, *exception) -> None:
        with self._stack:
            self.settle()

    def sent(self, message: OutboxMessage) -> None:
        """Sent is sent, even if it was cancelled meanwhile."""
        now = timezone.now()
        if connection.vendor != "postgresql":
            row = OutboxMessage.objects.filter(pk=message.pk)
            row.update(sent_at=now, leased_until=None, error="")
            return
        self.settle()
        connection.ensure_connection()
        values = [now.isoformat().encode(), str(message.pk).encode()]
        with connection.wrap_database_errors:
            connection.connection.pgconn.send_query_params(_SENT, values)
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

    def _settled_first(self, execute, sql, params, many, context):
        self.settle()
        return execute(sql, params, many, context)
