"""Stand-in for DataCite's REST API on this machine, which keeps the rules of its DOIs."""

import base64
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.resources import files
from urllib.parse import unquote

from jsonschema import Draft7Validator

SCHEMA = Draft7Validator(json.loads(files("datacite").joinpath("schemas", "datacite-v4.5.json").read_text()))
"""The schema of DataCite, as its Python package has it."""
STATES = {"publish": "findable", "hide": "registered"}


class DataCite:
    """`state` and `attributes` are those of each DOI. `status` makes it refuse everything, as when it is down."""

    account = "UN.MIGRATION:secret"

    def __init__(self):
        self.state, self.attributes, self.status, self.requests = {}, {}, None, 0
        datacite = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self):
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, answer = datacite.put(self.path, self.headers, said["data"])
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/vnd.api+json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def put(self, path, headers, data):
        self.requests += 1
        if self.status:
            return self.status, {"errors": [{"status": str(self.status), "title": "Not today"}]}
        if headers["Authorization"] != f"Basic {base64.b64encode(self.account.encode()).decode()}":
            return 401, {"errors": [{"status": "401", "title": "Bad credentials."}]}
        doi, attributes = unquote(path.removeprefix("/dois/")), data["attributes"]
        if (
            headers["Content-Type"] != "application/vnd.api+json"
            or data["id"] != doi
            or data["type"] != "dois"
        ):
            return 400, {"errors": [{"status": "400", "title": "Not JSON:API"}]}
        whole = self.attributes.get(doi, {}) | attributes
        if faults := [error.message for error in SCHEMA.iter_errors(whole)]:
            return 422, {"errors": [{"status": "422", "title": fault} for fault in faults]}
        self.attributes[doi] = whole
        self.state[doi] = STATES[attributes["event"]]
        return 200, {"data": {"id": doi, "attributes": {"state": self.state[doi]}}}


@contextmanager
def running_datacite():
    datacite = DataCite()
    thread = threading.Thread(target=datacite.server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield datacite
    finally:
        datacite.server.shutdown()
        thread.join()
        datacite.server.server_close()
