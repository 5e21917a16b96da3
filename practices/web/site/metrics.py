"""Metrics (/metrics) for Prometheus."""

import os
import shutil
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from practices import clock
from practices.core import job_runs, measures
from practices.core.findings import Severity
from practices.core.health import connections, database
from practices.models import Fault, JobRun, Submission
from practices.notifications import outbox

OUTBOX = {
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
    """Metrics in Prometheus text format, for staff and for clients that send METRICS_TOKEN."""
    token = settings.METRICS_TOKEN
    authorized = token and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")
    if not authorized and not request.user.is_staff:
        raise Http404
    registry = CollectorRegistry()
    registry.register(_Collector())
    text = _requests() + generate_latest(registry)
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _requests() -> bytes:
    """Return the metrics of requests, of all processes of this machine where they share a folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(measures.REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)


class _Collector:
    """Collector of what the database and the machine say, the same whichever process is asked."""

    def collect(self) -> Iterator[Metric]:
        info = GaugeMetricFamily("catalogue_info", "The release that is running.", labels=["version"])
        info.add_metric([settings.VERSION], 1)
        yield info
        usage = shutil.disk_usage(settings.DATA_DIR)
        yield gauge("disk_free_bytes", "Free space on the disk of DATA_DIR.", usage.free)
        yield gauge("disk_size_bytes", "Size of the disk of DATA_DIR.", usage.total)
        try:
            found = [*_of_database(), *_of_outbox(), *_of_moderation(), *_of_jobs()]
        except (DatabaseError, InterfaceError):
            yield gauge("database_up", "1 while the database answers.", 0)
            return
        yield gauge("database_up", "1 while the database answers.", 1)
        yield from found


def gauge(name: str, description: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"catalogue_{name}", description, value=value)


def _of_database() -> Iterator[Metric]:
    yield gauge("database_size_bytes", "Size of the database.", database.size())
    cache = connections.cache()
    yield gauge("cache_up", "1 while the cache answers.", int(cache.state is Severity.OK))
    errors = Fault.objects.aggregate(total=Sum("count", default=0))["total"]
    yield CounterMetricFamily(
        "catalogue_errors", "Errors logged by the website, the sender and jobs.", value=errors
    )


def _of_outbox() -> Iterator[Metric]:
    current = outbox.metrics(clock.now())
    for name, (field, description) in OUTBOX.items():
        yield gauge(f"outbox_{name}", description, getattr(current, field))


def _of_moderation() -> Iterator[Metric]:
    queue = Submission.objects.awaiting_moderation()
    yield gauge("moderation_queue", "Submissions that await a decision.", queue.count())
    oldest = min(queue.values_list("submitted_at", flat=True), default=None)
    seconds = (clock.now() - oldest).total_seconds() if oldest else 0
    yield gauge("moderation_oldest_seconds", "Time since the oldest of them was submitted.", seconds)
    yield gauge(
        "moderation_unchecked_spam",
        "Possible spam that no moderator has checked.",
        Submission.objects.unchecked_spam().count(),
    )


def _of_jobs() -> Iterator[Metric]:
    success = GaugeMetricFamily(
        "catalogue_job_last_success_timestamp_seconds",
        "When a job last succeeded; of send_outbox, when a sender was last seen. 0 if never.",
        labels=["job"],
    )
    late = GaugeMetricFamily("catalogue_job_late", "1 if a job has not succeeded in time.", labels=["job"])
    now = clock.now()
    for run in JobRun.objects.all():
        success.add_metric([run.name], run.succeeded_at.timestamp() if run.succeeded_at else 0)
        if run.name in settings.JOBS_EXPECTED:
            late.add_metric([run.name], int(job_runs.is_late(run, now=now)))
    yield success
    yield late
    yield gauge("sender_up", "1 while a sender is running.", int(job_runs.has_sender(now=now)))
