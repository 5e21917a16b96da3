"""Signing up for e-mail updates and confirming the address.

A request on a public page shows nothing about who made it. It becomes a pending subscription, and only the owner of
the mailbox, by the link mailed to it or on their own subscriptions page, brings it into force.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import override

from practices import clock
from practices.choices import Cadence, Kind
from practices.core import rate_limits
from practices.core.addresses import canonical
from practices.models import Subscriber, Subscription
from practices.notifications import outbox, signed_links, suspensions
from practices.notifications.locking import lock, lock_address, lock_or_create
from practices.notifications.subscriptions.times import how_often
from practices.notifications.subscriptions.unsubscription import end, erase

CONSENT = "2026-11-29"
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
    """Request news of practices that match the filter `query`. The owner of the address confirms by a mailed link.

    Behaves alike for known and unknown addresses, so that nobody learns who is subscribed. An address gets at most
    SUBSCRIPTION_MAILS_PER_DAY e-mails and holds at most SUBSCRIPTIONS_PER_ADDRESS subscriptions. What is confirmed
    stays as it is: `schedule` (time_zone, digest_weekday, digest_hour) and `language` apply only until the address is
    confirmed; after that only its owner changes them.
    """
    now = now or clock.now()
    address = canonical(address)
    preferences = {"language": language, **schedule}
    suspension = suspensions.earlier(address)
    subscriber = lock_or_create(address, now=now, **preferences, **suspension)
    if suspension and not subscriber.suspended_at:  # it came while the row was made
        Subscriber.objects.filter(pk=subscriber.pk).update(**suspension)
        subscriber.refresh_from_db()
    if not subscriber.confirmed_at:
        Subscriber.objects.filter(pk=subscriber.pk).update(**preferences)
        subscriber.refresh_from_db()
    subscription = subscriber.subscriptions.filter(query=query).first()
    if subscription is None:
        if not _has_room(subscriber):
            return
        subscription = Subscription.objects.create(
            subscriber=subscriber, query=query, cadence=cadence, requested_at=now
        )
    elif not subscription.confirmed_at:
        subscription.cadence, subscription.requested_at = cadence, now
        subscription.save(update_fields=["cadence", "requested_at"])
    # Beyond the daily limit of e-mails, the request stands on the subscriptions page.
    if _may_be_mailed(subscriber.address, now=now):
        _answer(subscriber, subscription, now=now)


def _has_room(subscriber: Subscriber) -> bool:
    """Return whether a locked subscriber can have one more subscription.

    The oldest unconfirmed request makes room, so that those of strangers do not keep the owner of the address out.
    """
    if subscriber.subscriptions.count() < settings.SUBSCRIPTIONS_PER_ADDRESS:
        return True
    oldest = subscriber.subscriptions.filter(confirmed_at=None).order_by("requested_at", "pk").first()
    if oldest is None:
        return False
    end([oldest])
    return True


def _answer(subscriber: Subscriber, subscription: Subscription, *, now: datetime) -> None:
    """Queue the e-mail that answers a request: to confirm it, or what is known already.

    To an address whose e-mail came back goes the link to the page where its owner can lift the suspension.
    """
    context: dict[str, Any] = {"queries": [subscription.query]}
    with override(subscriber.language):
        context["how_often"] = how_often(subscription, subscriber, now=now)
        preferences: dict[str, Any] = {"preferences_path": signed_links.preferences_path(subscriber)}
        if subscriber.suspended_at:
            kind, context = Kind.SUBSCRIPTION_LINK, preferences | {"suspended": True}
        elif subscription.confirmed_at:
            kind = Kind.SUBSCRIPTION_ADDED
            context |= preferences | {"is_paused": bool(subscription.paused_at)}
        else:
            path = signed_links.confirm_path(subscription)
            kind = Kind.SUBSCRIPTION_CONFIRM
            context |= {"days": settings.CONFIRMATION_DAYS, "confirm_path": path}
    outbox.enqueue(
        kind,
        address=subscriber.address,
        language=subscriber.language,
        subscriber=subscriber,
        context=context,
    )


def _may_be_mailed(address: str, *, now: datetime) -> bool:
    """Count an e-mail that any visitor can trigger; return whether the address's daily limit allows it."""
    try:
        rate_limits.count(
            "subscription mail",
            address,
            limit=settings.SUBSCRIPTION_MAILS_PER_DAY,
            window=timedelta(days=1),
            now=now,
        )
    except rate_limits.LimitReached:
        return False
    return True


