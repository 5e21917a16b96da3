"""Middleware: health, maintenance, trial copies, static files, caching, methods, staff pages, former addresses."""

import re
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse, HttpResponseNotModified, HttpResponsePermanentRedirect
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers, set_response_etag
from django.utils.csp import CSP, build_policy
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import get_language, get_language_from_path, gettext, override
from whitenoise.middleware import WhiteNoiseMiddleware

from practices.core import catalogue_version, maintenance
from practices.core.http import caching, open_data
from practices.core.http.languages import without_prefix
from practices.core.http.problems import for_programs
from practices.models import FormerAddress
from practices.web.site.health import healthz, readyz

FOR_STAFF = re.compile(r"(/[a-z-]+)?/(admin|styleguide|metrics)\b")
"""Paths that need a session. Every other page is the same for everyone, except during maintenance."""


HEALTH = {"/healthz": healthz, "/readyz": readyz}
"""Path → view of health checks."""


class Health:
    """Answer health checks before anything that could refuse or delay it.

    Load balancers ask by address, so the host is not checked.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info not in HEALTH:
            return self.get_response(request)
        response = HEALTH[request.path_info](request)
        response.headers["Content-Security-Policy"] = build_policy(settings.SECURE_CSP)
        response.headers["X-Frame-Options"] = settings.X_FRAME_OPTIONS
        return response


class Maintenance:
    """Answer everyone but staff with 503 and Retry-After during maintenance.

    Queries nothing for those without a session, as the database may be what is being worked on. Whether a session is
    that of staff is for `MaintenanceForStaff`. The admin, which asks for a sign-in itself, and static files are served.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # The language is not active yet: that of the thread may be the one of an earlier request.
        if not maintenance.is_on() or without_prefix(request.path_info).startswith("/admin/"):
            return self.get_response(request)
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return _maintenance_page(request)
        request.is_for_staff = True
        return self.get_response(request)


class MaintenanceForStaff:
    """Show staff the pages that `Maintenance` has let pass, and answer anyone else with 503. No cache keeps them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not getattr(request, "is_for_staff", False):
            return self.get_response(request)
        if not request.user.is_staff:
            return _maintenance_page(request)
        response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store"
        return response


def _maintenance_page(request):
    headers = {
        "Retry-After": str(settings.MAINTENANCE_SECONDS),
        maintenance.UNAVAILABLE: "maintenance",
        "Cache-Control": "no-store",
        "Content-Security-Policy": build_policy(settings.SECURE_CSP),
    }
    with override(get_language_from_path(request.path_info) or settings.LANGUAGE_CODE):
        detail = gettext("The catalogue is down for maintenance")
        return for_programs(request, 503, detail, headers=headers) or HttpResponse(
            render_to_string("503.html"), status=503, headers=headers
        )


class Staging:
    """Ask search engines to leave out every answer of a copy for trials (STAGING), also files and errors."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if settings.STAGING:
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


