"""HTTP caching of public pages: Cache-Control, validators, compression."""

import gzip
import hashlib
import re
import secrets
from collections.abc import Mapping
from functools import partial, wraps
from urllib.parse import unquote

import brotli
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_http_date_safe
from django.views.decorators.csrf import csrf_exempt

from practices.core import catalogue_version

MIN_COMPRESSED = 200
"""Bytes; compression makes less than this longer."""
_COMPRESSIBLE = re.compile(
    r"text/|application/(?:[\w.-]+\+)?(?:json|xml)\b|application/x-(?:bibtex|research-info)"
)
"""Content types that compression makes shorter. Pictures, spreadsheets and PDF are compressed already."""
_BROTLI = {"mode": brotli.MODE_TEXT, "quality": 5, "lgwin": 18}
_MOST_PADDING = 100
"""Bytes, as many as Django's GZipMiddleware adds at most."""
_TAGS = re.compile(r'(?:^|,)\s*(?:W/)?("[^"]*")')
NOT_MODIFIED_HEADERS = (
    "Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Last-Modified", "Vary",
)  # fmt: skip
"""Headers that a 304 answer has in common with the 200 answer (RFC 9110 §15.4.5)."""


MAY_BE_CACHED = "catalogue.may_be_cached"
"""Entry of the WSGI environment in which a cache of whole pages asks for, and `public` gives, leave to keep the page."""


def _has_no_query(request) -> bool:
    return not request.META["QUERY_STRING"]


def public(view=None, *, has_known_query=_has_no_query):
    """Mark a view whose pages are the same for everyone: any cache may store them and revalidates by ETag.

    The ETag is made of the catalogue's version, the release and the address, so `catalogue.middleware.NotModified`
    revalidates with one query, before any other work. While developing, templates change under a running server, so
    there the ETag is that of the content, which `catalogue.middleware.ConditionalGet` makes.

    `has_known_query`: returns whether the query string of a request is one of a limited number that the page has a
    use for. A cache of whole pages keeps no others, so that made-up addresses do not fill it.
    """
    if view is None:
        return partial(public, has_known_query=has_known_query)

    @csrf_exempt  # it can only be read: whoever posts to it is told so (405)
    @wraps(view)
    def answer(request, *args, **kwargs):
        if settings.DEBUG or request.method not in ("GET", "HEAD"):
            return allow_caching(view(request, *args, **kwargs))
        with catalogue_version.reading_for_page() as version:
            response = catalogue_version.read_page(partial(_rendered, view, request, *args, **kwargs))
        if response.status_code == 200:
            _compress(request, response)
            response.headers.setdefault("ETag", page_etag(request, version))
            patch_vary_headers(response, ["Accept-Encoding"])
            if MAY_BE_CACHED in request.META:
                request.META[MAY_BE_CACHED] = _has_canonical_path(request) and has_known_query(request)
        return allow_caching(response)

    answer.is_public = True  # type: ignore[attr-defined]
    return answer


def _rendered(view, request, *args, **kwargs):
    response = view(request, *args, **kwargs)
    # Templates read the catalogue too.
    return response.render() if hasattr(response, "render") else response


def _has_canonical_path(request) -> bool:
    """Return whether the path is the one we link to: /objectives/0021/ is the page of /objectives/21/."""
    match = request.resolver_match
    return request.path == unquote(reverse(match.view_name, args=match.args, kwargs=match.captured_kwargs))


def allow_caching(response):
    """Let any cache store a response for as long as the settings say; none what is refused for now, or to one visitor."""
    if response.status_code in (416, 422, 429, 503):
        patch_cache_control(response, no_store=True)
        return response
    stale = settings.PAGE_STALE_SECONDS
    then = {"stale_while_revalidate": stale} if stale else {"must_revalidate": True}
    patch_cache_control(response, public=True, max_age=settings.PAGE_MAX_AGE_SECONDS, **then)
    return response


# Validators ---------------------------------------------------------------------------------


def page_etag(request, version: str) -> str:
    """Return the ETag of a public page at this version of the catalogue.

    It is weak, because the page has it both compressed and not (RFC 9110 §8.8.1 and §8.8.3.3), and a 304 answer must
    have the very tag that caches have stored with the page.
    """
    name = f"{version}|{catalogue_version.release()}|{request.get_full_path()}"
    return f'W/"{hashlib.blake2b(name.encode(errors="replace"), digest_size=12).hexdigest()}"'


def weaken_etag(response) -> None:
    """Make the ETag of a response weak, as all of ours are but those of files that are served in ranges."""
    if response.headers.get("ETag", "").startswith('"') and not response.has_header("Accept-Ranges"):
        response.headers["ETag"] = f"W/{response.headers['ETag']}"


