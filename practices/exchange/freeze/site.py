"""The live site as the copy asks it: through Django itself, without a server."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http.response import HttpResponseBase


class PageNotGiven(Exception):
    """The site gave no page at an address that the copy needs."""


@contextmanager
def connection_kept() -> Iterator[None]:
    """Keep the connection to the database, which Django may close when a response is closed, with its transaction."""
    request_finished.disconnect(close_old_connections)
    try:
        yield
    finally:
        request_finished.connect(close_old_connections)


class Site:
    def __init__(self) -> None:
        self._handler = WSGIHandler()

    def get(self, path: str, query: str = "") -> HttpResponseBase:
        """Return the answer of the site, which the caller closes. Raises PageNotGiven unless it is 200."""
        site = urlsplit(settings.SITE_URL)
        request = WSGIRequest(
            {
                "REQUEST_METHOD": "GET",
                "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),  # PEP 3333
                "QUERY_STRING": query,
                "SERVER_NAME": site.hostname,
                "SERVER_PORT": str(site.port or (443 if site.scheme == "https" else 80)),
                "HTTP_HOST": site.netloc,
                "HTTP_X_FORWARDED_PROTO": site.scheme,
                "REMOTE_ADDR": "127.0.0.1",
                "wsgi.url_scheme": site.scheme,
                "wsgi.input": BytesIO(),
                "wsgi.errors": sys.stderr,
            }
        )
        response = self._handler.get_response(request)
        if response.status_code != 200:
            response.close()
            raise PageNotGiven(f"{path}{'?' if query else ''}{query} answers {response.status_code}")
        return response
