"""Django's PostgreSQL backend for a server that may be away: nobody waits long, and it is back as soon as it is.

A server that refuses connections is quickly found out; one that accepts them and does not answer is worse, as a query
to it would wait for ever. So whoever waits longer than `suspect_after` seconds asks the server, over a new connection,
whether it is there. If not, the breaker opens: all who wait in this process give up, whoever comes is refused at once,
and every `break_seconds` one request probes. A server that is only slow answers, and may take its time.

Each thread keeps its connection. At the start of a request it is checked without asking the server: a server that has
ended a connection has said so, which the socket shows.
"""

import select
import socket
import struct
import threading
from time import monotonic, sleep
from types import SimpleNamespace

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base
from django.db.utils import OperationalError

from practices.core import trace
from practices.core.breaker import Breaker

NOT_FOR_QUESTIONS = ("context", "cursor_factory", "prepare_threshold", "options", "autocommit")
"""Parameters of a connection that one which only asks whether the server is there does without."""

CONNECT_SECONDS = 2
OTHERS_SECONDS = 0.2
"""For the other hosts of a list to answer, once one has."""
SSL_REQUEST = struct.pack("!ii", 8, 80877103)

_servers: dict[str, "_Server"] = {}


class _Server:
    """A server, as this process sees it: whether it answers, and the breaker."""

    def __init__(self, name, parameters, *, suspect_after, answer_within, break_seconds):
        self.suspect_after = suspect_after
        self.answer_within = answer_within
        self.breaker = Breaker(f"PostgreSQL at {name}", seconds=break_seconds)
        self.hosts = _plain_hosts(parameters)
        self._parameters = parameters
        self._lock = threading.Lock()
        self._question: _Question | None = None

    def connectable(self, parameters):
        """Return the parameters of a connection, of several hosts only with those that answered when last asked.

        libpq would wait for each that is silent, such as a primary whose standby has taken over.
        """
        found = self._question.hosts_that_answer if self._question else set()
        hosts = [host for host in self.hosts if host in found]
        if not hosts:
            return parameters
        names, ports = zip(*hosts, strict=True)
        return parameters | {"host": ",".join(names), "port": ",".join(ports)}

    @property
    def reason(self):
        """Reason for which the server was found not to answer."""
        question = self._question
        return (question and question.reason) or f"nothing within {self.answer_within:g} s"

    def answers(self, host=None):
        """Return whether the server answers within `answer_within` seconds. All who ask meanwhile share one question.

        `host`: (name, port) of the one of several hosts that has to answer; any if it is None.
        """
        with self._lock:
            if self._question is None or self._question.is_old(self.answer_within):
                self._question = _Question(self._parameters)
            question = self._question
        was_open, until = self.breaker.is_open, monotonic() + self.answer_within
        while monotonic() < until:
            if question.done.wait(0.05) and (host is None or question.is_over):
                return question.has_answer if host is None else host in question.hosts_that_answer
            if host in question.hosts_that_answer:
                return True
            if question.done.is_set():
                sleep(0.05)
            if self.breaker.is_open and not was_open:  # somebody else has waited long enough
                return False
        return False


class _Question:
    """Ask a server whether it is there, in a thread of its own, as one that hangs may keep it for longer.

    Where the address of the server is plain, the question is an SSLRequest, which costs two packets and next to no
    time of this process: under load, a whole connection could take as long as from a server that is away. Of a list of
    hosts, all are asked at once.
    """

    def __init__(self, parameters):
        self._parameters = parameters
        self._asked_at = monotonic()
        self._lock = threading.Lock()
        self._left = 1
        self.done = threading.Event()
        self.has_answer = False
        self.hosts_that_answer: set[tuple[str, str]] = set()
        self.reason = ""
        if hosts := _plain_hosts(parameters):
            self._left = len(hosts)
            for each in hosts:
                threading.Thread(target=self._ask_host, args=each, daemon=True).start()
        else:
            threading.Thread(target=self._ask, daemon=True).start()

    @property
    def is_over(self):
        """True once all hosts have answered or refused."""
        return not self._left

    def is_old(self, seconds):
        return monotonic() - self._asked_at > seconds

    def _ask(self):
        self.has_answer = self._takes_a_connection()
        self._left = 0
        self.done.set()

    def _ask_host(self, host, port):
        try:
            has_answer = _answers_ssl_request(host, port)
        except OSError as error:
            has_answer, self.reason = False, error.strerror or str(error)
        with self._lock:
            self._left -= 1
            if has_answer:
                self.has_answer = True
                self.hosts_that_answer.add((host, port))
            is_last = not self._left
        if has_answer and not is_last:
            self.done.wait(OTHERS_SECONDS)
        if has_answer or is_last:
            self.done.set()

    def _takes_a_connection(self):
        parameters = self._parameters | {"connect_timeout": 2}  # the least that psycopg takes
        try:
            with psycopg.connect(**parameters, autocommit=True) as connection:
                connection.execute("SELECT 1")
        except psycopg.Error as error:
            self.reason = str(error).strip()
            return "FATAL" in self.reason  # such as too many connections: a server that is there
        return True


def _plain_hosts(parameters):
    """Return (host, port) of each server in a list; none where libpq finds them in ways of its own."""
    hosts = str(parameters.get("host") or "").split(",")
    ports = str(parameters.get("port") or 5432).split(",")
    ports = ports * len(hosts) if len(ports) == 1 else ports
    is_plain = all(host and not host.startswith("@") for host in hosts) and all(map(str.isdecimal, ports))
    return list(zip(hosts, ports, strict=False)) if is_plain and len(ports) == len(hosts) else []


