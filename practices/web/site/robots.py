"""robots.txt, which tells crawlers what to leave out and where the sitemap is."""

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from practices.core.http.caching import public


@public
@require_safe
def robots(request):
    lines = ["User-agent: *", "Disallow: /admin/", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
