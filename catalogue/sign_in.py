"""Sign-in for staff: no sign-up, rate-limited failures, and two-factor authentication for the admin."""

from contextlib import suppress
from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.forms import ManageUserSessionsForm
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from practices import clock
from practices.core import rate_limits
from practices.core.http.guards import visitor_address

WINDOW = timedelta(minutes=15)
NO_ADDRESS = "::"
"""Where nobody knows the address, as the column of the sessions must have one (RFC 4291 §2.5.2)."""


class StaffAdapter(DefaultAccountAdapter):
    """Account adapter for staff. Counts failures across all processes instead of using allauth's rate limits."""

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        """Return the network shown in the list of sessions, by its first address: a whole address is not kept."""
        _address, network = rate_limits.address_and_network(visitor_address(request))
        return network.partition("/")[0] or NO_ADDRESS

    def pre_authenticate(self, request, **credentials):
        """Refuse every attempt, even with the right password, after too many failures."""
        self.refuse_after_failures(self._counters(request, credentials))

    def authenticate(self, request, **credentials):
        """Return the member of staff, or None for any other account, as if the password were wrong."""
        user = super().authenticate(request, **credentials)
        if user and not user.is_staff:
            self.authentication_failed(request, **credentials)
            return None
        return user

    def authentication_failed(self, request, **credentials):
        count_failure(self._counters(request, credentials))

    def refuse_after_failures(self, counters):
        """Raise ValidationError if a counter has reached its limit."""
        try:
            for scope, who, limit in counters:
                rate_limits.check(scope, who, limit=limit, window=WINDOW, now=clock.now())
        except rate_limits.LimitReached as reached:
            raise self.validation_error("too_many_login_attempts") from reached

    @staticmethod
    def _counters(request, credentials):
        """Return (scope, who, limit) for failures per name and address, per address, and per name."""
        name, address = credentials.get("username", "").casefold(), visitor_address(request)
        few = settings.SIGN_IN_FAILURES
        by_address = (
            [("sign-in", f"{name} {address}", few), ("sign-in from", address, few * 4)] if address else []
        )
        return [*by_address, ("sign-in as", name, few * 10)]

    def _rollback_login_failed_rl_usage(self):
        """Do nothing: successful attempts are not counted."""


def count_failure(counters):
    for scope, who, limit in counters:
        with suppress(rate_limits.LimitReached):  # checked before the next attempt
            rate_limits.count(scope, who, limit=limit, window=WINDOW, now=clock.now())


class CountedCode:
    """Form mixin that limits failed codes, which are short enough to be guessed."""

    def clean_code(self):
        counters = [("code", str(self.user.pk), settings.SIGN_IN_FAILURES)]
        get_adapter(context.request).refuse_after_failures(counters)
        try:
            return super().clean_code()
        except ValidationError:
            count_failure(counters)
            raise


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


class StaffDoor:
    """Middleware that redirects staff from the admin to the set-up page until they have a second factor.

    Does not access the session on public pages.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(reverse("admin:index")):
            return self.get_response(request)
        if settings.STAFF_SECOND_FACTOR and not self._is_open(request) and self._lacks_a_factor(request):
            text = _("Your account needs a second factor first: an authenticator app or a passkey.")
            messages.warning(request, text)
            return HttpResponseRedirect(reverse("mfa_index"))
        response = self.get_response(request)
        add_never_cache_headers(response)  # allauth does so only on some of its pages
        return response

    @staticmethod
    def _is_open(request):
        """Return whether the page is needed to sign in, sign out or set up a second factor."""
        doors = (
            reverse("mfa_index"),
            reverse("account_login"),
            reverse("admin:login"),
            reverse("admin:jsi18n"),
            reverse("account_logout"),
            reverse("admin:logout"),
            reverse("account_reauthenticate"),
        )
        return request.path.startswith(doors)

    @staticmethod
    def _lacks_a_factor(request):
        return request.user.is_authenticated and not is_mfa_enabled(request.user)
