"""A cache of whole public pages (PAGE_CACHE), which answers before Django has anything to do."""

import contextlib

from django.conf import settings
from django.db import Error, close_old_connections

from catalogue.middleware import under_maintenance
from practices.core import cache, catalogue_version
from practices.core.http.caching import accepts_gzip

MAX_LENGTH = 512 * 1024  # bytes
VARIES_BY = [
    "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_HOST", "SERVER_PORT", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING",
]  # fmt: skip
"""Parts of a request that decide which page it gets, or that it gets none: a host that is not allowed, plain HTTP."""


class KeptPages:
    """WSGI middleware (PEP 3333) that keeps public pages under the catalogue's version, so none is ever stale."""

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        if not _may_be_kept(environ) or under_maintenance():
            return self.application(environ, start_response)
        with contextlib.ExitStack() as stack:
            try:
                version = stack.enter_context(catalogue_version.reading())
            except Error:
                return self.application(environ, start_response)  # which has a page for that
            key = _key(environ, version)
            if kept := cache.get_many([key]).get(key):
                close_old_connections()
                status, headers, content = kept
                start_response(status, headers)
                return [content]
            return self._respond_and_keep(environ, start_response, key)

    def _respond_and_keep(self, environ, start_response, key):
        sent = []

        def record(status, headers, exc_info=None):
            sent[:] = [status, headers]
            return start_response(status, headers, exc_info)

        response = self.application(environ, record)
        status, headers = sent
        if not _is_public_page(status, dict(headers)):
            return response
        with contextlib.closing(response):
            content = b"".join(response)
        cache.set_many({key: (status, headers, content)})
        return [content]


def _may_be_kept(environ):
    """Return whether a request may be for a page that is kept, by a client that does not have it yet."""
    return (
        environ["REQUEST_METHOD"] == "GET"
        and "HTTP_IF_NONE_MATCH" not in environ
        and not environ["PATH_INFO"].startswith(settings.STATIC_URL)
    )


def _key(environ, version):
    asked = tuple(environ.get(name) for name in VARIES_BY)
    return cache.hashed("page", version, catalogue_version.release(), asked, accepts_gzip(environ))


def _is_public_page(status, headers):
    """Return whether a response is a whole public page. A streamed one has no length yet."""
    return (
        status.startswith("200 ")
        and "public" in headers.get("Cache-Control", "")
        and "ETag" in headers
        and int(headers.get("Content-Length", MAX_LENGTH + 1)) <= MAX_LENGTH
    )
