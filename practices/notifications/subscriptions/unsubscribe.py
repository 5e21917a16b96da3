"""Leaving: at once, for what is queued already too, and without a trace."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from practices.models import OutboxMessage, Subscriber, Subscription, SuspendedAddress
from practices.notifications import signed_links


def behind(token: str) -> list[Subscription]:
    """The subscriptions a leave link ends that are still there; none when it was used already.

    The link never expires. Raises LinkNotValid for an altered one.
    """
    return signed_links.subscriptions_to_leave(token)


@transaction.atomic
def leave(subscriptions: list[Subscription], *, now: datetime | None = None) -> None:
    """End subscriptions at once, for messages already queued too. Doing it twice is a success.

    Who follows nothing any more is erased. What is queued for those who stay asks, just before it is sent,
    which of their subscriptions it is for.
    """
    Subscription.objects.filter(pk__in=[subscription.pk for subscription in subscriptions]).delete()
    for key in {subscription.subscriber_id for subscription in subscriptions}:
        # Who leaves twice at once leaves one after the other.
        subscriber = Subscriber.objects.select_for_update().filter(pk=key).first()
        if subscriber and not subscriber.subscriptions.exists():
            erase(subscriber, now=now)


@transaction.atomic
def erase(subscriber: Subscriber, *, now: datetime | None = None) -> None:
    """Delete a subscriber with all that is held on them. Doing it twice is a success.

    Of an address that bounced or complained a keyed hash stays, so that nobody has more sent to it.
    """
    if subscriber.suspended_at:
        SuspendedAddress.objects.update_or_create(
            key=_key(subscriber.address),
            defaults={"because": subscriber.suspended_because, "at": now or timezone.now()},
        )
    whose = Q(subscriber=subscriber) | Q(address__iexact=subscriber.address, submission=None)
    OutboxMessage.objects.filter(whose).delete()
    Subscriber.objects.filter(pk=subscriber.pk).delete()


def suspension_of(address: str) -> dict:
    """What a new subscriber of this address begins with: suspended, if it was when it was erased."""
    found = SuspendedAddress.objects.filter(key=_key(address)).first()
    return {"suspended_at": found.at, "suspended_because": found.because} if found else {}


def forget_suspension(address: str) -> None:
    SuspendedAddress.objects.filter(key=_key(address)).delete()


def _key(address: str) -> str:
    return salted_hmac("practices.subscriptions", address.strip().lower(), algorithm="sha256").hexdigest()
