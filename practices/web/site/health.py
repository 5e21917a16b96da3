"""Health checks for load balancers (/healthz) and for monitoring (/readyz)."""

from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from practices.core import status


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
    """Answer 200 if all parts work, else 503 and which of them does not.

    The breakers and time-outs of the database, the cache and the storage bound the time it takes.
    """
    parts = {name: str(part.state) for name, part in status.ready().items()}
    if set(parts.values()) == {status.Level.OK}:
        return JsonResponse({"status": "ok", **parts})
    return JsonResponse({"status": "ill", **parts}, status=503, headers={"Retry-After": "30"})