def _answers_ssl_request(host, port):
    """Return whether a server says yes or no to TLS (PostgreSQL, “Message Formats”). Raises OSError."""
    if host.startswith("/"):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(CONNECT_SECONDS)
        client.connect(f"{host}/.s.PGSQL.{port}")
    else:
        client = socket.create_connection((host, int(port)), timeout=CONNECT_SECONDS)
    with client:
        client.sendall(SSL_REQUEST)
        return client.recv(1) != b""


class WatchedConnection(psycopg.Connection):
    """Connection on which nobody waits for a server that is away. `server` is set once it is made."""

    server: _Server
    most_seconds: float | None = None
    """Limit of how long each of the next queries may wait, in seconds; None for no limit."""

    def wait(self, gen, *args, **kwargs):
        return super().wait(_watched(gen, self._give_up_if_away), *args, **kwargs)

    @property
    def _own_host(self):
        """(Name, port) of the one of several hosts that this connection is to, or None if there is one only."""
        own = (self.info.host, str(self.info.port))
        return own if len(self.server.hosts) > 1 and own in self.server.hosts else None

    def _give_up_if_away(self, waited, asked_after):
        """Return after how many seconds of waiting the server was asked last. Raises OperationalError if it is away."""
        server = self.server
        if self.most_seconds is not None and waited > self.most_seconds:
            self._give_up(f"no answer within {self.most_seconds:g} s")
        if server.breaker.is_open and self.most_seconds is None:
            self._give_up("the server does not answer")
        if waited > max(server.suspect_after, 2 * asked_after):
            if not server.answers(self._own_host):
                server.breaker.failed(f"no answer within {waited:.1f} s")
                self._give_up("the server does not answer")
            return waited
        return asked_after

    def _give_up(self, reason):
        self.pgconn.finish()  # or a rollback would wait as well
        raise psycopg.OperationalError(reason)


def _watched(gen, watch):
    """Pass on a generator of psycopg, and call `watch` about ten times a second while it waits for the server."""
    started_at, asked_after = monotonic(), 0.0
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready:
                asked_after = watch(monotonic() - started_at, asked_after)
            wanted = gen.send(ready)
    except StopIteration as done:
        return done.value


class DatabaseWrapper(base.DatabaseWrapper):
    """OPTIONS, beside Django's: `suspect_after`, `answer_within` and `break_seconds`, in seconds; `takes_changes`.

    `takes_changes` is false of a replica, from which only pages are read.
    """

    Database = SimpleNamespace(**(vars(psycopg) | {"connect": WatchedConnection.connect}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(_traced)

    def get_connection_params(self):
        parameters = super().get_connection_params()
        if parameters.get("pool"):
            raise ImproperlyConfigured("This backend keeps a connection for each thread instead of a pool.")
        self._times = {
            "suspect_after": parameters.pop("suspect_after", 0.5),
            "answer_within": parameters.pop("answer_within", 1.0),
            "break_seconds": parameters.pop("break_seconds", 2.0),
        }
        self._takes_changes = parameters.pop("takes_changes", True)
        return parameters

    def get_new_connection(self, conn_params):
        server = self._server(conn_params)
        if not server.breaker.allows():
            raise OperationalError("The database did not answer lately.")
        # Asked first, as a server that hangs accepts a connection and then keeps us waiting for its greeting.
        if not server.answers():
            server.breaker.failed("it takes no connection")
            raise OperationalError(f"The database does not answer: {server.reason}.")
        connection = super().get_new_connection(server.connectable(conn_params))
        connection.server = server
        server.breaker.succeeded()
        return connection

    def is_usable(self):
        """Return whether the connection can be used. Asks the server only where there is reason for doubt."""
        connection = self.connection
        if connection is None or connection.closed:
            return False
        breaker = connection.server.breaker
        if not (breaker.is_open or self.errors_occurred or _has_been_told(connection)):
            return True
        if not breaker.allows():
            return False
        connection.most_seconds = connection.server.answer_within
        try:
            [read_only] = connection.execute("SHOW transaction_read_only").fetchone()
        except psycopg.Error as error:
            if breaker.is_open:
                breaker.failed(error)
            return False
        finally:
            connection.most_seconds = None
        breaker.succeeded()
        # After a failover, a new connection may find the server that takes changes.
        return read_only == "off" or not self._takes_changes

    def _server(self, parameters):
        asked = {name: value for name, value in parameters.items() if name not in NOT_FOR_QUESTIONS}
        name = f"{asked.get('host', 'the local socket')}:{asked.get('port', 5432)}/{asked.get('dbname', '')}"
        if name not in _servers:
            _servers.setdefault(name, _Server(name, asked, **self._times))
        return _servers[name]


def _traced(execute, sql, params, many, context):
    """Name the request or run in a statement, for the server's log of slow ones and its list of those that wait."""
    traced = trace.current()
    if traced.in_statements and isinstance(sql, str):
        sql = f"{sql} /* request_id={traced.id} */"
    return execute(sql, params, many, context)


def _has_been_told(connection):
    """Return whether the server has said something unasked on an idle connection, such as that it ends it."""
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    return bool(poll.poll(0))
