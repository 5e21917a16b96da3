"""The links of e-mails: what each opens, and nothing else."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from practices.models import Subscriber, Subscription

_CONFIRM = "practices.subscriptions.confirm"
_LEAVE = "practices.subscriptions.leave"
_PREFERENCES = "practices.subscriptions.preferences"


class LinkNotValid(Exception):
    """The link was altered, has expired, or asks for something that is gone."""


def confirm_path(subscription: Subscription) -> str:
    return reverse("practices:subscription-confirm", args=[signing.dumps(subscription.pk, salt=_CONFIRM)])


def subscription_to_confirm(token: str) -> Subscription:
    """Raises LinkNotValid for a link that is altered, older than CONFIRMATION_DAYS, or of what is gone."""
    max_age = timedelta(days=settings.CONFIRMATION_DAYS)
    subscription = (
        Subscription.objects.filter(pk=_opened(token, salt=_CONFIRM, max_age=max_age))
        .select_related("subscriber")
        .first()
    )
    if subscription is None:
        raise LinkNotValid
    return subscription


def leave_path(subscriptions: Iterable[int]) -> str:
    """The link that ends the subscriptions of these keys. It never expires, and fits into a line of an e-mail's head."""
    token = signing.dumps(sorted(subscriptions), salt=_LEAVE, compress=True)
    return reverse("practices:subscription-leave", args=[token])


def subscriptions_to_leave(token: str) -> list[Subscription]:
    """Those that are still there. Raises LinkNotValid for an altered link."""
    keys = _opened(token, salt=_LEAVE)
    following = Subscription.objects.filter(pk__in=keys).select_related("subscriber")
    return list(following.order_by("query"))


def preferences_path(subscriber: Subscriber) -> str:
    """The link to all that an address follows. It never expires."""
    token = signing.dumps([subscriber.pk, _made(subscriber)], salt=_PREFERENCES)
    return reverse("practices:subscriptions", args=[token])


def subscriber_behind(token: str) -> Subscriber:
    """Raises LinkNotValid for a link that is altered, or whose subscriber has been erased since."""
    key, made = _opened(token, salt=_PREFERENCES)
    subscriber = Subscriber.objects.filter(pk=key).first()
    # A restored backup may give a key to somebody else.
    if subscriber is None or _made(subscriber) != made:
        raise LinkNotValid
    return subscriber


def _made(subscriber: Subscriber) -> int:
    return int(subscriber.created_at.timestamp())


def _opened(token: str, *, salt: str, max_age: timedelta | None = None):
    try:
        return signing.loads(token, salt=salt, max_age=max_age)
    except signing.BadSignature as error:
        raise LinkNotValid from error
