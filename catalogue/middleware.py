"""Which language a page is in, and whether there are pages at all just now."""

from django.conf import settings
from django.http import HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_from_path, override


class Maintenance:
    """While the catalogue is worked on, one page that says when to return (503), for every address but /healthz.

    It asks nothing of the database, which may be what is worked on. Static files are served before it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info == "/healthz" or not _under_maintenance():
            return self.get_response(request)
        with override(get_language_from_path(request.path_info) or settings.LANGUAGE_CODE):
            page = render_to_string("503.html")
        headers = {"Retry-After": str(settings.MAINTENANCE_SECONDS), "Cache-Control": "no-store"}
        return HttpResponse(page, status=503, headers=headers)


def _under_maintenance() -> bool:
    return settings.MAINTENANCE or settings.MAINTENANCE_FILE.exists()


class LanguageByPath(LocaleMiddleware):
    """The language of the path's prefix, such as /fr/, or the default one; never a cookie or a header.

    So a page is the same for everyone, and Django's `Vary: Accept-Language`, which would make caches keep a
    copy for every browser's preferences, is left out.
    """

    def process_response(self, request, response):
        response.headers.setdefault("Content-Language", get_language())
        return response
