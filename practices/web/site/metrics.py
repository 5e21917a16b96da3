"""Metrics (/metrics) for Prometheus."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from practices import clock
from practices.notifications import outbox

METRICS = {
    "waiting": ("waiting", "Messages neither sent nor given up."),
    "due": ("due", "Messages whose time has come and that no sender holds."),
    "given_up": ("given_up", "Messages that failed permanently and that staff may try again."),
    "to_spread": ("to_fan_out", "Published practices whose announcements are not all made yet."),
    "oldest_due_seconds": (
        "oldest_due_seconds",
        "How long the oldest due message or announcement has waited. Grows when no sender runs.",
    ),
}
"""Name of a metric → (field of outbox.Metrics, help text). Dashboards of operators rely on the names."""


@never_cache
@require_safe
def metrics(request):
    """Metrics of the outbox in Prometheus text format, for staff and for clients that send METRICS_TOKEN."""
    token = settings.METRICS_TOKEN
    authorized = token and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")
    if not authorized and not request.user.is_staff:
        raise Http404
    current = outbox.metrics(clock.now())
    lines = []
    for name, (field, description) in METRICS.items():
        metric = f"catalogue_outbox_{name}"
        value = getattr(current, field)
        lines += [f"# HELP {metric} {description}", f"# TYPE {metric} gauge", f"{metric} {value}"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; version=0.0.4; charset=utf-8")
