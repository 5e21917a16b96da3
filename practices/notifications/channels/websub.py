"""HTTP client for WebSub hubs."""

import http.client
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from functools import cache

from django.conf import settings

from practices.notifications.channels.errors import PermanentFailure, TemporaryFailure

_RETRYABLE = (408, 425, 429)  # Request Timeout, Too Early, Too Many Requests


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Handler that follows no redirect: urllib would turn the POST into a GET, and the ping would be lost."""

    def redirect_request(self, *args, **kwargs):
        return None


@cache
def _opener() -> urllib.request.OpenerDirector:
    """Opener shared by all pings; building one loads the certificates of all authorities."""
    return urllib.request.build_opener(_NoRedirects)


def ping(hub: str, topics: Sequence[str]) -> None:
    """Ask `hub` to fetch `topics` again. Idempotent.

    Raises TemporaryFailure or PermanentFailure.
    """
    body = urllib.parse.urlencode([("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)])
    request = urllib.request.Request(hub, data=body.encode(), method="POST")  # noqa: S310 - checked in settings
    try:
        _opener().open(request, timeout=settings.WEBSUB_TIMEOUT_SECONDS).close()
    except urllib.error.HTTPError as refusal:
        refusal.close()
        if refusal.code < 500 and refusal.code not in _RETRYABLE:
            raise PermanentFailure(f"{refusal.code} {refusal.reason}") from refusal
        raise TemporaryFailure(f"{refusal.code} {refusal.reason}") from refusal
    except (OSError, http.client.HTTPException) as error:
        raise TemporaryFailure(f"{type(error).__name__}: {error}") from error
