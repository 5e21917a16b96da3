"""robots.txt, which tells crawlers what to leave out and where the sitemap is."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.core.http.languages import path_in
from practices.discovery import PracticeFilter


@public
@require_safe
def robots(request):
    lines = ["User-agent: *", "Disallow: /", ""] if settings.STAGING else _lines()
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _lines():
    return [
        "User-agent: *",
        "Disallow: /*kit/practices.",  # files of kits, which are made when they are asked for
        "Disallow: /admin/",
        *(
            f"Disallow: {path_in(code, '/admin/')}"
            for code, _name in settings.LANGUAGES
            if code != settings.LANGUAGE_CODE
        ),
        # Lists of many filters (core/http/crawlers.py): in addresses of lists, filters come before the page and order.
        *(f"Disallow: /*?*&*&{name}=" for name in PracticeFilter.base_filters),
        f"Sitemap: {site_address(reverse('practices:sitemap'))}",
        "",
    ]
