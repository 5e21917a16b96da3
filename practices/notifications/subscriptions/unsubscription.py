"""Unsubscribing and erasing subscribers."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from practices import clock
from practices.models import OutboxMessage, Subscriber, Subscription
from practices.notifications import suspensions
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
        suspensions.remember(locked.address, locked.suspended_because, at=now or clock.now())
    own_messages = Q(subscriber=subscriber.pk) | Q(address=subscriber.address, submission=None)
    OutboxMessage.objects.filter(own_messages).delete()
    Subscriber.objects.filter(pk=subscriber.pk).delete()
