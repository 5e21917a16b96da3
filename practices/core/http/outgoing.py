"""HTTP requests to other servers, each within a deadline for the whole of it."""

import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from functools import cache

from practices.core.deadlines import Exchange

_RETRYABLE = (408, 425, 429)  # Request Timeout, Too Early, Too Many Requests
LONGEST_REASON = 2_000
"""Bytes of a refusal that are read for its reason."""


class NoAnswer(Exception):
    """The server did not answer in time, or not at all."""


class Refused(Exception):
    """The server answered that it does not accept the request."""

    def __init__(self, code: int, reason: str, content: bytes, headers: Message):
        super().__init__(f"{code} {reason}")
        self.code, self.content, self.headers = code, content, headers

    @property
    def is_final(self) -> bool:
        """True if the same request would be refused again."""
        return self.code < 500 and self.code not in _RETRYABLE


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Handler that follows no redirect: urllib would turn a POST into a GET, and what it says would be lost."""

    def redirect_request(self, *args, **kwargs):
        return None


class _WithinDeadline(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Handler that connects within the deadline of an exchange, through a proxy too."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self._exchange = exchange

    def http_open(self, request):
        return self.do_open(self._made_by(http.client.HTTPConnection), request)

    def https_open(self, request):
        return self.do_open(self._made_by(http.client.HTTPSConnection), request, context=_certificates())

    def _made_by(self, kind):
        def make(host, **options):
            connection = kind(host, **options)
            connection._create_connection = self._exchange.create_connection
            return connection

        return make


@cache
def _certificates() -> ssl.SSLContext:
    """Context shared by all requests; building one loads the certificates of all authorities."""
    return ssl.create_default_context()


def send(request: urllib.request.Request, *, within: float) -> None:
    """Send a request, which has to be accepted `within` these seconds. What the answer says is not read.

    Raises Refused or NoAnswer.
    """
    _exchange(request, lambda answer: b"", within=within)


def fetch(request: urllib.request.Request, *, within: float, at_most: int) -> bytes:
    """Send a request and return the answer, whole `within` these seconds and of `at_most` these bytes.

    Raises Refused or NoAnswer.
    """
    content = _exchange(request, lambda answer: answer.read(at_most + 1), within=within)
    if len(content) > at_most:
        raise NoAnswer(f"the answer has more than {at_most} bytes")
    return content


def _exchange(
    request: urllib.request.Request, read: Callable[[http.client.HTTPResponse], bytes], *, within: float
) -> bytes:
    exchange = Exchange()
    opener = urllib.request.build_opener(_NoRedirects, _WithinDeadline(exchange))
    try:
        with exchange.within(within):
            try:
                with opener.open(request, timeout=within) as answer:
                    content = read(answer)
            except urllib.error.HTTPError as refusal:
                with refusal:
                    raise Refused(refusal.code, refusal.reason, _read(refusal), refusal.headers) from refusal
            if exchange.reached:  # http.client takes headers that are cut off for complete ones
                raise TimeoutError
            return content
    except (OSError, http.client.HTTPException) as error:
        if exchange.reached:
            raise NoAnswer(f"no answer within {within:g} seconds") from error
        raise NoAnswer(f"{type(error).__name__}: {error}") from error
    finally:
        exchange.close()


def _read(refusal: urllib.error.HTTPError) -> bytes:
    """Return the beginning of a refusal, as far as it comes."""
    try:
        return refusal.read(LONGEST_REASON)
    except (OSError, http.client.HTTPException):
        return b""
