"""`.ci/audit` tells packages without known vulnerabilities from those nobody could be asked about."""

import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings

NOT_RUN = 3
VULNERABILITY = {"id": "PYSEC-1", "modified": "2026-01-01T00:00:00Z", "summary": "a hole"}


def audit(address):
    """Return (exit status, errors) of an audit that asks the server at `address`."""
    run = subprocess.run(
        ["sh", settings.BASE_DIR / ".ci/audit"],
        env=os.environ | {"AUDIT_SERVICE": address, "UV_HTTP_RETRIES": "0", "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        check=False,
        text=True,
    )
    return run.returncode, run.stderr


@pytest.fixture
def osv():
    """Return a function that starts a server like OSV, which knows a vulnerability of `vulnerable`."""
    servers = []

    def start(vulnerable):
        class Answers(BaseHTTPRequestHandler):
            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
                known = [VULNERABILITY]
                self._answer(
                    {
                        "results": [
                            {"vulns": known} if each["package"]["name"] == vulnerable else {}
                            for each in asked
                        ]
                    }
                )

            def do_GET(self):
                self._answer(VULNERABILITY)

            def _answer(self, content):
                body = json.dumps(content).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def test_audit_passes_without_known_vulnerabilities(osv):
    assert audit(osv(vulnerable=None))[0] == 0


def test_audit_fails_if_a_package_has_a_known_vulnerability(osv):
    assert audit(osv(vulnerable="django"))[0] == 1


def test_audit_fails_if_nobody_can_be_asked():
    status, errors = audit("http://127.0.0.1:1")

    assert (status, "NOT RUN" in errors) == (NOT_RUN, True)
