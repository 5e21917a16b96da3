"""Telling a WebSub hub that feeds have changed, by HTTP."""

import http.client
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from functools import cache

from django.conf import settings

from practices.notifications.channels.errors import PermanentFailure, TemporaryFailure

_WORTH_ANOTHER_TRY = (408, 425, 429)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirected POST would become a GET, and the news be lost."""

    def redirect_request(self, *args, **kwargs):
        return None


@cache
def _opener() -> urllib.request.OpenerDirector:
    """One for all: each would read the certificates of all authorities anew."""
    return urllib.request.build_opener(_NoRedirects)


def ping(hub: str, topics: Sequence[str]) -> None:
    """Tell `hub` to fetch `topics` anew. To be told twice does a hub no harm.

    Raises TemporaryFailure or PermanentFailure.
    """
    said = urllib.parse.urlencode([("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)])
    request = urllib.request.Request(hub, data=said.encode(), method="POST")  # noqa: S310 - checked in settings
    try:
        _opener().open(request, timeout=settings.WEBSUB_TIMEOUT_SECONDS).close()
    except urllib.error.HTTPError as refusal:
        refusal.close()
        if refusal.code < 500 and refusal.code not in _WORTH_ANOTHER_TRY:
            raise PermanentFailure(f"{refusal.code} {refusal.reason}") from refusal
        raise TemporaryFailure(f"{refusal.code} {refusal.reason}") from refusal
    except (OSError, http.client.HTTPException) as error:
        raise TemporaryFailure(f"{type(error).__name__}: {error}") from error
