"""Counts and durations of requests for Prometheus.

Every process counts for itself. Where PROMETHEUS_MULTIPROC_DIR names a folder, as gunicorn.conf.py does, processes keep
their counts in files there, and /metrics adds them up.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()
_requests = Counter(
    "catalogue_requests", "Requests answered.", ["method", "route", "status"], registry=REGISTRY
)
_seconds = Histogram(
    "catalogue_request_seconds",
    "Time from a request to the end of its answer.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
_page_cache = Counter(
    "catalogue_page_cache",
    "Requests for pages that the cache of whole pages had (hit), did not have (miss), or that a visitor had.",
    ["result"],
    registry=REGISTRY,
)


def count_request(*, method: str, route: str, status: int, seconds: float, cache: str) -> None:
    """Count a request. `route` is one of a limited number, so that visitors cannot make up series."""
    _requests.labels(method, route or "none", str(status)).inc()
    _seconds.labels(route or "none").observe(seconds)
    if cache:
        _page_cache.labels(cache).inc()