def unconfirmed_with(subscription: Subscription) -> list[Subscription]:
    """Return all unconfirmed subscriptions of the same address."""
    return list(subscription.subscriber.subscriptions.filter(confirmed_at=None))


@transaction.atomic
def confirm(
    subscription: Subscription,
    *,
    shown: Sequence[str],
    time_zone: str = "",
    now: datetime | None = None,
) -> list[Subscription]:
    """Confirm the address and those of its requests whose `shown` codes (`shown_code`) its owner has read.

    Records the consent and returns the subscriptions confirmed now. `time_zone` replaces the default of an address
    confirmed for the first time. A suspension ends, as its owner asks for e-mail from the mailbox. Idempotent. Raises
    LinkNotValid if the subscription was left meanwhile.
    """
    now = now or clock.now()
    subscriber = lock(subscription.subscriber_id)
    if subscriber is None or not subscriber.subscriptions.filter(pk=subscription.pk).exists():
        raise signed_links.LinkNotValid
    confirmed = [
        each
        for each in subscriber.subscriptions.filter(confirmed_at=None)
        if signed_links.is_shown(each, shown)
    ]
    if confirmed:
        suspensions.lift(subscriber.address)
    if confirmed and not subscriber.confirmed_at:
        if time_zone and subscriber.time_zone == "UTC":
            subscriber.time_zone = time_zone
        subscriber.confirmed_at = now
        subscriber.save(update_fields=["confirmed_at", "time_zone"])
    for each in confirmed:
        each.confirmed_at, each.consent = now, CONSENT
        each.save(update_fields=["confirmed_at", "consent"])
    return confirmed


@transaction.atomic
def send_preferences_link(address: str, *, asked_from: str = "", now: datetime | None = None) -> None:
    """Mail the link to the subscriptions page, if the address has any. Behaves alike for every address.

    At most SUBSCRIPTION_MAILS_PER_DAY of these e-mails go to an address for each network that asks
    (rate_limits.count_mail).
    """
    now = now or clock.now()
    address = canonical(address)
    subscriber = lock_address(address)  # before the counter, in the order of `subscribe`, or both would wait
    try:
        rate_limits.count_mail(
            "subscription link mail",
            address,
            asked_from=asked_from,
            per_day=settings.SUBSCRIPTION_MAILS_PER_DAY,
            now=now,
        )
    except rate_limits.LimitReached:
        return
    if subscriber:
        with override(subscriber.language):
            path = signed_links.preferences_path(subscriber)
        # Sent also to an address whose e-mail came back: its owner may have mended that, and turns updates on there.
        outbox.enqueue(
            Kind.SUBSCRIPTION_LINK,
            address=subscriber.address,
            language=subscriber.language,
            subscriber=subscriber,
            context={"preferences_path": path, "suspended": bool(subscriber.suspended_at)},
        )


def expired_requests(*, now: datetime) -> QuerySet[Subscription]:
    """Return subscriptions requested at least CONFIRMATION_DAYS ago and never confirmed."""
    return Subscription.objects.filter(confirmed_at=None, requested_at__lte=_expiry_cutoff(now))


def delete_expired_requests(*, now: datetime) -> int:
    """Delete expired requests and subscribers left without subscriptions; return the number of requests."""
    idle = Subscriber.objects.filter(subscriptions=None, created_at__lte=_expiry_cutoff(now))
    with_expired = expired_requests(now=now).values_list("subscriber", flat=True)
    return sum(
        _delete_expired_requests_of(key, now=now)
        for key in sorted({*with_expired, *idle.values_list("pk", flat=True)})
    )


@transaction.atomic
def _delete_expired_requests_of(key: int, *, now: datetime) -> int:
    subscriber = lock(key)
    if subscriber is None:
        return 0
    expired = list(expired_requests(now=now).filter(subscriber=subscriber))
    end(expired)
    if subscriber.created_at <= _expiry_cutoff(now) and not subscriber.subscriptions.exists():
        erase(subscriber, now=now)
    return len(expired)


def _expiry_cutoff(now: datetime) -> datetime:
    return now - timedelta(days=settings.CONFIRMATION_DAYS)
