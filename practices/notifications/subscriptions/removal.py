"""Unsubscribing and erasing subscribers."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from practices import clock
from practices.core.addresses import canonical
from practices.models import OutboxMessage, Subscriber, Subscription, SuspendedAddress


@transaction.atomic
def unsubscribe(subscriptions: list[Subscription], *, now: datetime | None = None) -> None:
    """Delete subscriptions and erase subscribers who have none left. Idempotent.

    Messages already queued are covered too: the sender reads subscriptions again just before it sends.
    """
    Subscription.objects.filter(pk__in=[subscription.pk for subscription in subscriptions]).delete()
    for key in {subscription.subscriber_id for subscription in subscriptions}:
        # Lock the row so that concurrent unsubscribes run one at a time and the last one erases.
        subscriber = Subscriber.objects.select_for_update().filter(pk=key).first()
        if subscriber and not subscriber.subscriptions.exists():
            erase(subscriber, now=now)


@transaction.atomic
def erase(subscriber: Subscriber, *, now: datetime | None = None) -> None:
    """Delete a subscriber with all data held on them. Idempotent.

    A keyed hash of an address that bounced or complained remains, so that nobody has more e-mail sent to it.
    """
    if subscriber.suspended_at:
        SuspendedAddress.objects.update_or_create(
            key=_hash(subscriber.address),
            defaults={"because": subscriber.suspended_because, "at": now or clock.now()},
        )
    own_messages = Q(subscriber=subscriber) | Q(address=subscriber.address, submission=None)
    OutboxMessage.objects.filter(own_messages).delete()
    Subscriber.objects.filter(pk=subscriber.pk).delete()


def earlier_suspension(address: str) -> dict:
    """Return the suspension fields for a new subscriber whose address was suspended when it was erased."""
    found = SuspendedAddress.objects.filter(key=_hash(address)).first()
    return {"suspended_at": found.at, "suspended_because": found.because} if found else {}


def clear_suspension(address: str) -> None:
    """Forget that an erased address was suspended."""
    SuspendedAddress.objects.filter(key=_hash(address)).delete()


def _hash(address: str) -> str:
    return salted_hmac("practices.subscriptions", canonical(address), algorithm="sha256").hexdigest()