def is_not_modified(environ: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """Return whether a GET or HEAD request is for what its client has already (RFC 9110 §13.2.2).

    `environ` is the WSGI environment of the request, and `headers` are those of the 200 answer. ETags are compared
    weakly. A date counts only where the client sends no ETag.
    """
    if if_none_match := environ.get("HTTP_IF_NONE_MATCH", "").strip():
        return "ETag" in headers and (if_none_match == "*" or has_etag(if_none_match, headers["ETag"]))
    since = parse_http_date_safe(environ.get("HTTP_IF_MODIFIED_SINCE", ""))
    changed = parse_http_date_safe(headers.get("Last-Modified", ""))
    return since is not None and changed is not None and changed <= since


def has_etag(if_none_match: str, etag: str) -> bool:
    """Return whether an If-None-Match header lists `etag`, whichever of them is weak. Tags may contain commas."""
    return etag.removeprefix("W/") in _TAGS.findall(if_none_match)


# Compression --------------------------------------------------------------------------------


def accepts_gzip(environ: Mapping[str, str]) -> bool:
    """Return whether the client wants gzip. `environ`: the WSGI environment, such as `request.META`."""
    return accepts_coding(environ.get("HTTP_ACCEPT_ENCODING", ""), "gzip")


def coding_for(environ: Mapping[str, str]) -> str:
    """Return the coding in which a public page is sent to a client: "br", "gzip", or "" for the page as it is."""
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    return next((coding for coding in ("br", "gzip") if accepts_coding(accepted, coding)), "")


def accepts_coding(accept_encoding: str, coding: str) -> bool:
    """Return whether an Accept-Encoding header allows `coding` and does not prefer the content as it is.

    RFC 9110 §12.5.3: weights from 0, which forbids a coding, to 1; “*” stands for all that are not named.
    """
    weights = {}
    for part in accept_encoding.lower().split(","):
        name, _separator, parameters = part.partition(";")
        weights[name.strip().removeprefix("x-")] = _weight(parameters)
    weight = weights.get(coding, weights.get("*", 0))
    return weight > 0 and weight >= weights.get("identity", 0)


def _weight(parameters: str) -> float:
    """Return the weight that parameters such as “q=0.5” state: 1 if there are none, 0 if they cannot be read."""
    if not parameters.strip():
        return 1
    found = re.fullmatch(r"\s*q\s*=\s*(0(?:\.\d*)?|1(?:\.0*)?)\s*", parameters, re.ASCII)
    return float(found[1]) if found else 0


def is_compressible(response) -> bool:
    """Return whether compression would make the content of a response shorter. Ranges are those of the file as it is."""
    is_long = response.streaming or len(response.content) >= MIN_COMPRESSED
    return (
        is_long
        and not response.has_header("Content-Encoding")
        and not response.has_header("Accept-Ranges")
        and bool(_COMPRESSIBLE.match(response.headers.get("Content-Type", "")))
    )


def padded_brotli(content: bytes) -> bytes:
    """Compress a page that may contain secrets, with padding of random length that decoders skip (RFC 7932 §9.2).

    Whoever could have a secret repeated in the page would otherwise learn from the length of the answer whether they
    guessed it (BREACH), against which Django's GZipMiddleware pads its answers in the same way.
    """
    compressor = brotli.Compressor(**_BROTLI)
    compressed = compressor.process(content) + compressor.flush()
    length = 1 + secrets.randbelow(_MOST_PADDING)
    # Bits from the right: not the last block; a block without content; reserved; one byte has the length; length - 1.
    header = 0b01_0_11_0 | (length - 1) << 6
    return compressed + header.to_bytes(2, "little") + secrets.token_bytes(length) + compressor.finish()


def compressed_response(request, content: bytes, *, content_type: str) -> HttpResponse:
    """Return a response with `content`, which is compressed by gzip, decompressed where the client does not accept it."""
    if not accepts_gzip(request.META):
        return HttpResponse(gzip.decompress(content), content_type=content_type)
    return HttpResponse(content, content_type=content_type, headers={"Content-Encoding": "gzip"})


def _compress(request, response) -> None:
    """Compress a public page where the client accepts it.

    A public page has no secrets, so it is not padded as `padded_brotli` does. Brotli makes pages a tenth smaller than
    gzip in about the same time, above all those in Russian and Arabic.
    """
    coding = coding_for(request.META)
    if not coding or response.streaming or not is_compressible(response):
        return
    if coding == "br":
        response.content = brotli.compress(response.content, **_BROTLI)
    else:
        response.content = gzip.compress(response.content, compresslevel=6, mtime=0)
    response.headers["Content-Encoding"] = coding
