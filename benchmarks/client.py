"""HTTP client that sends what a reverse proxy would, and measures latencies."""

import http.client
import re
import threading
import time
from itertools import cycle
from urllib.parse import quote, urljoin

from benchmarks.servers import HOST

SITE = "practices.example.org"
HEADERS = {"Host": SITE, "X-Forwarded-Proto": "https", "X-Forwarded-For": HOST, "Accept-Encoding": "gzip"}
"""Headers of a browser and of the proxy."""

_NEXT = re.compile(rb'<a\b(?=[^>]*\brel="next\b)[^>]*\bhref="([^"]+)"')


class Answer:
    def __init__(self, response, body):
        self.status, self.headers, self.body = response.status, response.headers, body


class Visitor:
    """A client with one keep-alive connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection(HOST, port, timeout=120)

    def get(self, address, **headers):
        for attempt in (1, 2):
            try:
                self.connection.request("GET", address, headers=HEADERS | headers)
                response = self.connection.getresponse()
                return Answer(response, response.read())
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.connection.close()  # the server closed an idle connection
                if attempt == 2:
                    raise
        return None

    def close(self):
        self.connection.close()


def deep_address(port, address, pages):
    """Follow the links of a listing to page `pages`, or its last one. Returns (address, page number)."""
    visitor = Visitor(port)
    for number in range(1, pages):
        next_link = _NEXT.search(visitor.get(address, **{"Accept-Encoding": "identity"}).body)
        if next_link is None:
            return address, number
        address = urljoin(address, _encoded(next_link[1].decode()))
    return address, pages


def _encoded(link):
    """Percent-encode a link as browsers do."""
    return quote(link.replace("&amp;", "&"), safe="/?&=%+:;,@#!$'()*~")


class Burst:
    """Requests over one or several connections, until a time or number is reached."""

    def __init__(self, port, requests, *, seconds, most=2_000, connections=1):
        self.latencies, self.sizes, self.statuses = [], [], set()
        self.stop_at = time.monotonic() + seconds
        self.most = most // connections
        self.lock = threading.Lock()
        self.requests = cycle(requests) if isinstance(requests, list) else requests
        begun = time.monotonic()
        if connections == 1:
            self._ask(port)
        else:
            threads = [threading.Thread(target=self._ask, args=[port]) for _number in range(connections)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.seconds = time.monotonic() - begun

    def _ask(self, port):
        visitor = Visitor(port)
        for _number in range(self.most):
            with self.lock:
                address, headers = next(self.requests)
            begun = time.perf_counter()
            answer = visitor.get(address, **headers)
            self.latencies.append(time.perf_counter() - begun)
            self.sizes.append(len(answer.body))
            self.statuses.add(answer.status)
            if time.monotonic() > self.stop_at:
                break
        visitor.close()

    @property
    def count(self):
        return len(self.latencies)


def first_visit(port, address):
    """Return (requests, bytes) of a page and what it needs for a browser with an empty cache.

    Without scripts, as no page needs any, and without the manifest, which headless Chromium does not fetch.
    """
    visitor = Visitor(port)
    page = visitor.get(address, **{"Accept-Encoding": "identity"}).body.decode()
    links = re.findall(r'<link\b(?=[^>]*\brel="(?:stylesheet|icon)")[^>]*\bhref="([^"]+)"', page)
    links += re.findall(r'<img\b[^>]*\bsrc="([^"]+)"', page)
    links += re.findall(r'<use\b[^>]*\bhref="([^"#]+)', page)
    needed = {urljoin(address, _encoded(link)) for link in links} | {address}
    if external := [link for link in needed if link.startswith(("http:", "https:"))]:
        raise AssertionError(f"{address} loads from other sites: {external}")
    sizes = [len(visitor.get(link, **{"Accept-Encoding": "gzip, br"}).body) for link in needed]
    return len(sizes), sum(sizes)
