"""security.txt (RFC 9116), which tells where to report a security problem."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from practices.core.http.guards import site_address

SECURITY_TXT_LIFETIME = timedelta(days=180)


@csrf_exempt
@never_cache
@require_safe
def security(request):
    """Contact for security reports (RFC 9116). Its expiry date moves with each request."""
    expires = timezone.now().replace(microsecond=0) + SECURITY_TXT_LIFETIME
    lines = [
        f"Contact: mailto:{settings.CONTACT_ADDRESS}",
        f"Expires: {expires.isoformat()}",
        f"Canonical: {site_address(request.path)}",
        f"Preferred-Languages: {settings.LANGUAGE_CODE}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
