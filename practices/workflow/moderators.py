"""Members of staff who may decide on submissions."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

MODERATE = "practices.change_submission"
"""The permission that makes a member of staff a moderator."""

EDIT_PRACTICES = "practices.change_practice"
"""The permission of a member of staff to edit, withdraw, restore and merge practices."""

REDACT = "practices.change_revision"
"""The permission of an administrator to remove texts from earlier revisions."""


def moderators() -> QuerySet[User]:
    """Return active members of staff who may decide on submissions, by name."""
    allowed = User.objects.with_perm(MODERATE, backend="django.contrib.auth.backends.ModelBackend")
    return allowed.filter(is_staff=True).order_by("username")
