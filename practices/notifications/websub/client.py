"""HTTP client for WebSub hubs."""

import http.client
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from functools import cache

from django.conf import settings

from practices.core.deadlines import Exchange
from practices.notifications.channels import PermanentFailure, TemporaryFailure

_RETRYABLE = (408, 425, 429)  # Request Timeout, Too Early, Too Many Requests


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Handler that follows no redirect: urllib would turn the POST into a GET, and the ping would be lost."""

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
    """Context shared by all pings; building one loads the certificates of all authorities."""
    return ssl.create_default_context()


def seconds_for_a_ping() -> float:
    """Seconds within which a hub is told, whatever it does: well within the lease of the sender."""
    return min(settings.WEBSUB_TIMEOUT_SECONDS, settings.OUTBOX_LEASE_SECONDS / 2)


def ping(hub: str, topics: Sequence[str]) -> None:
    """Ask `hub` to fetch `topics` again, within WEBSUB_TIMEOUT_SECONDS altogether. Idempotent.

    Raises TemporaryFailure or PermanentFailure.
    """
    body = urllib.parse.urlencode([("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)])
    request = urllib.request.Request(hub, data=body.encode(), method="POST")  # noqa: S310 - checked in settings
    exchange, seconds = Exchange(), seconds_for_a_ping()
    opener = urllib.request.build_opener(_NoRedirects, _WithinDeadline(exchange))
    try:
        with exchange.within(seconds):
            opener.open(request, timeout=seconds).close()
            if exchange.reached:  # http.client takes headers that are cut off for complete ones
                raise TimeoutError
    except urllib.error.HTTPError as refusal:
        refusal.close()
        if refusal.code < 500 and refusal.code not in _RETRYABLE:
            raise PermanentFailure(f"{refusal.code} {refusal.reason}") from refusal
        raise TemporaryFailure(f"{refusal.code} {refusal.reason}") from refusal
    except (OSError, http.client.HTTPException) as error:
        if exchange.reached:
            raise TemporaryFailure(f"The hub took longer than {seconds:g} seconds.") from error
        raise TemporaryFailure(f"{type(error).__name__}: {error}") from error
    finally:
        exchange.close()
