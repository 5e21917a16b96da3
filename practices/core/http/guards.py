"""Decorators and helpers of views: private pages, public forms, limits for visitors, addresses."""

import logging
from datetime import timedelta
from functools import partial, wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from practices import clock
from practices.core import rate_limits
from practices.core.addresses import canonical
from practices.core.http.numbers import whole_number
from practices.core.network import Address, parse_address

_log = logging.getLogger(__name__)

NOT_TYPED = {"stamp", "form_key", "version", "website", "then", "remove", "first", "to", "filled"}
"""Names of hidden fields and buttons of public forms."""


class UnknownLink(Http404):
    """A private link that names nothing any more. `template` is the page that says where to ask for another."""

    def __init__(self, template: str, **context: Any):
        super().__init__("unknown private link")
        self.template, self.context = template, context


def private(view):
    """Decorate a page behind a private link: not cached, not indexed, and no Referer reveals its address.

    A page that can be posted to is a `public_form` as well, which has a check of its own against forged requests.
    """

    @csrf_exempt
    @never_cache
    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except UnknownLink as unknown:
            response = TemplateResponse(request, unknown.template, unknown.context, status=404)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return answer


def indexable(view):
    """Decorate a form that anyone may open: as a `private` page, but search engines may list its address.

    An address with a query string, which fills in the form, is not listed.
    """
    guarded = private(view)

    @wraps(guarded)
    def answer(request, *args, **kwargs):
        response = guarded(request, *args, **kwargs)
        if request.method in ("GET", "HEAD") and not request.GET:
            del response.headers["X-Robots-Tag"]
        return response

    return answer


TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
UNREADABLE = (*TOO_MUCH, BadRequest, MultiPartParserError, UnreadablePostError)
"""Errors of Django for a body beyond one of its limits, and for any that it cannot read."""


def public_form(view=None, *, takes_files=False):
    """A form anyone may send, without cookies.

    There is no session whose authority a forged request could borrow, so Django's token, which would set a
    cookie on public pages, is left out; what a browser says comes from another site is refused all the same.
    Too many requests are answered with 429 and Retry-After. A body of more than FORM_MB, or of more than an attachment
    where the form `takes_files`, is not read.
    """
    if view is None:
        return partial(public_form, takes_files=takes_files)

    @csrf_exempt
    @wraps(view)
    def answer(request, *args, **kwargs):
        most_mb = settings.ATTACHMENT_MB + 1 if takes_files else settings.FORM_MB
        if (whole_number(request.META.get("CONTENT_LENGTH")) or 0) > most_mb * 1024 * 1024:
            return too_large(request, most_mb=most_mb)
        if request.method == "POST" and _from_another_site(request):
            return TemplateResponse(request, "403_csrf.html", status=403)
        try:
            return view(request, *args, **kwargs)
        except rate_limits.LimitReached as reached:
            return _try_later(request, reached)
        except UNREADABLE as error:
            return unreadable(request, error)

    return answer


def unreadable(request, error):
    """Return the page for a request that Django refuses to read: 413 for a body beyond a limit, otherwise 400."""
    if request.method != "POST" or not isinstance(error, TOO_MUCH):
        return TemplateResponse(request, "400.html", status=400)
    if isinstance(error, TooManyFieldsSent):
        return too_large(request, most_fields=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)
    if isinstance(error, TooManyFilesSent):
        return too_large(request, most_files=settings.DATA_UPLOAD_MAX_NUMBER_FILES)
    return too_large(request, most_mb=settings.FORM_MB)


def too_large(request, **limit):
    """Return the page that names a limit of a form: `most_mb`, `most_fields` or `most_files` (RFC 9110 §15.5.14)."""
    return TemplateResponse(request, "413.html", limit, status=413)


def _from_another_site(request) -> bool:
    if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return True
    # "null" is what browsers say on pages with a no-referrer policy, such as our private ones.
    origin = request.headers.get("Origin", "null")
    try:
        return origin != "null" and urlsplit(origin).netloc != request.get_host()
    except ValueError:  # no browser says what is no address
        return True


def _try_later(request, reached: rate_limits.LimitReached):
    """Return the page 429, which holds what was typed and sends it again at the press of a button."""
    try:
        typed = [(name, value) for name, values in request.POST.lists() for value in values]
        had_file = bool(request.FILES)
    except UNREADABLE as error:
        return unreadable(request, error)
    return too_many_requests(
        request,
        reached.retry_after,
        of_network=isinstance(reached, rate_limits.NetworkLimitReached),
        resent=typed,
        has_text=any(value.strip() and name not in NOT_TYPED for name, value in typed),
        had_file=had_file,
    )


def too_many_requests(request, retry_after: timedelta, *, template: str = "429.html", **context):
    """Return the page that says when to come back (RFC 6585 §4)."""
    response = TemplateResponse(
        request, template, {"wait": minutes_to_wait(retry_after)} | context, status=429
    )
    response.headers["Retry-After"] = str(int(retry_after.total_seconds()) + 1)
    return response


