"""Readers, submitters and a publisher: `python -m benchmarks.cluster.load FOLDER WEB_ADDRESS…`, until SIGTERM.

They stand before the web servers as a load balancer does: a page is asked for at another server if one does not answer
or says that it cannot (nginx: `proxy_next_upstream error timeout http_503`), and a server that failed twice is left
alone for some seconds. A form whose answer is missing is sent again as it was, as by somebody who presses the button
once more.
Writes a JSON object per line: `kind`, `begun` (seconds of CLOCK_MONOTONIC, the same for all processes), `seconds`, `ok`.
"""

import http.client
import json
import re
import signal
import sys
import threading
import time
from html import unescape
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.client import HEADERS
from benchmarks.cluster.hosts import PORTS

CONNECT_SECONDS = 2
ANSWER_SECONDS = 10
LEFT_ALONE_SECONDS = 5
READERS, SUBMITTERS = 3, 2
BETWEEN_READINGS, BETWEEN_SUBMISSIONS, BETWEEN_PUBLICATIONS = 0.15, 0.5, 1.0
"""Seconds that each reader, submitter and the publisher waits."""
PAGES = [
    "/", "/practices/", "/practices/?objective=21", "/practices/?q=school", "/practices/?q=desk&country=ph",
    "/objectives/8/",    "/p/17", "/statistics/", "/countries/", "/practices/feed.atom",
]  # fmt: skip
_HIDDEN = re.compile(r'<input\b(?=[^>]*\btype="hidden")[^>]*>')
_ATTRIBUTE = re.compile(r'\b(name|value)="([^"]*)"')


class Answer:
    def __init__(self, response):
        self.status, self.location = response.status, response.headers.get("Location", "")
        self.text = response.read().decode(errors="replace")


class Balancer:
    """The web servers as one. Shared by threads."""

    def __init__(self, addresses):
        self._addresses = addresses
        self._turns = count()
        self._failures = dict.fromkeys(addresses, 0)
        self._left_alone_until = dict.fromkeys(addresses, 0.0)

    def ask(self, method, path, body=None):
        """Return the answer, or None if no server gives one. A form is sent to one server only."""
        answer = None
        for address in self._in_order()[: 1 if body else None]:
            answer = self._ask(address, method, path, body)
            if answer is not None and answer.status != 503:
                return answer
        return answer

    def _in_order(self):
        now, first = time.monotonic(), next(self._turns)
        turned = [self._addresses[(first + n) % len(self._addresses)] for n in range(len(self._addresses))]
        return sorted(turned, key=lambda address: self._left_alone_until[address] > now)

    def _ask(self, address, method, path, body):
        connection = http.client.HTTPConnection(address, PORTS["web"], timeout=CONNECT_SECONDS)
        headers = HEADERS | {"Accept-Encoding": "identity"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.connect()
            connection.sock.settimeout(ANSWER_SECONDS)
            connection.request(method, path, body=body, headers=headers)
            answer = Answer(connection.getresponse())
        except (OSError, http.client.HTTPException):
            self._failures[address] += 1
            if self._failures[address] >= 2:
                self._failures[address] = 0
                self._left_alone_until[address] = time.monotonic() + LEFT_ALONE_SECONDS
            return None
        finally:
            connection.close()
        self._failures[address] = 0
        return answer


class Load:
    def __init__(self, folder, addresses):
        self.balancer, self.addresses = Balancer(addresses), addresses
        self.ended = threading.Event()
        self._log = (folder / "load.jsonl").open("w")
        self._lock = threading.Lock()
        self._numbers = count(1)

    def run(self):
        threads = [threading.Thread(target=self._read) for _number in range(READERS)]
        threads += [threading.Thread(target=self._submit) for _number in range(SUBMITTERS)]
        threads.append(threading.Thread(target=self._publish))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def note(self, kind, begun, **facts):
        facts = {"kind": kind, "begun": begun, "seconds": time.monotonic() - begun} | facts
        with self._lock:
            print(json.dumps(facts), file=self._log, flush=True)

    def _read(self):
        while not self.ended.wait(BETWEEN_READINGS):
            path = PAGES[next(self._numbers) % len(PAGES)]
            begun = time.monotonic()
            answer = self.balancer.ask("GET", path)
            status = answer.status if answer else 0
            self.note("reading", begun, ok=status in (200, 302), status=status, path=path)

    def _submit(self):
        while not self.ended.wait(BETWEEN_SUBMISSIONS):
            number = next(self._numbers)
            begun = time.monotonic()
            tries = self._submit_one(f"Desk number {number}", f"submitter{number}@example.org")
            self.note("submission", begun, ok=bool(tries), tries=tries, number=number)

    def _submit_one(self, title, address):
        """Write a draft and send it. Returns how often its forms were sent; 0 if the load ended before."""
        typed = {
            "title": title, "summary": "A desk in a port helps.", "objective": "21", "name": "A submitter",
            "email": address, "credit_as": "name", "then": "preview",
        }  # fmt: skip
        begun, drafts = self._press("/submit/", typed)
        if not begun:
            return 0
        private = re.match(r"(?:https?://[^/]+)?(/submissions/[^/]+/)", begun.location)[1]
        sent, tries = self._press(f"{private}send/", {})
        return drafts + tries if sent else 0

    def _press(self, path, typed):
        """Send the form of a page until it is answered. Returns (answer, how often it was sent)."""
        page = self._until(lambda: self.balancer.ask("GET", path), lambda answer: answer.status == 200)
        if page is None:
            return None, 0
        body, tries = urlencode(hidden_values(page.text) | typed), count(1)
        answer = self._until(
            lambda: (next(tries), self.balancer.ask("POST", path, body))[1],
            lambda answer: answer.status in (302, 303),
        )
        return answer, next(tries) - 1

    def _until(self, ask, is_good):
        while not self.ended.is_set():
            answer = ask()
            if answer is not None and is_good(answer):
                return answer
            self.ended.wait(0.5)
        return None

    def _publish(self):
        """Publish, then look for the practice on each web server: what is older than the publication is stale."""
        from benchmarks.cluster.publisher import publish

        for number in count(1):
            if self.ended.wait(BETWEEN_PUBLICATIONS):
                return
            begun, title = time.monotonic(), f"Published while watched {number}"
            is_published = publish(title)
            self.note("publication", begun, ok=is_published, number=number)
            if is_published:
                for address in self.addresses:
                    self._look_for(title, address)

    def _look_for(self, title, address):
        begun = time.monotonic()
        answer = self.balancer._ask(address, "GET", "/practices/", None)
        if answer is not None and answer.status == 200:
            self.note("look", begun, ok=title in answer.text)


def hidden_values(page):
    """Return {name: value} of the hidden fields of a page's forms."""
    found = [dict(_ATTRIBUTE.findall(field)) for field in _HIDDEN.findall(page)]
    return {field["name"]: unescape(field.get("value", "")) for field in found if "name" in field}


def main():
    load = Load(Path(sys.argv[1]), sys.argv[2:])
    signal.signal(signal.SIGTERM, lambda *_: load.ended.set())
    load.run()


if __name__ == "__main__":
    main()
