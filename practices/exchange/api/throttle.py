"""The number of answers that a visitor may ask for."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle

from practices import clock
from practices.core.http.guards import visitor_ip
from practices.core.rate_limits import address_and_network

WINDOW = timedelta(minutes=1)


class VisitorThrottle(BaseThrottle):
    """Limits the answers made for one visitor. What a cache answers, and what has not changed, does not count.

    The counter is incremented in one step: DRF's own throttles read, then write, so that several requests at once count
    as one. Nobody is limited whose address nobody knows.
    """

    left: timedelta = WINDOW
    """Span until the window ends and the visitor may ask again."""

    def allow_request(self, request: Any, view: Any) -> bool:
        ip = visitor_ip(request)
        if ip is None:
            return True
        window, passed = divmod(clock.now() - datetime.fromtimestamp(0, UTC), WINDOW)
        self.left = WINDOW - passed
        key = f"api:{address_and_network(str(ip))[0]}:{window}"
        cache.add(key, 0, timeout=WINDOW.total_seconds())
        with suppress(ValueError):  # dropped, or expired, since it was added
            return cache.incr(key) <= settings.API_REQUESTS_PER_MINUTE
        return True

    def wait(self) -> float:
        return self.left.total_seconds()


def policy() -> str:
    """Return the limit as the header `RateLimit-Policy` states it (draft-ietf-httpapi-ratelimit-headers)."""
    return f'"visitor";q={settings.API_REQUESTS_PER_MINUTE};w={WINDOW.total_seconds():.0f}'
