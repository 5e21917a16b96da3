"""Django's admin for moderators and administrators."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from practices.admin import (
    imports,
    outbox,
    practice,
    questions,
    reasons,
    staff,
    submission,
    subscribers,
    system,
    taxonomy,
    thesaurus,
)
from practices.core import site

admin.site.site_header = admin.site.site_title = lazy(site.name, str)()
admin.site.enable_nav_sidebar = False  # the lists need the width
admin.site.index_title = _("Moderation")

# These rows hold secrets of accounts; only their owners and `manage.py reset_mfa` may touch them.
for model in (Authenticator, EmailAddress, UserSession):
    admin.site.unregister(model)

__all__ = [
    "imports",
    "outbox",
    "practice",
    "questions",
    "reasons",
    "staff",
    "submission",
    "subscribers",
    "system",
    "taxonomy",
    "thesaurus",
]
