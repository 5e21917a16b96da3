"""Unsubscribing and erasing subscribers."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from practices import clock
from practices.core.addresses import canonical, readable
from practices.models import OutboxMessage, Subscriber, Subscription, SuspendedAddress
from practices.notifications.locking import lock


def unsubscribe(subscriptions: list[Subscription], *, now: datetime | None = None) -> None:
    """Delete subscriptions and erase subscribers who have none left. Idempotent.

    Messages already queued are covered too: the sender reads subscriptions again just before it sends.
    """
    keys = [subscription.pk for subscription in subscriptions]
    for key in sorted({subscription.subscriber_id for subscription in subscriptions}):
        _unsubscribe(key, keys, now=now)


@transaction.atomic
def _unsubscribe(key: int, subscriptions: list[int], *, now: datetime | None) -> None:
    subscriber = lock(key)
    if subscriber is None:
        return
    subscriber.subscriptions.filter(pk__in=subscriptions).delete()
    if not subscriber.subscriptions.exists():
        erase(subscriber, now=now)


@transaction.atomic
def erase(subscriber: Subscriber, *, now: datetime | None = None) -> None:
    """Delete a subscriber with all data held on them. Idempotent.

    A keyed hash of an address that bounced or complained remains, so that nobody has more e-mail sent to it.
    """
    locked = lock(subscriber.pk)
    if locked and locked.suspended_at:
        SuspendedAddress.objects.update_or_create(
            key=_hash(locked.address, settings.SECRET_KEY),
            defaults={"because": locked.suspended_because, "at": now or clock.now()},
        )
    own_messages = Q(subscriber=subscriber.pk) | Q(address=subscriber.address, submission=None)
    OutboxMessage.objects.filter(own_messages).delete()
    Subscriber.objects.filter(pk=subscriber.pk).delete()


def earlier_suspension(address: str) -> dict:
    """Return the suspension fields for a new subscriber whose address was suspended when it was erased."""
    found = _suspended(address).order_by("at").first()
    return {"suspended_at": found.at, "suspended_because": found.because} if found else {}


def clear_suspension(address: str) -> None:
    """Forget that an erased address was suspended."""
    _suspended(address).delete()


def _suspended(address: str) -> QuerySet[SuspendedAddress]:
    """Filter to the rows of an address: hashed with the secret key or an earlier one, in today's spelling or before."""
    address = canonical(address)
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    hashes = {_hash(spelling, key) for spelling in (address, readable(address)) for key in keys}
    return SuspendedAddress.objects.filter(key__in=hashes)


def _hash(address: str, secret: str) -> str:
    return salted_hmac("practices.subscriptions", address, secret=secret, algorithm="sha256").hexdigest()
