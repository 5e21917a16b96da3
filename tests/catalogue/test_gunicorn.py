"""The WSGI server, started as the README has it."""

import contextlib
import http.client
import os
import re
import shlex
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings

from catalogue.worker import Arrival, arrival


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """Start the server of the README with an application that says hello, and return ask(method)."""
    readme = (settings.BASE_DIR / "README.md").read_text()
    command = shlex.split(re.search(r"`(gunicorn [^`]+) catalogue\.wsgi`", readme)[1])
    socket_file = tmp_path_factory.mktemp("server") / "socket"
    address = str(socket_file)
    arguments = [*command[1:], "--bind", f"unix:{address}", "tests.support.hello"]
    with subprocess.Popen([sys.executable, "-m", "gunicorn", *arguments], cwd=settings.BASE_DIR) as server:

        def answer(method):
            connection = http.client.HTTPConnection("localhost")
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.settimeout(10)
            connection.sock.connect(address)
            connection.request(method, "/")
            response = connection.getresponse()
            connection.close()
            return response

        for _attempt in range(200):
            if socket_file.exists():
                break
            time.sleep(0.05)
        yield answer
        server.terminate()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_server_does_not_say_what_it_is(ask, method):
    response = ask(method)

    assert (response.status, sorted(response.headers)) == (
        200,
        ["Connection", "Content-Length", "Content-Type", "Date"],
    )


def test_requests_of_all_processes_are_in_the_metrics(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3",
        "DEBUG": "true",
        "METRICS_TOKEN": "s3cret",
    }
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    arguments = ["--no-control-socket", "--workers", "2", "--bind", f"127.0.0.1:{port}", "catalogue.wsgi"]
    with subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *arguments], cwd=settings.BASE_DIR, env=environment
    ) as server:
        for _request in range(5):
            assert b"200 OK" in asked(port, "/healthz")
        metrics = asked(port, "/metrics", "Authorization: Bearer s3cret")
        server.terminate()

    [line] = [
        line for line in metrics.decode().splitlines() if "requests_total{" in line and "/healthz" in line
    ]
    assert float(line.rpartition(" ")[2]) == 5


def asked(port, path, *headers):
    """Return what the server sends, once it listens."""
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]
    for _attempt in range(200):
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), timeout=30) as client,
        ):
            client.sendall("\r\n".join(lines).encode())
            return b"".join(iter(lambda: client.recv(65536), b""))
        time.sleep(0.05)
    raise AssertionError("Nothing listens.")


# Slow clients -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def port():
    """Start the server of the README on a port, with few threads, and return the port.

    One server for all tests: what a slow client of one test leaves behind must not keep the next from its answer either.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = [
        "--no-control-socket",
        "--threads",
        "2",
        "--bind",
        f"127.0.0.1:{port}",
        "tests.support.hello",
    ]
    environment = os.environ | {"REQUEST_SECONDS": "2", "UPLOAD_SECONDS": "4"}
    with subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *arguments], cwd=settings.BASE_DIR, env=environment
    ) as server:
        for _attempt in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield port
        server.terminate()


def send(port, content):
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    client.sendall(content)
    return client


FORM = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
SLOW = {
    "nothing": b"",
    "half a header": b"GET / HTTP/1.1\r\nHost: local",
    "half a form": FORM + b"Content-Length: 100\r\n\r\nhalf",
    "half a chunk": FORM + b"Transfer-Encoding: chunked\r\n\r\n10\r\nhalf\r\n0\r\n\r\n",
    "half a following request": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHo",
    "a connection left open": b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("content", SLOW.values(), ids=SLOW)
def test_reader_does_not_wait_for_slow_clients(port, content):
    clients = [send(port, content) for _client in range(20)]
    started_at = time.monotonic()

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/")
    status = connection.getresponse().status

    assert (status, time.monotonic() - started_at < 1) == (200, True)
    for client in [*clients, connection]:
        client.close()


def test_slow_client_is_told_that_its_time_is_up(port):
    with send(port, SLOW["half a form"]) as client:
        answer = client.recv(1000)

    assert answer.startswith(b"HTTP/1.1 408 ")


def test_request_in_pieces_is_answered(port):
    with send(port, FORM + b"Content-Len") as client:
        for piece in (b"gth: 6\r\n", b"\r\nabc", b"def"):
            time.sleep(0.1)
            client.sendall(piece)

        assert client.recv(1000).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("size", [10, 100_000, 3_000_000])
def test_body_of_any_size_arrives(port, size):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for _time in range(2):  # over one connection
        connection.request("POST", "/", b"x" * size)
        response = connection.getresponse()
        response.read()

        assert response.status == 200
    connection.close()


@pytest.mark.parametrize(
    ("request_", "came"),
    [
        (b"", Arrival.PART),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", Arrival.PART),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", Arrival.WHOLE),
        (FORM + b"Content-Length: 3\r\n\r\nab", Arrival.PART),
        (FORM + b"content-length:3\r\n\r\nabc", Arrival.WHOLE),
        (FORM + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nabc", Arrival.PART),
        (FORM + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n", Arrival.HEAD),
        (FORM + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", Arrival.PART),
        (FORM + b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n", Arrival.WHOLE),
        (FORM + b"Transfer-Encoding: chunked\r\n\r\n0\r\nTrailer: x\r\n\r\n", Arrival.WHOLE),
        (FORM + b"Transfer-Encoding: chunked\r\n\r\nff\r\nab\r\n0\r\n\r\n", Arrival.PART),
    ],
)
def test_request_has_arrived_with_its_last_byte(request_, came):
    assert arrival(request_) is came
