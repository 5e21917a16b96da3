"""Which language a page is in, who signs in where, and whether there are pages at all just now."""

import re

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.template.loader import render_to_string
from django.utils.csp import build_policy
from django.utils.translation import get_language, get_language_from_path, override

FOR_STAFF = re.compile(r"(/[a-z-]+)?/(admin|styleguide|metrics)\b")
"""Paths where it matters who asks; everywhere else a page is the same for all, and nobody has a session."""


class Maintenance:
    """While the catalogue is worked on, one page that says when to return (503), for every address but /healthz.

    It asks nothing of the database, which may be what is worked on. Static files are served before it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info == "/healthz" or not under_maintenance():
            return self.get_response(request)
        with override(get_language_from_path(request.path_info) or settings.LANGUAGE_CODE):
            page = render_to_string("503.html")
        headers = {
            "Retry-After": str(settings.MAINTENANCE_SECONDS),
            "Cache-Control": "no-store",
            "Content-Security-Policy": build_policy(settings.SECURE_CSP),
        }
        return HttpResponse(page, status=503, headers=headers)


def under_maintenance() -> bool:
    return settings.MAINTENANCE or settings.MAINTENANCE_FILE.exists()


class LanguageByPath(LocaleMiddleware):
    """The language of the path's prefix, such as /fr/, or the default one; never a cookie or a header.

    So a page is the same for everyone, and Django's `Vary: Accept-Language`, which would make caches keep a
    copy for every browser's preferences, is left out.
    """

    def process_response(self, request, response):
        response.headers.setdefault("Content-Language", get_language())
        return response


class _ForStaff:
    """Before a middleware of Django's: it is passed by where nobody signs in."""

    def __call__(self, request):
        if FOR_STAFF.match(request.path_info):
            return super().__call__(request)
        return self.get_response(request)


class Sessions(_ForStaff, SessionMiddleware):
    pass


class Authentication(_ForStaff, AuthenticationMiddleware):
    pass


class Messages(_ForStaff, MessageMiddleware):
    pass
