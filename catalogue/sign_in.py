"""Sign-in for staff: no sign-up, rate-limited failures, and two-factor authentication for the admin."""

import secrets
from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import password_changed, password_set
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.forms import ManageUserSessionsForm
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core import signing
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from practices import clock, workflow
from practices.choices import AuditAct
from practices.core import audit, rate_limits
from practices.core.http.guards import too_many_requests, visitor_address

WINDOW = timedelta(minutes=settings.SIGN_IN_WINDOW_MINUTES)
SESSION_AGE = timedelta(seconds=settings.SESSION_COOKIE_AGE)
"""Time from signing in to the end of a session, whatever is done in it."""
CODE_REMEMBERED = timedelta(minutes=5)
"""Time for which a code that was used is refused: longer than one is valid, even where clocks differ."""
DEVICE_AGE = timedelta(days=settings.DEVICE_DAYS)
DEVICE_SALT = "catalogue.sign_in.device"
NO_ADDRESS = "::"
"""Address stored for a session whose own is unknown, as the column must have one (RFC 4291 §2.5.2)."""


class StaffAdapter(DefaultAccountAdapter):
    """Account adapter for staff. Counts failures across all processes instead of using allauth's rate limits."""

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        """Return the network shown in the list of sessions, by its first address: a whole address is not kept."""
        _address, network = rate_limits.address_and_network(visitor_address(request))
        return network.partition("/")[0] or NO_ADDRESS

    def pre_authenticate(self, request, **credentials):
        """Count the attempt, then refuse it, even with the right password, if there were too many failures."""
        name = credentials.get("username", "").casefold()
        self._attempt = Attempt(request, "sign-in", name)

    def authenticate(self, request, **credentials):
        """Return the member of staff, or None for any other account, as if the password were wrong."""
        user = super().authenticate(request, **credentials)
        if user and user.is_staff:
            self._attempt.succeeded()
            return user
        audit.record(AuditAct.SIGN_IN_FAILED, by=_account(self._attempt.name), what="password")
        return None

    def _rollback_login_failed_rl_usage(self):
        """Do nothing: allauth's own limits are off."""


class Attempt:
    """An attempt to sign in, which counts as a failure until it has `succeeded`.

    It is counted before anything is checked, so that many attempts at once do not pass a limit together. Raises
    ImmediateHttpResponse with the page 429 if there were too many.

    Counted are failures with a name from one visitor (IPv4 /32, IPv6 /64) and from their network (/24, /48), failures
    of a visitor and of a network with all names, and failures with a name from everywhere, or a network of hijacked
    machines could guess for ever (NIST SP 800-63B §5.2.2). Whoever is refused by one limit does not use up the next.
    A browser in which that account was signed in to before has a count of its own instead, so that no stranger locks
    a moderator out (OWASP, "Device Cookies").
    """

    def __init__(self, request, scope, name):
        self.name, self._counted, self._now = name, [], clock.now()
        for counter, who, limit in self._limits(request, scope, name):
            try:
                rate_limits.count(counter, who, limit=limit, window=WINDOW, now=self._now)
            except rate_limits.LimitReached as reached:
                self._record_lock_out()
                raise ImmediateHttpResponse(_too_many(request, reached.retry_after)) from reached
            self._counted.append((counter, who))

    def _record_lock_out(self):
        """Record it once in a window, however often somebody goes on trying, also with names that nobody has."""
        account = _account(self.name)
        if rate_limits.is_first("audited lock-out", account, remembered=WINDOW, now=self._now):
            audit.record(AuditAct.LOCKED_OUT, by=account)

    def succeeded(self):
        for counter, who in self._counted:
            rate_limits.refund(counter, who, window=WINDOW, now=self._now)

    @staticmethod
    def _limits(request, scope, name):
        """Return (counter, who, limit), the narrowest first."""
        few, address = settings.SIGN_IN_FAILURES, visitor_address(request)
        if device := device_of(request, name):
            return [(f"{scope} device", device, few)]
        anywhere = (f"{scope} as", name, few * 10)
        if not address:
            return [anywhere]
        visitor, network = rate_limits.address_and_network(address)
        return [
            (scope, f"{name} {visitor}", few),
            (f"{scope} from", visitor, few * 4),
            (f"{scope} network", f"{name} {network}", few * 2),
            (f"{scope} from network", network, few * 4 * settings.NETWORK_FACTOR),
            anywhere,
        ]


def device_of(request, name):
    """Return the key of this browser, if that account has been signed in to in it; else None."""
    try:
        cookie = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
        known, device = signing.loads(cookie, salt=DEVICE_SALT, max_age=DEVICE_AGE)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return device if known == name else None


def remember_device(request, response):
    """Give the browser in which somebody has just signed in a cookie that says so, or renew it."""
    name = request.user.get_username().casefold()
    device = device_of(request, name) or secrets.token_urlsafe(16)
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([name, device], salt=DEVICE_SALT),
        max_age=DEVICE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _account(name):
    """Return the name of the account that somebody tried, or nothing: what they typed may be a password."""
    found = get_user_model().objects.filter(username__iexact=name).values_list("username", flat=True)
    return found.first() or ""


