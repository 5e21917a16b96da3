"""Health checks for load balancers (/healthz) and for monitoring (/readyz)."""

from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from practices.core import findings
from practices.core.findings import Severity
from practices.core.health import connections, database, folders, jobs
from practices.notifications import health as notifications
from practices.notifications import hold

PARTS = {
    "database": database.answers,
    "migrations": database.migrations,
    "cache": connections.cache,
    "storage": folders.storage,
    "disk": folders.disk,
    "sender": jobs.sender,
    "jobs": jobs.nightly_jobs,
    "sending": notifications.sending,
}
"""Name of a part → its check, which is quick. Strangers read the state alone, not what else is found."""


@csrf_exempt
@never_cache
@require_safe
def healthz(request):
    """Answer 200 while this process answers at all. Asks nothing of the database, which all processes share."""
    return JsonResponse({"status": "ok"})


@csrf_exempt
@never_cache
@require_safe
def readyz(request):
    """Answer 200 if no part is at fault, else 503 and which of them is; and for which reasons nothing is sent.

    The breakers and time-outs of the database, the cache and the storage bound the time it takes.
    """
    states = {name: findings.run(check).state for name, check in PARTS.items()}
    parts = {name: str(state) for name, state in states.items()}
    if states["sending"] is Severity.WARNING and (held := [reason.name for reason in hold.reasons()]):
        parts["held"] = held
    if Severity.FAULT in states.values():
        return JsonResponse({"status": "fault", **parts}, status=503, headers={"Retry-After": "30"})
    return JsonResponse({"status": "ok", **parts})
