"""A worker of gunicorn that gives a thread to a request once it has arrived, not to a client that dawdles.

gunicorn's own gthread reads headers and bodies in the thread that answers, for as long as the client likes, so that as
many slow clients as there are threads stop the site. Here the worker's main loop waits for them, and the kernel holds
what has come: MSG_PEEK looks at it, and SO_RCVLOWAT has the loop woken only for more. A body too large for that is read
by a thread, but never by all of them. What a client does not take in time is bounded by deadlines of its socket.
"""

import contextlib
import logging
import os
import re
import selectors
import socket
import threading
from enum import Enum, auto
from functools import partial
from time import monotonic

from django.conf import settings
from gunicorn import util
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn, ThreadWorker

from catalogue import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalogue.settings")  # read once the application is there

MOST_HELD = 64 * 1024
"""Bytes of a request that the kernel holds until all of it has come. A larger one is an upload."""
SEND_BUFFER = 512 * 1024
"""Bytes of an answer that the kernel takes from a thread at once, if it allows so many: more than any page has."""
LINGER_SECONDS = 2.0
SLOT_SECONDS = 1.0
WHOLE_SECONDS = 1.0
"""For which a thread reads a request of which all has come, should gunicorn see more in it than we do."""
TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_CONTENT_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect:", re.IGNORECASE)


class Arrival(Enum):
    """State of a request on its way in: only a part, all of it, or the head of one whose body has to be asked for."""

    PART = auto()
    WHOLE = auto()
    HEAD = auto()


def arrival(request: bytes) -> Arrival:
    """Return how much of an HTTP/1.1 request `request` is. gunicorn finds out what is wrong with it."""
    head, end, body = request.partition(b"\r\n\r\n")
    if not end:
        return Arrival.PART
    if _EXPECT.search(head):  # the client sends the body after a “100 Continue” (RFC 9110 §10.1.1)
        return Arrival.HEAD
    if _CHUNKED.search(head):
        return Arrival.WHOLE if _has_last_chunk(body) else Arrival.PART
    digits = found[1] if (found := _CONTENT_LENGTH.search(head)) else b"0"
    return Arrival.WHOLE if len(digits) < 16 and len(body) >= int(digits) else Arrival.PART


def _has_last_chunk(body: bytes) -> bool:
    """Return whether a chunked body has ended (RFC 9112 §7.1), or is none."""
    start = 0
    while (end := body.find(b"\r\n", start)) >= 0:
        try:
            size = int(body[start:end].partition(b";")[0], 16)
        except ValueError:
            return True
        if size <= 0:
            return body.find(b"\r\n\r\n", end) >= 0
        start = end + 2 + size + 2
    return False


class _Socket(socket.socket):
    """Socket of a client, which blocks nobody for ever.

    No wait is longer than REQUEST_SECONDS, and none goes on after `read_until` or `write_until`. What the kernel does
    not take at once waits in one of a few `slots`, so that clients who read slowly hold some threads and never all.
    """

    read_until = write_until = float("inf")
    slots: threading.Semaphore

    def setblocking(self, flag):
        self.settimeout(settings.REQUEST_SECONDS if flag else 0)

    def recv(self, *args):
        self._limit(self.read_until)
        return super().recv(*args)

    def sendall(self, data, *args):
        rest = memoryview(data).cast("B")
        with contextlib.suppress(BlockingIOError):
            while rest:
                rest = rest[self.send(rest, socket.MSG_DONTWAIT) :]
        if rest:
            if not self.slots.acquire(timeout=SLOT_SECONDS):
                raise TimeoutError("too many clients read slowly")
            try:
                self._limit(self.write_until)
                super().sendall(rest, *args)
            finally:
                self.slots.release()

    def sendfile(self, file, offset=0, count=None):
        file.seek(offset)
        sent = 0
        while piece := file.read(MOST_HELD if count is None else min(MOST_HELD, count - sent)):
            self.sendall(piece)
            sent += len(piece)
        return sent

    def _limit(self, until):
        if self.gettimeout():
            self.settimeout(max(0.001, min(settings.REQUEST_SECONDS, until - monotonic())))


class StructuredLogger(Logger):
    """Logger of gunicorn that writes lines of the same shape as the catalogue."""

    def setup(self, cfg):
        # The setting itself is not read here: the application has yet to say that this is production.
        if os.environ.get("LOG_FORMAT", "json") == "json":
            logging.setLogRecordFactory(logs.RedactedRecord)
            super().setup(cfg)
            for handler in self.error_log.handlers:
                handler.setFormatter(logs.RedactedJsonFormatter())
        else:
            super().setup(cfg)