def _note_sign_in(sender, request, user, **kwargs):
    """Let RequireSecondFactor know that this request signs somebody in, by whichever page and factor."""
    request.has_signed_in = user.is_staff
    audit.record(AuditAct.SIGNED_IN, by=user.get_username())


user_logged_in.connect(_note_sign_in, dispatch_uid="catalogue.sign_in")


def _recorder(act):
    """Return a receiver of signals that records what an account does, or what is done in its name."""

    def receive(sender, user=None, authenticator=None, **kwargs):
        if user:
            audit.record(act, by=user.get_username(), what=authenticator.type if authenticator else "")

    return receive


for signal, act in (
    (user_logged_out, AuditAct.SIGNED_OUT),
    (password_changed, AuditAct.PASSWORD_CHANGED),
    (password_set, AuditAct.PASSWORD_CHANGED),
    (authenticator_added, AuditAct.FACTOR_ADDED),
    (authenticator_reset, AuditAct.FACTOR_ADDED),
    (authenticator_removed, AuditAct.FACTOR_REMOVED),
    (authentication_failed, AuditAct.SIGN_IN_FAILED),
):
    signal.connect(_recorder(act), weak=False, dispatch_uid=f"catalogue.sign_in {act} {id(signal)}")


def _too_many(request, retry_after):
    response = too_many_requests(request, retry_after)
    add_never_cache_headers(response)
    return response.render()


class CountedCode:
    """Form mixin that limits wrong codes of an app and wrong recovery codes, which are short enough to be guessed."""

    def clean_code(self):
        name, now = self.user.get_username().casefold(), clock.now()
        attempt = Attempt(context.request, "code", name)
        code = super().clean_code()
        # django-allauth remembers it too, but in the cache, which each process may have for itself (RFC 6238 §5.2).
        if not rate_limits.is_first("used code", f"{name} {code}", remembered=CODE_REMEMBERED, now=now):
            raise get_adapter().validation_error("incorrect_code")
        attempt.succeeded()
        return code


class CodeForm(CountedCode, AuthenticateForm):
    """Form for the code after the password."""


class CodeAgainForm(CountedCode, ReauthenticateForm):
    """Form for the code before a sensitive change."""


class EndSessionsForm(ManageUserSessionsForm):
    """Form that ends one of the user's own sessions or, if none is given, all but the current one. Idempotent."""

    session = forms.IntegerField(required=False, max_value=2**31 - 1)

    def save(self, request):
        if (pk := self.cleaned_data["session"]) is None:
            return super().save(request)
        mine = UserSession.objects.filter(pk=pk, user=request.user)
        return end_sessions(request, list(mine))


class SessionsView(ListUserSessionsView):
    """List of the user's sessions, each with a button that ends it."""

    form_class = EndSessionsForm


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request, account, token):
    """Ask an invited moderator for a password; POST sets it, after which the link is used up."""
    user = workflow.invited(account, token)
    if user is None:
        return TemplateResponse(request, "account/invitation.html", status=404)
    form = SetPasswordForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your password is set. Now sign in with it."))
        return redirect("account_login")
    status = 422 if form.errors else 200
    return TemplateResponse(
        request, "account/invitation.html", {"form": form, "invited": user}, status=status
    )


class RequireSecondFactor:
    """Middleware that redirects staff from the admin to the set-up page until they have a second factor.

    Does not access the session on public pages.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(reverse("admin:index")):
            return self.get_response(request)
        if settings.STAFF_SECOND_FACTOR and not self._is_open(request) and self._lacks_a_factor(request):
            text = _("Set up two-factor authentication first, with an authenticator app or a passkey.")
            messages.warning(request, text)
            return HttpResponseRedirect(reverse("mfa_index"))
        response = self.get_response(request)
        if getattr(request, "has_signed_in", False):
            request.session.set_expiry(clock.now() + SESSION_AGE)
            remember_device(request, response)
        if request.method == "POST" and request.path.startswith(
            (reverse("account_logout"), reverse("admin:logout"))
        ):
            response.headers["Clear-Site-Data"] = '"storage"'  # texts kept unsaved; cookies stay
        add_never_cache_headers(response)  # allauth does so only on some of its pages
        return response

    @staticmethod
    def _is_open(request):
        """Return whether the page is needed to sign in, sign out or set up a second factor."""
        open_pages = (
            reverse("mfa_index"),
            reverse("account_login"),
            reverse("admin:login"),
            reverse("admin:jsi18n"),
            reverse("account_logout"),
            reverse("admin:logout"),
            reverse("account_reauthenticate"),
        )
        return request.path.startswith(open_pages)

    @staticmethod
    def _lacks_a_factor(request):
        return request.user.is_authenticated and not is_mfa_enabled(request.user)
