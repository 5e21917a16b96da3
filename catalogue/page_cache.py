"""A cache of whole public pages (PAGE_CACHE), which answers before Django has anything to do.

Visitors may ask for as many addresses as they can make up, so a page is cached only where its view says that its address
is one of a limited number, and never because of a header. What remains is bounded by the cache itself, in bytes.
"""

import contextlib
import zlib
from operator import itemgetter
from urllib.parse import parse_qsl, unquote_plus

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.db import Error, close_old_connections

from catalogue import request_log
from catalogue.middleware import HEALTH
from practices.core import cache, catalogue_version, maintenance
from practices.core.http.caching import MAY_BE_CACHED, NOT_MODIFIED_HEADERS, coding_for, is_not_modified

MAX_LENGTH = 512 * 1024  # bytes
FOLLOWS_VISITORS = frozenset(
    ["_ga", "_gl", "dclid", "fbclid", "gad_source", "gbraid", "gclid", "igshid", "mc_cid", "mc_eid", "mkt_tok",
     "msclkid", "ref_src", "s_cid", "srsltid", "ttclid", "twclid", "wbraid", "yclid"]
)  # fmt: skip
"""Parameters, beside utm_…, that other sites append to links to recognise who follows them. We read none of them."""


class PageCache:
    """WSGI middleware (PEP 3333) that caches public pages under the catalogue's version, so none is ever stale."""

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            environ = environ | {"QUERY_STRING": _query_of_ours(environ.get("QUERY_STRING", ""))}
        if not _may_be_cached(environ) or maintenance.is_on():
            return self.application(environ, start_response)
        with contextlib.ExitStack() as stack:
            try:
                version = stack.enter_context(catalogue_version.reading_for_page())
            except Error:
                return self.application(environ, start_response)  # which has a page for that
            key = _key(environ, version)
            if cached := cache.get_many([key]).get(key):
                close_old_connections()
                *page, route = cached
                request_log.note(environ, cache="hit", route=route)
                return _respond(environ, start_response, page)
            if environ["REQUEST_METHOD"] == "HEAD":
                return self.application(environ, start_response)
            return self._respond_and_cache(environ, start_response, key)

    def _respond_and_cache(self, environ, start_response, key):
        sent = []

        def record(status, headers, exc_info=None):
            sent[:] = [status, headers]
            return start_response(status, headers, exc_info)

        environ[MAY_BE_CACHED] = False
        response = self.application(environ, record)
        status, headers = sent
        if not environ[MAY_BE_CACHED] or not _is_public_page(status, dict(headers)):
            return response
        request_log.note(environ, cache="miss")
        with contextlib.closing(response):
            content = b"".join(response)
        is_packed = "Content-Encoding" not in dict(headers)
        packed = zlib.compress(content, 1) if is_packed else content
        cache.set_many({key: (status, headers, packed, is_packed, request_log.route_of(environ))})
        return [content]


def _respond(environ, start_response, cached):
    """Answer with a cached page, or without its content where that is not asked for."""
    status, headers, content, is_packed = cached
    if is_not_modified(environ, dict(headers)):
        start_response(
            "304 Not Modified", [(name, value) for name, value in headers if _belongs_to_304(name)]
        )
        return []
    start_response(status, headers)
    if environ["REQUEST_METHOD"] == "HEAD":
        return []
    return [zlib.decompress(content) if is_packed else content]


def _belongs_to_304(name):
    return name in NOT_MODIFIED_HEADERS or name.startswith("Access-Control-")


def _may_be_cached(environ):
    """Return whether a request may be for a page that is cached."""
    return (
        environ["REQUEST_METHOD"] in ("GET", "HEAD")
        and not environ["PATH_INFO"].startswith((settings.STATIC_URL, *HEALTH))
        and _reaches_pages(environ)
    )


def _reaches_pages(environ):
    """Return whether Django would answer with a page, not refuse the host or redirect to HTTPS.

    A page is the same under all hosts, ports and headers of proxies, so none of them is part of a key.
    """
    request = WSGIRequest(dict(environ))  # it writes the decoded path into what it is given
    try:
        request.get_host()
    except DisallowedHost:
        return False
    return request.is_secure() or not settings.SECURE_SSL_REDIRECT


def _query_of_ours(query):
    """Return a query string without the parameters that follow visitors from site to site."""
    if not query:
        return query
    parts = query.split("&")
    return "&".join(
        part for part in parts if not _follows_visitors(unquote_plus(part.partition("=")[0]).lower())
    )


def _follows_visitors(name):
    return name.startswith("utm_") or name in FOLLOWS_VISITORS


def _key(environ, version):
    # The parameters of a page can stand in any order and be encoded anyhow; values of one name keep their order.
    query = tuple(sorted(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True), key=itemgetter(0)))
    asked = (environ.get("SCRIPT_NAME", ""), environ["PATH_INFO"], query)
    return cache.hashed("page", version, catalogue_version.release(), asked, coding_for(environ))


def _is_public_page(status, headers):
    """Return whether a response is a whole public page. A streamed one has no length yet."""
    return (
        status.startswith("200 ")
        and "public" in headers.get("Cache-Control", "")
        and "ETag" in headers
        and int(headers.get("Content-Length", MAX_LENGTH + 1)) <= MAX_LENGTH
    )
