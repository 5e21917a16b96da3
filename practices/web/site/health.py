"""Health check (/healthz) for load balancers and monitoring."""

from django.conf import settings
from django.core.cache import caches
from django.db import Error
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from practices import clock
from practices.notifications import outbox

NO_ANSWER = "no answer"


@csrf_exempt
@never_cache
@require_safe
def healthz(request):
    """Answer 200 while the database is there, else 503, and say which part is ill.

    The breakers and time-outs of the database and the cache bound the time it takes. `oldest_due_seconds` grows while
    no sender runs. Without the cache, pages take longer, but there are pages.
    """
    parts: dict[str, str | int] = {}
    try:
        age = outbox.oldest_due_age(clock.now())
        parts |= {"database": "ok", "oldest_due_seconds": int(age.total_seconds()) if age else 0}
    except Error:
        parts["database"] = NO_ANSWER
    if settings.CACHE_URL:
        try:
            caches["counts"].get("healthz")
            parts["cache"] = "ok"
        except Exception:  # each cache client raises errors of its own
            parts["cache"] = NO_ANSWER
    if parts["database"] == NO_ANSWER:
        return JsonResponse({"status": "ill"} | parts, status=503, headers={"Retry-After": "30"})
    return JsonResponse({"status": "ok"} | parts)
