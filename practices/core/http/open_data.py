"""Cross-origin resource sharing: scripts of other sites may read public data (https://fetch.spec.whatwg.org/#http-cors-protocol).

What any client may download without signing in is no secret, so every origin is allowed, without credentials. The
answers do not depend on the origin, so caches need not tell origins apart.
"""

from functools import partial, wraps

from django.http import HttpResponse

METHODS = "GET, HEAD"
REQUEST_HEADERS = "If-None-Match, If-Modified-Since, If-Range, Range"
"""Headers that a script may send besides those that are always allowed."""
RESPONSE_HEADERS = (
    "Accept-Ranges, Content-Disposition, Content-Range, ETag, Link, RateLimit, RateLimit-Policy, Retry-After"
)
"""Headers that a script may read besides those that are always allowed."""
PREFLIGHT_SECONDS = 24 * 3600
"""Seconds for which a browser may rely on what it asked before a request with such headers."""


def open_data(view=None, *, methods=METHODS):
    """Decorate a view whose answers, errors included, scripts of any site may read. `methods` are those it takes."""
    if view is None:
        return partial(open_data, methods=methods)

    @wraps(view)
    def answer(request, *args, **kwargs):
        request.is_open_data = True
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": f"{methods}, OPTIONS"})
        return view(request, *args, **kwargs)

    return answer


def is_open(request) -> bool:
    return getattr(request, "is_open_data", False)


def share(request, response) -> None:
    """Add the headers that let scripts of any site read a response."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = REQUEST_HEADERS
        response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    else:
        response.headers["Access-Control-Expose-Headers"] = RESPONSE_HEADERS
