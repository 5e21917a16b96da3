"""Signed links of e-mails. Each is bound to one purpose by its salt and holds no address.

The salts must stay as they are: links that were mailed earlier would otherwise stop working.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from practices.models import Subscriber, Subscription

_CONFIRM_SALT = "practices.subscriptions.confirm"
_UNSUBSCRIBE_SALT = "practices.subscriptions.leave"
_PREFERENCES_SALT = "practices.subscriptions.preferences"


class LinkNotValid(Exception):
    """The link was altered, has expired, or its subscription or subscriber no longer exists."""


def confirm_path(subscription: Subscription) -> str:
    """Path that confirms the subscriptions of an address; valid for CONFIRMATION_DAYS."""
    token = signing.dumps(subscription.pk, salt=_CONFIRM_SALT)
    return reverse("practices:subscription-confirm", args=[token])


def read_confirm_token(token: str) -> Subscription:
    """Return the subscription of a confirmation link, whether or not it is confirmed already.

    Raises LinkNotValid if the link was altered, is older than CONFIRMATION_DAYS, or its subscription is gone.
    """
    key = _loads(token, salt=_CONFIRM_SALT, max_age=timedelta(days=settings.CONFIRMATION_DAYS))
    subscription = Subscription.objects.filter(pk=key).select_related("subscriber").first()
    if subscription is None:
        raise LinkNotValid
    return subscription


def unsubscribe_path(subscriptions: Iterable[int]) -> str:
    """Path that ends the subscriptions with these keys. It never expires and is short enough for a header line."""
    token = signing.dumps(sorted(subscriptions), salt=_UNSUBSCRIBE_SALT, compress=True)
    return reverse("practices:subscription-leave", args=[token])


def read_unsubscribe_token(token: str) -> list[Subscription]:
    """Return the subscriptions of an unsubscribe link that still exist; none if it was used before.

    Raises LinkNotValid if the link was altered.
    """
    keys = _loads(token, salt=_UNSUBSCRIBE_SALT)
    remaining = Subscription.objects.filter(pk__in=keys).select_related("subscriber")
    return list(remaining.order_by("query"))


def preferences_path(subscriber: Subscriber) -> str:
    """Path to the page that lists an address's subscriptions. It never expires."""
    token = signing.dumps([subscriber.pk, _created_timestamp(subscriber)], salt=_PREFERENCES_SALT)
    return reverse("practices:subscriptions", args=[token])


def read_preferences_token(token: str) -> Subscriber:
    """Return the subscriber of a preferences link.

    Raises LinkNotValid if the link was altered or its subscriber has been erased.
    """
    key, created = _loads(token, salt=_PREFERENCES_SALT)
    subscriber = Subscriber.objects.filter(pk=key).first()
    # After a restored backup, the same key may belong to somebody else.
    if subscriber is None or _created_timestamp(subscriber) != created:
        raise LinkNotValid
    return subscriber


def _created_timestamp(subscriber: Subscriber) -> int:
    return int(subscriber.created_at.timestamp())


def _loads(token: str, *, salt: str, max_age: timedelta | None = None):
    try:
        return signing.loads(token, salt=salt, max_age=max_age)
    except signing.BadSignature as error:
        raise LinkNotValid from error
