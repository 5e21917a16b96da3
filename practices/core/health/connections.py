"""Checks of the shared cache, and of the public address of the catalogue."""

import urllib.request
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.utils.translation import gettext as _

from practices.choices import LANGUAGES
from practices.core import machine_translation, maintenance
from practices.core.findings import Finding, fault, ok, warning
from practices.core.http import outgoing
from practices.core.network import parse_address
from practices.core.punctuation import listed

SECONDS = 10
"""For an answer of our own address."""
REDIRECTS = (301, 302, 307, 308)
NO_SERVER_BEHIND = (502, 503, 504)
PRIVATE_NAMES = (".internal", ".local", ".localhost", ".test", ".home.arpa")
"""Ends of names that mean nothing in a public network (RFC 6761, 6762 and 8375)."""


def cache() -> Finding:
    name = _("Cache")
    if not settings.CACHE_URL:
        return ok(name, _("Each process has its own. Several machines should share one: CACHE_URL."))
    try:
        caches["counts"].set("health", "here", 10)
        is_there = caches["counts"].get("health") == "here"
    except Exception as error:  # each cache client raises errors of its own
        is_there, why = False, f"{type(error).__name__}: {error}"
    else:
        why = _("it forgets what is written to it")
    if not is_there:
        return fault(
            name,
            _("The cache does not work: %(why)s. Pages take longer, and the database counts instead.")
            % {"why": why},
            _("Check CACHE_URL and that Redis runs and can be reached from this machine."),
        )
    return ok(name, _("The shared cache keeps what is written to it."))


def translation_service() -> Finding:
    """Ask the service of machine translation for its languages. No text is sent."""
    name = _("Machine translation")
    if not machine_translation.is_on():
        return ok(name, _("Off: no text is sent to a service."))
    service = {"service": settings.MACHINE_TRANSLATION_NAME}
    try:
        known = machine_translation.pairs(within=SECONDS)
    except machine_translation.NotTranslated as error:
        return warning(
            name,
            _("The button for machine translation does not work: %(why)s")
            % {"why": f"{error} ({error.__cause__})"},
            _(
                "Check MACHINE_TRANSLATION_URL and MACHINE_TRANSLATION_KEY, and that this machine reaches the service."
            ),
        )
    if _is_read_by_others(settings.MACHINE_TRANSLATION_URL):
        return warning(
            name,
            _("Texts are sent to %(service)s without encryption.") % service,
            _("Set MACHINE_TRANSLATION_URL to an address that begins with https."),
        )
    names = dict(LANGUAGES)
    codes = [code for code, _name in settings.LANGUAGES if code in names]
    if unknown := [names[code] for code in codes if machine_translation.spelling(code, known) is None]:
        return warning(
            name,
            _("%(service)s does not translate from these languages: %(languages)s.")
            % (service | {"languages": listed(unknown)}),
            _("Install them in the service, if it is yours. Otherwise the pages say so to whoever asks."),
        )
    return ok(name, _("%(service)s translates all languages of the pages.") % service)


def _is_read_by_others(url: str) -> bool:
    """Return whether what is sent to an address crosses a public network as it is."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    address = parse_address(host)
    is_public = address.is_global if address else "." in host and not host.endswith(PRIVATE_NAMES)
    return parts.scheme == "http" and is_public


def public_address() -> Finding:
    """Open the home page as a visitor does, through the proxy."""
    name = _("Public address")
    address = {"site": settings.SITE_URL}
    if settings.DEBUG:
        return ok(name, _("Not checked in development mode."))
    try:
        outgoing.send(urllib.request.Request(f"{settings.SITE_URL}/"), within=SECONDS)  # noqa: S310 - our own
    except outgoing.NoAnswer as error:
        return fault(
            name,
            _("%(site)s does not answer this machine: %(error)s") % (address | {"error": str(error)}),
            _(
                "Check that the DNS leads here, that ports 80 and 443 are open, and that the proxy runs and has a "
                "certificate. If this machine cannot open its own public address, try it from another one."
            ),
        )
    except outgoing.Refused as refusal:
        return _refused(name, refusal, address | {"code": refusal.code})
    return ok(name, _("%(site)s shows the home page.") % address)


def _refused(name: str, refusal: outgoing.Refused, values: dict) -> Finding:
    if refusal.code in REDIRECTS:
        return fault(
            name,
            _("%(site)s redirects to itself, because requests look unencrypted.") % values,
            _("Set TRUSTED_PROXIES=1, and let the proxy set X-Forwarded-Proto."),
        )
    ours = refusal.headers.get(maintenance.UNAVAILABLE)
    if ours == "maintenance":
        return warning(
            name,
            _("%(site)s answers %(code)s with our page for maintenance.") % values,
            str(maintenance.REMEDY),
        )
    if ours:
        return fault(
            name,
            _(
                "%(site)s answers %(code)s with our own page: the web server runs, but its database or its storage of "
                "files does not work."
            )
            % values,
            _("See what else is found here, and the log of the web server."),
        )
    if refusal.code in NO_SERVER_BEHIND:
        return fault(
            name,
            _("%(site)s answers %(code)s: nothing answers behind the proxy.") % values,
            _("Start the web server, and see its log."),
        )
    if refusal.code == 400:
        return fault(
            name,
            _("%(site)s answers 400: the host is not one that the catalogue answers to.") % values,
            _("Let the proxy pass on the Host header, or correct SITE_URL and ALLOWED_HOSTS."),
        )
    return warning(name, _("%(site)s answers %(code)s.") % values, _("See the log of the web server."))