STATIC_POLICY = {
    "script-src": [CSP.NONE],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
"""CSP of static files, for a picture that somebody opens by its own address. Pictures have styles of their own."""


class StaticFiles(WhiteNoiseMiddleware):
    """WhiteNoise, with content codings and validators as pages have them.

    WhiteNoise takes “br;q=0” for a wish, knows one ETag without lists, and gives all codings of a file the same strong
    one (RFC 9110 §8.8.3.3, §12.5.3 and §13.1.2).
    """

    @staticmethod
    def serve(static_file, request):
        asked = request.META.get("HTTP_ACCEPT_ENCODING", "")
        wanted = [coding for coding in ("br", "gzip") if caching.accepts_coding(asked, coding)]
        request.META["HTTP_ACCEPT_ENCODING"] = ", ".join(wanted)
        if "HTTP_IF_NONE_MATCH" in request.META:
            found = caching.is_not_modified(request.META, {"ETag": static_file.etag})
            request.META["HTTP_IF_NONE_MATCH"] = static_file.etag if found else ""
        response = WhiteNoiseMiddleware.serve(static_file, request)
        caching.weaken_etag(response)
        response.headers["Content-Security-Policy"] = build_policy(STATIC_POLICY)
        return response


class NotModified:
    """Answer a conditional request for a public page with 304 by one query, before any view runs.

    An ETag names the address as well as the version, so a client that sends the current one has this very page. A
    script of another site gets its answer from the view, which knows whether such scripts may read it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if_none_match = request.META.get("HTTP_IF_NONE_MATCH", "")
        is_conditional = if_none_match and request.method in ("GET", "HEAD")
        if settings.DEBUG or not is_conditional or "HTTP_ORIGIN" in request.META:
            return self.get_response(request)
        with catalogue_version.reading_for_page() as version:
            etag = caching.page_etag(request, version)
            if not caching.has_etag(if_none_match, etag):
                return self.get_response(request)
        return caching.allow_caching(
            HttpResponseNotModified(headers={"ETag": etag, "Vary": "Accept-Encoding"})
        )


class ConditionalGet(MiddlewareMixin):
    """Give every answer that may be stored an ETag, and answer 304 to a client that has it.

    Django's ConditionalGetMiddleware leaves the tag strong until a page is compressed, so the 304 answer would have
    another one than the page; and it passes over HEAD.
    """

    def process_response(self, request, response):
        if request.method not in ("GET", "HEAD") or response.status_code != 200:
            return response
        if not response.has_header("ETag") and "no-store" not in response.headers.get("Cache-Control", ""):
            set_response_etag(response)
        caching.weaken_etag(response)
        if not caching.is_not_modified(request.META, response.headers):
            return response
        headers = {
            name: response.headers[name] for name in caching.NOT_MODIFIED_HEADERS if name in response.headers
        }
        not_modified = HttpResponseNotModified(headers=headers)
        not_modified.cookies = response.cookies
        # Not response.close(), which would also say that the request is finished and give up its connection.
        not_modified._resource_closers += response._resource_closers
        return not_modified


class Compression(GZipMiddleware):
    """Compress what is worth it for clients that accept it."""

    def process_response(self, request, response):
        if not caching.is_compressible(response):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        coding = caching.coding_for(request.META)
        if coding == "br" and not response.streaming:
            response.content = caching.padded_brotli(response.content)
            response.headers["Content-Encoding"] = coding
            response.headers["Content-Length"] = str(len(response.content))
            caching.weaken_etag(response)
            return response
        return super().process_response(request, response) if caching.accepts_gzip(request.META) else response


class Methods:
    """Answer OPTIONS with the methods of a page and HEAD without its content; let other sites' scripts read open data."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "OPTIONS" and response.status_code == 405:
            response.status_code = 204
            response.headers["Allow"] += ", OPTIONS"
            _drop_content(response)
            del response.headers["Content-Type"], response.headers["Content-Length"]
        if open_data.is_open(request):
            open_data.share(request, response)
        if request.method == "HEAD":
            _drop_content(response)
        return response


def _drop_content(response):
    """Leave a response its headers alone: servers warn of content that they have to drop (RFC 9110 §9.3.2)."""
    if response.streaming:
        response.streaming_content = ()
    else:
        response.content = b""


class LanguageByPath(LocaleMiddleware):
    """Take the language from the path's prefix, such as /fr/, never from a cookie or a header.

    A page is then the same for everyone. Django's `Vary: Accept-Language`, which would make caches store a copy for
    every combination of preferences, is left out.
    """

    def process_response(self, request, response):
        response.headers.setdefault("Content-Language", get_language())
        return response


class _ForStaff:
    """Mixin that skips a middleware of Django on paths where nobody signs in, except during maintenance."""

    def __call__(self, request):
        if FOR_STAFF.match(request.path_info) or getattr(request, "is_for_staff", False):
            return super().__call__(request)
        return self.get_response(request)


class Sessions(_ForStaff, SessionMiddleware):
    pass


class Authentication(_ForStaff, AuthenticationMiddleware):
    pass


class Messages(_ForStaff, MessageMiddleware):
    pass


class FormerAddresses:
    """Lead addresses of a site that the catalogue has replaced to the practices that their pages became.

    Looked up only where there is no page. The answer is for good: the permanent address of a practice never changes.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != HTTPStatus.NOT_FOUND or request.method not in ("GET", "HEAD"):
            return response
        practice = FormerAddress.objects.practice_at(request.path_info)
        return HttpResponsePermanentRedirect(practice.get_permanent_url()) if practice else response