class PatientWorker(ThreadWorker):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.arriving: dict[TConn, float] = {}  # connection → when it is given up, the earliest first
        self.lingering: dict[TConn, float] = {}
        self.uploads: set[TConn] = set()
        self.waiting_uploads: dict[TConn, float] = {}
        self.few = max(1, self.cfg.threads // 2)
        self.slots = threading.BoundedSemaphore(self.few)

    # Arrival ----------------------------------------------------------------------------------

    def accept(self, listener):
        try:
            accepted, address = listener.accept()
        except OSError:  # gone again, or another worker was faster
            return
        client = _Socket(fileno=accepted.detach())
        client.slots = self.slots
        self.nr_conns += 1
        conn = TConn(self.cfg, client, address, listener.getsockname())
        conn.close = partial(self._close, conn)
        conn.data_ready = True
        if self._cannot_peek(client):
            self._hand_over(conn)
            return
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        if len(self.arriving) >= self.worker_connections // 2:
            self._give_up(next(iter(self.arriving)))
        self._look(conn)

    def on_client_socket_readable(self, conn, client):
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        if self._cannot_peek(client):
            self._hand_over(conn)
        else:
            self._look(conn)

    def _cannot_peek(self, client):
        """Return whether what a client sends is encrypted, or comes by a Unix socket, and so from a proxy of ours."""
        return self.cfg.is_ssl or client.family not in (socket.AF_INET, socket.AF_INET6)

    def _look(self, conn, before=-1):
        """Hand a request over if all of it has come; else wait for more than the `before` bytes there were."""
        try:
            seen = conn.sock.recv(MOST_HELD, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            seen = None
        except OSError:
            seen = b""
        came = arrival(seen) if seen else Arrival.PART
        if seen is not None and len(seen) <= max(0, before):  # the client has ended the connection
            self._give_up(conn, answer=b"")
        elif came is not Arrival.PART or (seen and len(seen) >= MOST_HELD):
            self.arriving.pop(conn, None)
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
            self._hand_over(conn, is_upload=came is not Arrival.WHOLE)
        else:
            self.arriving.setdefault(conn, monotonic() + settings.REQUEST_SECONDS)
            had = len(seen or b"")
            conn.sock.setblocking(False)
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, had + 1)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_more, conn, had))

    def _on_more(self, conn, had, client):
        self.poller.unregister(client)
        self._look(conn, had)

    def _give_up(self, conn, answer=TOO_SLOW):
        self.arriving.pop(conn, None)
        self.waiting_uploads.pop(conn, None)
        self._forget(conn)
        with contextlib.suppress(OSError):
            conn.sock.setblocking(False)
            conn.sock.send(answer)
        self.nr_conns -= 1
        util.close(conn.sock)

    def _hand_over(self, conn, *, is_upload=False):
        now = monotonic()
        if is_upload and len(self.uploads) >= self.few:
            self.waiting_uploads[conn] = now + settings.UPLOAD_SECONDS
            return
        if is_upload:
            self.uploads.add(conn)
        conn.sock.read_until = now + (settings.UPLOAD_SECONDS if is_upload else WHOLE_SECONDS)
        conn.sock.write_until = now + settings.UPLOAD_SECONDS
        self.enqueue_req(conn)

    # Departure --------------------------------------------------------------------------------

    def finish_request(self, conn, fs):
        if conn in self.uploads:
            self.uploads.discard(conn)
            if self.waiting_uploads:
                following = next(iter(self.waiting_uploads))
                del self.waiting_uploads[following]
                self._hand_over(following, is_upload=True)
        begun = conn.parser.unreader.buf.getvalue() if conn.parser else b""
        if begun and arrival(begun) is not Arrival.WHOLE:
            # A client that sends its next request before the answer, and not all of it, sends it once more.
            self.nr_conns -= 1
            self._close(conn, graceful=True)
            return
        super().finish_request(conn, fs)

    def _close(self, conn, graceful=False):
        """Close a connection. gunicorn waits up to 2 s for the client to take the rest, in the main loop; we do not."""
        if not graceful or not self.alive:
            util.close(conn.sock)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, conn))
        except (OSError, ValueError):
            util.close(conn.sock)
        else:
            self.lingering[conn] = monotonic() + LINGER_SECONDS

    def _drain(self, conn, client):
        with contextlib.suppress(BlockingIOError):
            with contextlib.suppress(ConnectionError, TimeoutError):
                if client.recv(MOST_HELD):
                    return
            self._end(conn)

    def _end(self, conn):
        self.lingering.pop(conn, None)
        self._forget(conn)
        util.close(conn.sock)

    def _forget(self, conn):
        with contextlib.suppress(KeyError, ValueError, OSError):
            self.poller.unregister(conn.sock)

    def murder_pending(self):
        """End the connections whose time is up. Called about once a second."""
        super().murder_pending()
        now = monotonic()
        # A worker that stops waits for what is about to arrive, but not for clients that dawdle.
        most = float("inf") if self.alive else now
        for waiting in (self.arriving, self.waiting_uploads):
            for conn in [conn for conn, until in waiting.items() if min(until, most) <= now]:
                self._give_up(conn)
        for conn in [conn for conn, until in self.lingering.items() if until <= now]:
            self._end(conn)
