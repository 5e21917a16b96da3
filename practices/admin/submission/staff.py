"""Who may be given a submission."""

from django.contrib.auth import get_user_model

MODELS = "django.contrib.auth.backends.ModelBackend"


def moderators():
    """Active members of staff who may decide on submissions, by name."""
    may_decide = get_user_model().objects.with_perm("practices.change_submission", backend=MODELS)
    return may_decide.filter(is_staff=True).order_by("username")
