"""Request bodies without a Content-Length, which Django would take for empty ones."""

import tempfile

from django.conf import settings
from django.core.exceptions import RequestDataTooBig

PIECE = 64 * 1024  # bytes


class ChunkedBodies:
    """WSGI middleware that gives a chunked body (RFC 9112 §7.1) the length that Django needs to read it.

    What is longer than any page takes is not kept: its reader gets the error for which there is a page (413).
    """

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        if not _is_chunked(environ):
            return self.application(environ, start_response)
        most = max(settings.ATTACHMENT_MB + 1, settings.FORM_MB) * 1024 * 1024
        with tempfile.SpooledTemporaryFile(PIECE) as body:
            length = _copy(environ["wsgi.input"], body, most=most)
            body.seek(0)
            environ["CONTENT_LENGTH"] = str(length)
            environ["wsgi.input"] = body if length <= most else _TooLong()
            return self.application(environ, start_response)


def _is_chunked(environ):
    """Return whether a request has a body of unknown length, of which the server tells the end."""
    return (
        "HTTP_TRANSFER_ENCODING" in environ
        and environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        and environ.get("wsgi.input_terminated", False)
    )


def _copy(source, target, *, most):
    """Copy at most `most` bytes and one piece more. Returns their number."""
    length = 0
    while length <= most and (piece := source.read(PIECE)):
        target.write(piece)
        length += len(piece)
    return length


class _TooLong:
    """Body that cannot be read. Raises RequestDataTooBig."""

    def read(self, size=-1):
        raise RequestDataTooBig

    readline = read
