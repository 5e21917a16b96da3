"""The addresses of signing in. Only those staff need: nobody registers, and no password goes by e-mail.

A moderator whom an administrator has invited chooses a password.
"""

from allauth.account import views as account
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.urls import include, path
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from catalogue.sign_in import SessionsView, accept_invitation

# The picture of the secret is in the page, so that it is nowhere else.
with_picture = csp_override({**settings.SECURE_CSP, "img-src": [CSP.SELF, "data:"]})

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("2fa/totp/activate/", with_picture(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/", include("allauth.mfa.urls")),
    path("invitation/<str:account>/<str:token>/", accept_invitation, name="staff_invitation"),
    path("sessions/", SessionsView.as_view(), name="usersessions_list"),
]
