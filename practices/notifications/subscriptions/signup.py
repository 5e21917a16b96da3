"""Asking to follow something, and showing that the address is one's own."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from practices.choices import Cadence, Kind
from practices.core import rate_limits
from practices.models import Subscriber, Subscription
from practices.notifications import outbox, signed_links
from practices.notifications.subscriptions.unsubscribe import suspension_of

CONSENT = "2026-11-24"
"""Version of the wording in templates/components/consent.html: change both together."""


@transaction.atomic
def subscribe(
    address: str,
    *,
    query: str,
    cadence: str = Cadence.AT_ONCE,
    language: str,
    now: datetime | None = None,
    **clock: str | int,
) -> None:
    """Ask for news of what passes the filter `query`. An address that is new confirms once, by a mailed link.

    Does the same, to the eye of whoever asks, for every address, known or not, and sends each an e-mail: at most
    SUBSCRIPTION_MAILS_PER_DAY of them. `clock` (time_zone, digest_weekday, digest_hour) counts until the address
    is confirmed; later only its owner changes it.
    """
    now = now or timezone.now()
    subscriber = _subscriber(normalised(address), language=language, clock=clock, now=now)
    subscription, created = Subscription.objects.get_or_create(
        subscriber=subscriber,
        query=query,
        defaults={"cadence": cadence, "requested_at": now, "consent": CONSENT},
    )
    if not created and not subscription.confirmed_at:
        subscription.cadence, subscription.requested_at, subscription.consent = cadence, now, CONSENT
        subscription.save(update_fields=["cadence", "requested_at", "consent"])
    if not may_be_mailed(subscriber.address, now=now):
        return  # what is not told of waits on the page of preferences
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


def _subscriber(address: str, *, language: str, clock: dict, now: datetime) -> Subscriber:
    wishes = {"language": language, **clock}
    found = Subscriber.objects.filter(address__iexact=address).first()
    if found is None:
        # Two requests at once: the constraint lets one create, get_or_create reads it for the other.
        found, _created = Subscriber.objects.get_or_create(
            address=address, defaults={"created_at": now, **wishes, **suspension_of(address)}
        )
    elif not found.confirmed_at:
        for name, value in wishes.items():
            setattr(found, name, value)
        found.save(update_fields=list(wishes))
    return found


def normalised(address: str) -> str:
    """The address as we keep it: no spaces around, lower case, as mail systems in use treat it."""
    return address.strip().lower()


def may_be_mailed(address: str, *, now: datetime) -> bool:
    """Whether one more e-mail that anyone can cause may go to the address today."""
    limit = settings.SUBSCRIPTION_MAILS_PER_DAY
    try:
        rate_limits.count("subscription mail", address, limit=limit, window=timedelta(days=1), now=now)
    except rate_limits.LimitReached:
        return False
    return True


def _mail(kind: Kind, subscriber: Subscriber, context: dict, *, now: datetime) -> None:
    """Queue an e-mail to a subscriber; to a suspended one it is recorded, as cancelled, and does not go."""
    outbox.queue(
        kind,
        address=subscriber.address,
        language=subscriber.language,
        subscriber=subscriber,
        context=context,
        cancelled_at=now if subscriber.suspended_at else None,
    )


def awaiting_confirmation(token: str) -> Subscription:
    """The subscription a confirmation link is about, confirmed already or not.

    Raises LinkNotValid for a link that is altered, older than CONFIRMATION_DAYS, or whose subscription has
    since been left.
    """
    return signed_links.subscription_to_confirm(token)


def pending_with(subscription: Subscription) -> list[Subscription]:
    """All that the same address asked for and has not said yes to."""
    return list(subscription.subscriber.subscriptions.filter(confirmed_at=None))


@transaction.atomic
def confirm(subscription: Subscription, *, now: datetime | None = None) -> None:
    """The address is its owner's, who wants all that was asked for. Doing it twice is a success."""
    now = now or timezone.now()
    subscriber = subscription.subscriber
    Subscriber.objects.filter(pk=subscriber.pk, confirmed_at=None).update(confirmed_at=now)
    subscriber.subscriptions.filter(confirmed_at=None).update(confirmed_at=now)


@transaction.atomic
def send_link(address: str, *, now: datetime | None = None) -> None:
    """Mail the link to its subscriptions to an address that has some. Answers alike for every address."""
    now = now or timezone.now()
    address = normalised(address)
    may = may_be_mailed(address, now=now)
    subscriber = Subscriber.objects.filter(address__iexact=address).first()
    if subscriber and may:
        with override(subscriber.language):
            context = {"preferences_path": signed_links.preferences_path(subscriber)}
        # Its owner asks, so that what held back news does not hold back this; the limit above does.
        outbox.queue(
            Kind.SUBSCRIPTION_LINK,
            address=subscriber.address,
            language=subscriber.language,
            subscriber=subscriber,
            context=context,
        )


def expired_requests(*, now: datetime) -> QuerySet[Subscription]:
    """What was asked for CONFIRMATION_DAYS ago or before and never confirmed."""
    return Subscription.objects.filter(confirmed_at=None, requested_at__lte=_asked_too_long_ago(now))


@transaction.atomic
def expire_requests(*, now: datetime) -> int:
    """Delete them, and the addresses of which nothing else is held; how many requests."""
    expired = expired_requests(now=now)
    count = expired.count()
    expired.delete()
    Subscriber.objects.filter(subscriptions=None, created_at__lte=_asked_too_long_ago(now)).delete()
    return count


def _asked_too_long_ago(now: datetime) -> datetime:
    return now - timedelta(days=settings.CONFIRMATION_DAYS)
