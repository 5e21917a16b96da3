"""Deadlines for whole exchanges over a network, whatever the other side does.

The timeout of a socket starts again with each byte, so a server that sends one byte a second never exceeds it. Here a
thread of its own shuts the connection at the deadline, which ends whatever waits for it: a greeting, a TLS handshake,
half an answer, content that nobody reads.
"""

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from practices import clock


class Exchange:
    """A conversation with one server, each part of which has to end `within` its seconds."""

    def __init__(self) -> None:
        self.reached = False
        """True if the deadline has cut the connection."""
        self._span = 0.0
        self._ends_at = float("inf")
        self._connection: socket.socket | None = None

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline. Raises TimeoutError when it is reached."""
        left = self._ends_at - clock.seconds()
        if self.reached or left <= 0:
            self.reached = True
            raise TimeoutError("the deadline is reached")
        return left

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cut the connection if what happens inside takes longer; then `reached` is true."""
        self._span, self._ends_at, self.reached = seconds, clock.seconds() + seconds, False
        _watchdog.watch(self)
        try:
            yield
        finally:
            _watchdog.forget(self)

    def create_connection(
        self, address: tuple[str, int], timeout: float | None = None, source_address: None = None
    ) -> socket.socket:
        """Connect like `socket.create_connection`, whose signature this has, within the deadline.

        The look-up of the name counts too, and all addresses of the name share the time that is left.
        """
        host, port = address
        found = call(
            lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), within=self.seconds_left
        )
        for position, (family, kind, protocol, _name, where) in enumerate(found):
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self.seconds_left / (len(found) - position))
                self._remember(connection)
                connection.connect(where)
                connection.settimeout(self._span)
            except OSError:
                connection.close()
                if position == len(found) - 1:
                    raise
            else:
                return connection
        raise OSError(f"{host} has no address")

    def cut(self) -> None:
        """Shut the connection now, from any thread."""
        self.reached = True
        if self._connection:
            with suppress(OSError):  # not connected yet, or no longer
                self._connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Forget the connection, which its user has closed."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _remember(self, connection: socket.socket) -> None:
        self.close()
        # A duplicate, because TLS takes the original over before its handshake has ended.
        self._connection = connection.dup()


def call[Result](function: Callable[[], Result], *, within: float) -> Result:
    """Call a function that cannot be interrupted, such as a look-up in the DNS, and wait `within` seconds for it.

    Raises its exceptions, and TimeoutError. It runs in a thread, which is left to itself when it takes too long.
    """
    called = _Call(function)
    threading.Thread(target=called.run, daemon=True, name="deadline call").start()
    return called.result(within)


class Caller:
    """Make calls as `call` does, one after the other in one thread, which lasts.

    Clients of some services keep their connection for each thread, and making one takes longer than a question.
    """

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[_Call[Any]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    @property
    def has_begun(self) -> bool:
        """True once this process has made a call. A process that was forked has not."""
        return self._thread is not None and self._thread.is_alive()

    def call[Result](self, function: Callable[[], Result], *, within: float) -> Result:
        if not self.has_begun:
            self._thread = threading.Thread(target=self._make_calls, daemon=True, name="deadline calls")
            self._thread.start()
        called = _Call(function)
        self._calls.put(called)
        return called.result(within)

    def _make_calls(self) -> None:
        while True:
            self._calls.get().run()


class _Call[Result]:
    """A call in another thread, and its answer."""

    def __init__(self, function: Callable[[], Result]):
        self._function = function
        self._answers: queue.SimpleQueue[tuple[Result | None, BaseException | None]] = queue.SimpleQueue()

    def run(self) -> None:
        try:
            self._answers.put((self._function(), None))
        except BaseException as error:
            self._answers.put((None, error))

    def result(self, within: float) -> Result:
        try:
            result, error = self._answers.get(timeout=within)
        except queue.Empty:
            raise TimeoutError(f"no answer within {within:.1f} s") from None
        if error:
            raise error
        return result  # type: ignore[return-value]


def cut_all() -> None:
    """Cut every connection that has a deadline, because the process is to end."""
    _watchdog.cut_all()


class _Watchdog:
    """Thread that cuts exchanges at their deadlines. It starts with the first one."""

    def __init__(self) -> None:
        self._watched: set[Exchange] = set()
        self._changed = threading.Condition()
        self._wakes_at = float("inf")
        self._thread: threading.Thread | None = None

    def watch(self, exchange: Exchange) -> None:
        with self._changed:
            self._watched.add(exchange)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, daemon=True, name="deadlines")
                self._thread.start()
            elif exchange._ends_at < self._wakes_at:
                self._changed.notify()

    def forget(self, exchange: Exchange) -> None:
        with self._changed:
            self._watched.discard(exchange)

    def cut_all(self) -> None:
        with self._changed:
            for exchange in self._watched:
                exchange.cut()

    def _run(self) -> None:
        with self._changed:
            while True:
                now = clock.seconds()
                for exchange in [each for each in self._watched if each._ends_at <= now]:
                    exchange.cut()
                    self._watched.discard(exchange)
                self._wakes_at = min((each._ends_at for each in self._watched), default=float("inf"))
                self._changed.wait(None if self._wakes_at == float("inf") else self._wakes_at - now)


_watchdog = _Watchdog()
