"""Which language a page is in."""

from django.middleware.locale import LocaleMiddleware
from django.utils.translation import get_language


class LanguageByPath(LocaleMiddleware):
    """The language of the path's prefix, such as /fr/, or the default one; never a cookie or a header.

    So a page is the same for everyone, and Django's `Vary: Accept-Language`, which would make caches keep a
    copy for every browser's preferences, is left out.
    """

    def process_response(self, request, response):
        response.headers.setdefault("Content-Language", get_language())
        return response
