"""The number of answers that a visitor may ask for."""

from typing import Any

from django.conf import settings
from rest_framework.throttling import SimpleRateThrottle

from practices.core.http.guards import visitor_ip
from practices.core.rate_limits import address_and_network


class VisitorThrottle(SimpleRateThrottle):
    """Limits the answers made for one visitor. What a cache answers, and what has not changed, does not count."""

    def get_rate(self) -> str:
        return f"{settings.API_REQUESTS_PER_MINUTE}/minute"

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        """Return the key of the visitor's counter; None if nobody knows their address, which then limits nobody."""
        ip = visitor_ip(request)
        return None if ip is None else f"api:{address_and_network(str(ip))[0]}"


def policy() -> str:
    """Return the limit as the header `RateLimit-Policy` states it (draft-ietf-httpapi-ratelimit-headers)."""
    return f'"visitor";q={settings.API_REQUESTS_PER_MINUTE};w=60'
