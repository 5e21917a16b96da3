"""How staff sign in: nobody registers, guessing is slow, and a second factor stands before the admin."""

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
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from practices.core import rate_limits
from practices.core.http.guards import visitor_address

WINDOW = timedelta(minutes=15)


class StaffAdapter(DefaultAccountAdapter):
    """Accounts of staff. Failures are counted where all processes see them, not in allauth's own way."""

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        return visitor_address(request)

    def pre_authenticate(self, request, **credentials):
        """Refuses everyone, the right password too, while there were too many wrong ones."""
        self.refuse_after_failures(self._counters(request, credentials))

    def authenticate(self, request, **credentials):
        """The member of staff; none for any other account, as if the password were wrong."""
        user = super().authenticate(request, **credentials)
        if user and not user.is_staff:
            self.authentication_failed(request, **credentials)
            return None
        return user

    def authentication_failed(self, request, **credentials):
        count_failure(self._counters(request, credentials))

    def refuse_after_failures(self, counters):
        """Raises ValidationError while there were too many failures."""
        try:
            for scope, who, limit in counters:
                rate_limits.check(scope, who, limit=limit, window=WINDOW, now=timezone.now())
        except rate_limits.LimitReached as reached:
            raise self.validation_error("too_many_login_attempts") from reached

    @staticmethod
    def _counters(request, credentials):
        """(scope, who, limit): failures of a name from an address, from the address, and of the name."""
        name, address = credentials.get("username", "").casefold(), visitor_address(request)
        few = settings.SIGN_IN_FAILURES
        return [
            ("sign-in", f"{name} {address}", few),
            ("sign-in from", address, few * 4),
            ("sign-in as", name, few * 10),
        ]

    def _rollback_login_failed_rl_usage(self):
        """Nothing to take back: only failures are counted."""


def count_failure(counters):
    for scope, who, limit in counters:
        with suppress(rate_limits.LimitReached):  # the next attempt is refused before it is looked at
            rate_limits.count(scope, who, limit=limit, window=WINDOW, now=timezone.now())


class CountedCode:
    """A form for a code, which has so few digits that guessing it has to be slow."""

    def clean_code(self):
        counters = [("code", str(self.user.pk), settings.SIGN_IN_FAILURES)]
        get_adapter(context.request).refuse_after_failures(counters)
        try:
            return super().clean_code()
        except ValidationError:
            count_failure(counters)
            raise


class CodeForm(CountedCode, AuthenticateForm):
    """The second factor, after the password."""


class CodeAgainForm(CountedCode, ReauthenticateForm):
    """A code once more, before something that matters is changed."""


class EndSessionsForm(ManageUserSessionsForm):
    """Ends one session of one's own or, where none is named, all but this one. Doing it twice is a success."""

    session = forms.IntegerField(required=False, max_value=2**31 - 1)

    def save(self, request):
        if (pk := self.cleaned_data["session"]) is None:
            return super().save(request)
        mine = UserSession.objects.filter(pk=pk, user=request.user)
        return end_sessions(request, list(mine))


class SessionsView(ListUserSessionsView):
    """Where a member of staff is signed in, each with a button that ends it."""

    form_class = EndSessionsForm


class StaffDoor:
    """Leads staff without a second factor to where they set one up, before anything of the admin.

    Public pages pass without a look at the session.
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
        add_never_cache_headers(response)  # allauth says it of some of its pages only
        return response

    @staticmethod
    def _is_open(request):
        """Whether it is among the pages that one signs in and out by."""
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
