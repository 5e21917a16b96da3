"""Signing up for e-mail updates and confirming the address."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import override

from practices import clock
from practices.choices import Cadence, Kind
from practices.core import rate_limits
from practices.core.addresses import canonical
from practices.models import Subscriber, Subscription
from practices.notifications import outbox, signed_links
from practices.notifications.subscriptions.removal import earlier_suspension

CONSENT = "2026-11-24"
"""Version of the wording in templates/components/consent.html. Change both together."""


@transaction.atomic
def subscribe(
    address: str,
    *,
    query: str,
    cadence: str = Cadence.AT_ONCE,
    language: str,
    now: datetime | None = None,
    **schedule: str | int,
) -> None:
    """Request news of practices that match the filter `query`. A new address confirms once, by a mailed link.

    Behaves alike for known and unknown addresses, so that nobody learns who is subscribed. An address gets at most
    SUBSCRIPTION_MAILS_PER_DAY e-mails. `schedule` (time_zone, digest_weekday, digest_hour) applies only until the
    address is confirmed; after that only its owner changes it.
    """
    now = now or clock.now()
    subscriber = _subscriber(canonical(address), language=language, schedule=schedule, now=now)
    subscription, created = Subscription.objects.get_or_create(
        subscriber=subscriber,
        query=query,
        defaults={"cadence": cadence, "requested_at": now, "consent": CONSENT},
    )
    if not created and not subscription.confirmed_at:
        subscription.cadence, subscription.requested_at, subscription.consent = cadence, now, CONSENT
        subscription.save(update_fields=["cadence", "requested_at", "consent"])
    if not may_be_mailed(subscriber.address, now=now):
        return  # the request is shown on the subscriptions page
    with override(subscriber.language):
        if not subscriber.confirmed_at:
            kind, path = Kind.SUBSCRIPTION_CONFIRM, {"confirm_path": signed_links.confirm_path(subscription)}
        else:
            Subscription.objects.filter(pk=subscription.pk, confirmed_at=None).update(confirmed_at=now)
            kind, path = (
                Kind.SUBSCRIPTION_ADDED,
                {"preferences_path": signed_links.preferences_path(subscriber)},
            )
    _mail(
        kind,
        subscriber,
        {"queries": [query], "cadence": subscription.cadence, "days": settings.CONFIRMATION_DAYS, **path},
        now=now,
    )


def _subscriber(address: str, *, language: str, schedule: dict, now: datetime) -> Subscriber:
    preferences = {"language": language, **schedule}
    found = Subscriber.objects.filter(address=address).first()
    if found is None:
        # Of two concurrent requests, the constraint lets one create the row and the other reads it.
        found, _created = Subscriber.objects.get_or_create(
            address=address, defaults={"created_at": now, **preferences, **earlier_suspension(address)}
        )
    elif not found.confirmed_at:
        for name, value in preferences.items():
            setattr(found, name, value)
        found.save(update_fields=list(preferences))
    return found


def may_be_mailed(address: str, *, now: datetime) -> bool:
    """Count an e-mail that any visitor can trigger; return whether the address's daily limit allows it."""
    limit = settings.SUBSCRIPTION_MAILS_PER_DAY
    try:
        rate_limits.count("subscription mail", address, limit=limit, window=timedelta(days=1), now=now)
    except rate_limits.LimitReached:
        return False
    return True


def _mail(kind: Kind, subscriber: Subscriber, context: dict, *, now: datetime) -> None:
    """Queue an e-mail to a subscriber; for a suspended one it is recorded as cancelled."""
    outbox.enqueue(
        kind,
        address=subscriber.address,
        language=subscriber.language,
        subscriber=subscriber,
        context=context,
        cancelled_at=now if subscriber.suspended_at else None,
    )


def unconfirmed_with(subscription: Subscription) -> list[Subscription]:
    """Return all unconfirmed subscriptions of the same address."""
    return list(subscription.subscriber.subscriptions.filter(confirmed_at=None))


@transaction.atomic
def confirm(subscription: Subscription, *, now: datetime | None = None) -> None:
    """Confirm the address and all subscriptions requested for it. Idempotent."""
    now = now or clock.now()
    subscriber = subscription.subscriber
    Subscriber.objects.filter(pk=subscriber.pk, confirmed_at=None).update(confirmed_at=now)
    subscriber.subscriptions.filter(confirmed_at=None).update(confirmed_at=now)


@transaction.atomic
def send_preferences_link(address: str, *, now: datetime | None = None) -> None:
    """Mail the link to the subscriptions page, if the address has any. Behaves alike for every address."""
    now = now or clock.now()
    address = canonical(address)
    allowed = may_be_mailed(address, now=now)
    subscriber = Subscriber.objects.filter(address=address).first()
    if subscriber and allowed:
        with override(subscriber.language):
            context = {"preferences_path": signed_links.preferences_path(subscriber)}
        # Sent even to a suspended address, because its owner asks for it; only the daily limit applies.
        outbox.enqueue(
            Kind.SUBSCRIPTION_LINK,
            address=subscriber.address,
            language=subscriber.language,
            subscriber=subscriber,
            context=context,
        )


def expired_requests(*, now: datetime) -> QuerySet[Subscription]:
    """Return subscriptions requested at least CONFIRMATION_DAYS ago and never confirmed."""
    return Subscription.objects.filter(confirmed_at=None, requested_at__lte=_expiry_cutoff(now))


@transaction.atomic
def delete_expired_requests(*, now: datetime) -> int:
    """Delete expired requests and subscribers left without subscriptions; return the number of requests."""
    expired = expired_requests(now=now)
    count = expired.count()
    expired.delete()
    Subscriber.objects.filter(subscriptions=None, created_at__lte=_expiry_cutoff(now)).delete()
    return count


def _expiry_cutoff(now: datetime) -> datetime:
    return now - timedelta(days=settings.CONFIRMATION_DAYS)