def minutes_to_wait(retry_after: timedelta) -> str:
    """Return the wait after a limit in words: in minutes, and from two hours on as `waiting_time` does."""
    minutes = int(retry_after.total_seconds() // 60) + 1
    if minutes >= 120:
        return waiting_time(retry_after)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def visitor_ip(request) -> Address | None:
    """Return the visitor's address as our own outermost proxy saw it; nothing before that is believed.

    That is the entry TRUSTED_PROXIES places from the end of X-Forwarded-For, or the first one where a request came by
    fewer proxies, as each has added one. None where nobody knows the address: the entry is none, or a request from a
    private network or a Unix socket, which is one of our proxies, has no such header. All visitors have that address
    in common, so nobody may be limited by it. `Forwarded` (RFC 7239) is not read, as proxies pass on what clients say.
    """
    peer = parse_address(request.META.get("REMOTE_ADDR", ""))
    if not settings.TRUSTED_PROXIES:
        return peer
    if header := request.headers.get("X-Forwarded-For", "").strip():
        forwarded = header.split(",")
        return parse_address(forwarded[-min(settings.TRUSTED_PROXIES, len(forwarded))])
    return peer if peer and peer.is_global else None


def visitor_address(request) -> str:
    """Return the text of `visitor_ip`; "" where nobody knows it."""
    return str(visitor_ip(request) or "")


_HOUR = timedelta(hours=1)


def limit_visitor(request, scope: str, *, per_hour: int, person: str = "") -> None:
    """Count this request, of which one person may make `per_hour`. Raises rate_limits.LimitReached.

    `person` is what tells people apart: the token of their draft, or the `typed_person`. The network is only a wide net,
    as an office or a workshop shares one address: see PEOPLE_PER_ADDRESS and NETWORK_FACTOR. Where nobody knows the
    address, the network is not counted.
    """
    now = clock.now()
    if person:
        rate_limits.count(f"{scope} person", person, limit=per_hour, window=_HOUR, now=now)
    if not (visitor := visitor_address(request)):
        _log.warning("A visitor's address is unknown, so no limit holds: see TRUSTED_PROXIES")
        return
    address, network = rate_limits.address_and_network(visitor)
    of_address = per_hour * settings.PEOPLE_PER_ADDRESS
    of_network = of_address * settings.NETWORK_FACTOR
    try:
        rate_limits.count(scope, address, limit=of_address, window=_HOUR, now=now)
        rate_limits.count(f"{scope} network", network, limit=of_network, window=_HOUR, now=now)
    except rate_limits.LimitReached as reached:
        raise rate_limits.NetworkLimitReached(reached.retry_after) from reached


def refund_visitor(request, scope: str, *, person: str = "") -> None:
    """Take back a request that `limit_visitor` has counted just now, as one that could not be answered."""
    now = clock.now()
    counted = [(f"{scope} person", person)] if person else []
    if visitor := visitor_address(request):
        address, network = rate_limits.address_and_network(visitor)
        counted += [(scope, address), (f"{scope} network", network)]
    for each, who in counted:
        rate_limits.refund(each, who, window=_HOUR, now=now)


def typed_person(request, address: str) -> str:
    """Return who typed an e-mail address, as the `person` of a limit; "" without an address.

    The same address typed in another place is another person. So strangers use up no limit of its owner.
    """
    visitor, _network = rate_limits.address_and_network(visitor_address(request))
    return f"{canonical(address)} {visitor}" if address else ""


def site_address(path: str) -> str:
    """The whole address of a page, the same whatever host and query it was asked under."""
    return settings.SITE_URL + path


def lasting_address(path: str) -> str:
    """The address of a page as an id, which stays when the catalogue moves to another domain."""
    return (settings.FIRST_SITE_URL or settings.SITE_URL) + path


def lasting_host() -> str:
    """The host in ids, which stays when the catalogue moves to another domain."""
    return urlsplit(settings.FIRST_SITE_URL).hostname or settings.SITE_HOST


def own_addresses() -> tuple[str, ...]:
    """The beginnings of addresses of the catalogue, now and before it moved."""
    return tuple(f"{site}/" for site in (settings.SITE_URL, settings.FIRST_SITE_URL) if site)


def waiting_time(wait: timedelta | None) -> str:
    """A time of waiting in whole hours or days, rounded up; empty when there is none."""
    if wait is None:
        return ""
    hours = int(wait.total_seconds() // 3600) + 1
    if hours <= 48:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = (hours + 23) // 24
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def mailbox_path() -> str:
    """Return the path of the development mailbox, or "" where e-mail is really sent."""
    return reverse("practices:mailbox") if settings.DEBUG and not settings.MAIL_HOST else ""
