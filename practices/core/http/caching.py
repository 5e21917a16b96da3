"""What caches may keep: browsers, and those of others between us."""

import gzip
import hashlib
from functools import wraps

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotModified
from django.middleware.gzip import re_accepts_gzip
from django.utils.cache import patch_cache_control, patch_vary_headers

from practices.core import catalogue_version

SMALL = 200  # bytes, of which compression would make more


def public(view):
    """A page that is the same for everyone: any cache may keep it, and asks whether it is still good.

    Its ETag is made of the catalogue's version, the release and the address, so `NotModified` answers the question
    by one query before any other work. While developing, templates change under a running server, so there the
    ETag is that of the content, which Django's ConditionalGetMiddleware makes.
    """

    @wraps(view)
    def answer(request, *args, **kwargs):
        if settings.DEBUG or request.method not in ("GET", "HEAD"):
            return _may_be_kept(view(request, *args, **kwargs))
        with catalogue_version.reading() as version:
            response = view(request, *args, **kwargs)
            if hasattr(response, "render"):
                response = response.render()  # while the version it was read at is known
        if response.status_code == 200:
            _compress(request, response)
            etag = _etag(request, version)
            # The bytes of what is compressed are others (RFC 9110 §8.8.1).
            response.headers.setdefault(
                "ETag", f"W/{etag}" if response.has_header("Content-Encoding") else etag
            )
            patch_vary_headers(response, ["Accept-Encoding"])
        return _may_be_kept(response)

    return answer


def from_packed(request, packed: bytes, *, content_type: str) -> HttpResponse:
    """What was compressed before it was kept: as it is for whoever takes that, unpacked for others."""
    if not _takes_gzip(request):
        return HttpResponse(gzip.decompress(packed), content_type=content_type)
    return HttpResponse(packed, content_type=content_type, headers={"Content-Encoding": "gzip"})


def _takes_gzip(request) -> bool:
    return bool(re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")))


def _compress(request, response) -> None:
    """Compress a public page. GZipMiddleware takes almost twice as long for a thirtieth fewer bytes, and hides the
    length of secrets, of which such a page has none.
    """
    if response.streaming or response.has_header("Content-Encoding") or len(response.content) < SMALL:
        return
    if _takes_gzip(request):
        response.content = gzip.compress(response.content, compresslevel=4, mtime=0)
        response.headers["Content-Encoding"] = "gzip"


def _may_be_kept(response):
    stale = settings.PAGE_STALE_SECONDS
    then = {"stale_while_revalidate": stale} if stale else {"must_revalidate": True}
    patch_cache_control(response, public=True, max_age=settings.PAGE_MAX_AGE_SECONDS, **then)
    return response


def _etag(request, version: str) -> str:
    name = f"{version}|{catalogue_version.release()}|{request.get_full_path()}"
    return f'"{hashlib.blake2b(name.encode(errors="replace"), digest_size=12).hexdigest()}"'


class NotModified:
    """Middleware that tells a visitor who has a page already that it is still good, before anything makes it.

    An ETag names the address: whoever sends the one that it has now was given this very page.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        asked = request.META.get("HTTP_IF_NONE_MATCH", "")
        if settings.DEBUG or not asked or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with catalogue_version.reading() as version:
            etag = _etag(request, version)
            return _not_modified(etag) if _is_same(asked, etag) else self.get_response(request)


def _is_same(asked: str, etag: str) -> bool:
    """Whether the visitor has what `etag` names; weak ones count, as compression makes them (RFC 9110 §13.1.2)."""
    return etag in (tag.strip().removeprefix("W/") for tag in asked.split(","))


def _not_modified(etag: str) -> HttpResponse:
    response = HttpResponseNotModified(headers={"ETag": etag, "Vary": "Accept-Encoding"})
    return _may_be_kept(response)
