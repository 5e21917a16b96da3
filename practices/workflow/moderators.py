"""Members of staff who may decide on submissions."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet

from practices.models import StaffProfile

MODERATE = "practices.change_submission"
"""The permission that makes a member of staff a moderator."""

EDIT_PRACTICES = "practices.change_practice"
"""The permission of a member of staff to edit, withdraw, restore and merge practices."""

REDACT = "practices.change_revision"
"""The permission of an administrator to remove texts from earlier revisions."""


def language_of(moderator: User) -> str:
    """Return the language of e-mails to a member of staff: the chosen one, or else that of the site."""
    profile = StaffProfile.objects.filter(user=moderator).first()
    language = profile.language if profile else ""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def moderators() -> QuerySet[User]:
    """Return active members of staff who may decide on submissions, by name."""
    allowed = User.objects.with_perm(MODERATE, backend="django.contrib.auth.backends.ModelBackend")
    return allowed.filter(is_staff=True).order_by("username")
