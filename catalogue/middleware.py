"""Middleware: maintenance, revalidation of public pages, the language of the path, sessions for staff alone."""

import re

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse, HttpResponseNotModified
from django.middleware.locale import LocaleMiddleware
from django.template.loader import render_to_string
from django.utils.csp import build_policy
from django.utils.translation import get_language, get_language_from_path, override

from practices.core import catalogue_version
from practices.core.http.caching import allow_caching, page_etag

FOR_STAFF = re.compile(r"(/[a-z-]+)?/(admin|styleguide|metrics)\b")
"""Paths that need a session. Every other page is the same for everyone."""


class Maintenance:
    """Answer every request but /healthz with 503 and Retry-After during maintenance.

    Queries nothing, as the database may be what is being worked on. Static files are served before it.
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


class NotModified:
    """Answer a conditional request for a public page with 304 by one query, before any view runs.

    An ETag names the address as well as the version, so a client that sends the current one has this very page.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if_none_match = request.META.get("HTTP_IF_NONE_MATCH", "")
        if settings.DEBUG or not if_none_match or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with catalogue_version.reading() as version:
            etag = page_etag(request, version)
            if not _matches(if_none_match, etag):
                return self.get_response(request)
        return allow_caching(HttpResponseNotModified(headers={"ETag": etag, "Vary": "Accept-Encoding"}))


def _matches(if_none_match: str, etag: str) -> bool:
    """Compare weakly (RFC 9110 §13.1.2): the ETag of a compressed page is weak."""
    return etag in (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))


class LanguageByPath(LocaleMiddleware):
    """Take the language from the path's prefix, such as /fr/, never from a cookie or a header.

    A page is then the same for everyone. Django's `Vary: Accept-Language`, which would make caches store a copy for
    every combination of preferences, is left out.
    """

    def process_response(self, request, response):
        response.headers.setdefault("Content-Language", get_language())
        return response


class _ForStaff:
    """Mixin that skips a middleware of Django on paths where nobody signs in."""

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
