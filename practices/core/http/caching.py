"""HTTP caching of public pages: Cache-Control, ETag, compression."""

import gzip
import hashlib
from functools import partial, wraps

from django.conf import settings
from django.http import HttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers

from practices.core import catalogue_version

MIN_COMPRESSED = 200
"""Bytes; compression makes less than this longer."""


MAY_BE_KEPT = "catalogue.may_be_kept"
"""Entry of the WSGI environment in which a cache of whole pages asks for, and `public` gives, leave to keep the page."""


def _has_no_query(request) -> bool:
    return not request.META["QUERY_STRING"]


def public(view=None, *, has_known_query=_has_no_query):
    """Mark a view whose pages are the same for everyone: any cache may store them and revalidates by ETag.

    The ETag is made of the catalogue's version, the release and the address, so `catalogue.middleware.NotModified`
    revalidates with one query, before any other work. While developing, templates change under a running server, so
    there the ETag is that of the content, which Django's ConditionalGetMiddleware makes.

    `has_known_query`: returns whether the query string of a request is one of a limited number that the page has a
    use for. A cache of whole pages keeps no others, so that made-up addresses do not fill it.
    """
    if view is None:
        return partial(public, has_known_query=has_known_query)

    @wraps(view)
    def answer(request, *args, **kwargs):
        if settings.DEBUG or request.method not in ("GET", "HEAD"):
            return allow_caching(view(request, *args, **kwargs))
        with catalogue_version.reading() as version:
            response = view(request, *args, **kwargs)
            if hasattr(response, "render"):
                response = response.render()  # templates read the catalogue too
        if response.status_code == 200:
            _compress(request, response)
            etag = page_etag(request, version)
            # The compressed page has other bytes, so its ETag is weak (RFC 9110 §8.8.1).
            response.headers.setdefault(
                "ETag", f"W/{etag}" if response.has_header("Content-Encoding") else etag
            )
            patch_vary_headers(response, ["Accept-Encoding"])
            if MAY_BE_KEPT in request.META:
                request.META[MAY_BE_KEPT] = _has_canonical_path(request) and has_known_query(request)
        return allow_caching(response)

    return answer


def _has_canonical_path(request) -> bool:
    """Return whether the path is the one we link to: /objectives/0021/ is the page of /objectives/21/."""
    match = request.resolver_match
    return request.path == reverse(match.view_name, args=match.args, kwargs=match.captured_kwargs)


def allow_caching(response):
    """Let any cache store a response for as long as the settings say."""
    stale = settings.PAGE_STALE_SECONDS
    then = {"stale_while_revalidate": stale} if stale else {"must_revalidate": True}
    patch_cache_control(response, public=True, max_age=settings.PAGE_MAX_AGE_SECONDS, **then)
    return response


def page_etag(request, version: str) -> str:
    """Return the strong ETag of a public page at this version of the catalogue."""
    name = f"{version}|{catalogue_version.release()}|{request.get_full_path()}"
    return f'"{hashlib.blake2b(name.encode(errors="replace"), digest_size=12).hexdigest()}"'


def accepts_gzip(environ) -> bool:
    """Return whether the client accepts gzip. `environ`: the WSGI environment, such as `request.META`."""
    return bool(re_accepts_gzip.search(environ.get("HTTP_ACCEPT_ENCODING", "")))


def compressed_response(request, content: bytes, *, content_type: str) -> HttpResponse:
    """Return a response with `content`, which is compressed by gzip, decompressed where the client does not accept it."""
    if not accepts_gzip(request.META):
        return HttpResponse(gzip.decompress(content), content_type=content_type)
    return HttpResponse(content, content_type=content_type, headers={"Content-Encoding": "gzip"})


def _compress(request, response) -> None:
    """Compress a public page where the client accepts it.

    Django's GZipMiddleware takes almost twice as long for 3 % fewer bytes, and pads responses to hide the length of
    secrets, of which a public page has none.
    """
    if response.streaming or response.has_header("Content-Encoding"):
        return
    if len(response.content) >= MIN_COMPRESSED and accepts_gzip(request.META):
        response.content = gzip.compress(response.content, compresslevel=4, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
