"""The WSGI server, started as the README has it."""

import http.client
import re
import shlex
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings


@pytest.fixture
def ask(tmp_path):
    """Start the server of the README with an application that says hello, and return ask(method)."""
    readme = (settings.BASE_DIR / "README.md").read_text()
    command = shlex.split(re.search(r"`(gunicorn [^`]+) catalogue\.wsgi`", readme)[1])
    address = str(tmp_path / "socket")
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
            if (tmp_path / "socket").exists():
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
