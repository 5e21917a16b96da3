"""Checks of the servers that the catalogue connects to, and of its own public address."""

import urllib.request

from django.conf import settings
from django.core.cache import caches
from django.utils.translation import gettext as _

from practices.core.http import outgoing
from practices.exchange.doctor.finding import Finding, fault, ok, warning
from practices.notifications import mail_setup

SECONDS = 10
"""For an answer of our own address."""
REDIRECTS = (301, 302, 307, 308)
NO_SERVER_BEHIND = (502, 503, 504)


def shared_cache() -> Finding:
    name = _("Cache")
    if not settings.CACHE_URL:
        return ok(name, _("Each process has its own. Several machines should share one: CACHE_URL."))
    try:
        caches["counts"].set("doctor", "here", 10)
        is_there = caches["counts"].get("doctor") == "here"
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


def mail() -> Finding:
    """Check the settings of e-mail, and ask the mail server whether it accepts ours."""
    name = _("E-mail")
    failed = [check for check in mail_setup.checks(connect=True) if not check.holds]
    if failed:
        objections = (
            _("Not the case: %(what)s. %(why)s") % {"what": each.what, "why": each.otherwise}
            for each in failed
        )
        return fault(
            name,
            " ".join(objections),
            _(
                "Correct the MAIL_… settings; “manage.py check_mail --connect” checks them, docs/mail.md explains them."
            ),
        )
    return ok(
        name,
        _("The mail server accepts our e-mail. “manage.py check_mail” lists what to look up in the DNS."),
    )


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
    if refusal.code in NO_SERVER_BEHIND:
        return fault(
            name,
            _("%(site)s answers %(code)s: nothing answers behind the proxy.") % values,
            _("Start the web server, and see its log. A file “maintenance” in DATA_DIR causes a 503 too."),
        )
    if refusal.code == 400:
        return fault(
            name,
            _("%(site)s answers 400: the host is not one that the catalogue answers to.") % values,
            _("Let the proxy pass on the Host header, or correct SITE_URL and ALLOWED_HOSTS."),
        )
    return warning(name, _("%(site)s answers %(code)s.") % values, _("See the log of the web server."))
