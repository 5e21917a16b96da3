"""One log line per request: id, route, status, milliseconds, bytes and what a cache did. No address, no path.

It is written by the outermost layer of the WSGI application, as cached pages are answered before Django has anything to
do. A route, such as `/submissions/<slug:token>/edit/`, names the page and holds no token.
"""

import dataclasses
import logging
from http import HTTPStatus
from time import perf_counter

from django.conf import settings
from django.http import Http404
from django.urls import resolve

from practices.core import faults, measures, trace

ENTRY = "catalogue.request"
"""Entry of the WSGI environment with what the layers below note of a request. Copies of the environment share it."""
METHODS = frozenset(["GET", "HEAD", "POST", "OPTIONS"])
_log = logging.getLogger(__name__)


@dataclasses.dataclass(slots=True)
class Noted:
    """Facts about a request that only inner layers know."""

    route: str = ""
    cache: str = ""
    """`hit` or `miss` of the cache of whole pages; empty for pages that it never keeps."""


class Routes:
    """Middleware that notes the route of each request that reaches a view."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        note(request.META, route=f"/{request.resolver_match.route}")


def note(environ, **facts):
    """Note facts about a request, if it is logged."""
    if noted := environ.get(ENTRY):
        for name, value in facts.items():
            setattr(noted, name, value)


def route_of(environ):
    """Return the route that was noted; empty if the request is not logged."""
    return environ[ENTRY].route if ENTRY in environ else ""


class RequestLog:
    """WSGI middleware (PEP 3333) that gives each request an id and logs it once it is answered."""

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        started_at = perf_counter()
        answer = _Answer(environ, started_at)
        # Statements of readers go without the id: each comment makes the driver parse the statement again.
        answer.id = trace.begin(in_statements=environ["REQUEST_METHOD"] not in ("GET", "HEAD"))

        def start(status, headers, exc_info=None):
            answer.status = int(status[:3])
            if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                headers = [*headers, ("X-Request-ID", answer.id)]
            answer.headers = headers
            return start_response(status, headers, exc_info)

        environ[ENTRY] = answer.noted
        try:
            response = self.application(environ, start)
        except BaseException:
            answer.close()
            raise
        if isinstance(response, environ.get("wsgi.file_wrapper", ())):
            answer.bytes = int(dict(answer.headers).get("Content-Length", 0))
            answer.close()
            return response  # as it is, so that the server may send the file by sendfile()
        answer.response = response
        return answer


class _Answer:
    """The content of an answer, which is counted as it passes. Servers call `close` at its end."""

    def __init__(self, environ, started_at):
        self.environ, self.started_at = environ, started_at
        self.noted = Noted()
        self.id, self.status, self.headers, self.bytes, self.response = "", 500, [], 0, None

    def __iter__(self):
        for piece in self.response:
            self.bytes += len(piece)
            yield piece

    def close(self):
        try:
            if hasattr(self.response, "close"):
                self.response.close()
        finally:
            route = self.noted.route or _route(self.environ.get("PATH_INFO", ""))
            self._log(route)
            faults.record(route=route)
            trace.end()

    def _log(self, route):
        method = self.environ["REQUEST_METHOD"]
        facts = {
            "method": method if method in METHODS else "other",
            "route": route,
            "status": self.status,
            "ms": round((perf_counter() - self.started_at) * 1000, 1),
            "bytes": self.bytes,
            "cache": "not modified" if self.status == HTTPStatus.NOT_MODIFIED else self.noted.cache,
        }
        measures.count_request(
            method=facts["method"],
            route=route,
            status=self.status,
            seconds=facts["ms"] / 1000,
            cache=facts["cache"],
        )
        _log.info("%(method)s %(route)s %(status)s, %(ms)s ms, %(bytes)s bytes", facts, extra=facts)


def _route(path):
    """Return the route of a request that was answered before it reached a view; empty if there is no such page."""
    if path.startswith(settings.STATIC_URL):
        return f"/{settings.STATIC_URL.strip('/')}/"
    try:
        return f"/{resolve(path).route}"
    except Http404:
        return ""
