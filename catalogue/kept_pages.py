"""Whole pages, kept as they were sent (PAGE_CACHE), and sent again before Django has anything to do."""

import contextlib

from django.conf import settings
from django.db import Error, close_old_connections
from django.middleware.gzip import re_accepts_gzip

from catalogue.middleware import under_maintenance
from practices.core import catalogue_version

LARGEST = 512 * 1024  # bytes
DECIDING = [
    "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_HOST", "SERVER_PORT", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING",
]  # fmt: skip
"""What of a request says which page it gets, or that it gets none."""


class KeptPages:
    """WSGI middleware (PEP 3333): pages that any cache may keep are kept by ours, under the catalogue's version.

    So none is ever stale. A page is sent again to those alone who ask for it in the same words: what the host and the
    scheme allow was decided when it was made.
    """

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
            name = f"page {version} {catalogue_version.release()} {_asked(environ)}"
            if kept := catalogue_version.kept(name):
                close_old_connections()
                status, headers, content = kept
                start_response(status, headers)
                return [content]
            return self._ask(environ, start_response, name)

    def _ask(self, environ, start_response, name):
        sent = []

        def begin(status, headers, exc_info=None):
            sent[:] = [status, headers]
            return start_response(status, headers, exc_info)

        response = self.application(environ, begin)
        status, headers = sent
        if not _is_worth_keeping(status, dict(headers)):
            return response
        with contextlib.closing(response):
            content = b"".join(response)
        catalogue_version.keep(name, (status, headers, content))
        return [content]


def _may_be_kept(environ):
    """Whether what is asked for may be a page that is kept, for somebody who has not got it yet."""
    return (
        environ["REQUEST_METHOD"] == "GET"
        and "HTTP_IF_NONE_MATCH" not in environ
        and not environ["PATH_INFO"].startswith(settings.STATIC_URL)
    )


def _asked(environ):
    takes_gzip = bool(re_accepts_gzip.search(environ.get("HTTP_ACCEPT_ENCODING", "")))
    return repr([*(environ.get(name) for name in DECIDING), takes_gzip])


def _is_worth_keeping(status, headers):
    """Whether it is a whole public page: what is sent as it is made has no length yet."""
    return (
        status.startswith("200 ")
        and "public" in headers.get("Cache-Control", "")
        and "ETag" in headers
        and int(headers.get("Content-Length", LARGEST + 1)) <= LARGEST
    )
