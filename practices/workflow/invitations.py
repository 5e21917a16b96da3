"""Invitations of moderators: an account without a password, and a link by which its owner chooses one."""

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from practices.choices import Kind
from practices.notifications import outbox
from practices.workflow.moderators import language_of

MODERATORS = "Moderators"
"""Name of the group that a migration creates."""


class AccountExists(Exception):
    """Another account has the user name, or the address: `field` says which."""

    def __init__(self, field: str):
        self.field = field
        super().__init__(field)


@transaction.atomic
def invite_moderator(username: str, address: str, *, by: User) -> User:
    """Create the account of a moderator, and e-mail the link to its password to the address.

    Whoever was invited before and has no password yet gets a new link at this address, and the earlier one ends if the
    address was another one. Raises AccountExists.
    """
    user = User.objects.select_for_update(no_key=True).filter(username__iexact=username).first()
    if user and not _is_invited(user):
        raise AccountExists("username")
    others = User.objects.exclude(pk=user.pk) if user else User.objects.all()
    if others.filter(email__iexact=address).exists():
        raise AccountExists("address")
    if user is None:
        user = User.objects.create_user(username, address, is_staff=True)
        user.groups.add(Group.objects.get_or_create(name=MODERATORS)[0])
    elif user.email != address:
        user.email = address
        user.save(update_fields=["email"])
    outbox.enqueue(
        Kind.STAFF_INVITATION,
        address=address,
        language=language_of(by),
        context={
            "invitation_path": reverse(
                "staff_invitation", args=[_key(user), default_token_generator.make_token(user)]
            ),
            "days": settings.INVITATION_DAYS,
            "username": user.username,
            "invited_by": by.get_full_name() or by.get_username(),
        },
    )
    return user


def invited(key: str, token: str) -> User | None:
    """Return the account that a link of an invitation opens; None if the link was altered or used, or has expired."""
    try:
        user = User.objects.get(pk=int(urlsafe_base64_decode(key)))
    except (ValueError, OverflowError, User.DoesNotExist):
        return None
    return user if _is_invited(user) and default_token_generator.check_token(user, token) else None


def _is_invited(user: User) -> bool:
    """Return whether the account is that of a moderator, and no more, who has yet to choose a first password."""
    is_new = user.is_active and user.is_staff and user.last_login is None and not user.has_usable_password()
    groups = set(user.groups.values_list("name", flat=True))
    return is_new and groups == {MODERATORS} and not user.is_superuser and not user.user_permissions.exists()


def _key(user: User) -> str:
    return urlsafe_base64_encode(force_bytes(user.pk))
