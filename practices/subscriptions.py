"""Following objectives: asking, confirming, hearing, leaving.

Every link in an e-mail is signed, bound to its one purpose and holds no address. GET shows, POST acts.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from practices import limits, outbox
from practices.choices import Kind
from practices.models import Objective, OutboxMessage, Practice, Subscriber, Subscription

_CONFIRM = "practices.subscriptions.confirm"
_LEAVE = "practices.subscriptions.leave"


class LinkNotValid(Exception):
    """The link was altered, has expired, or asks for something that is gone."""


@transaction.atomic
def subscribe(address: str, *, objective: Objective, language: str, now: datetime | None = None) -> None:
    """Ask for news of `objective`; a confirmation e-mail goes to the address.

    Does the same, to the eye of whoever asks, for a new, a pending and a confirmed address. At most
    SUBSCRIPTION_MAILS_PER_DAY such e-mails go to one address.
    """
    now = now or timezone.now()
    address = normalised(address)
    subscriber = _subscriber(address, language=language, now=now)
    subscription, _created = Subscription.objects.get_or_create(
        subscriber=subscriber, objective=objective, defaults={"requested_at": now}
    )
    if subscription.confirmed_at:
        return
    try:
        limits.count(
            "subscription mail",
            address,
            limit=settings.SUBSCRIPTION_MAILS_PER_DAY,
            window=timedelta(days=1),
            now=now,
        )
    except limits.LimitReached:
        return
    token = signing.dumps(subscription.pk, salt=_CONFIRM)
    outbox.queue(
        Kind.SUBSCRIPTION_CONFIRM,
        address=subscriber.address,
        language=language,
        subscriber=subscriber,
        context={
            "objectives": [objective.number],
            "confirm_path": reverse("practices:subscription-confirm", args=[token]),
            "days": settings.CONFIRMATION_DAYS,
        },
    )


def _subscriber(address: str, *, language: str, now: datetime) -> Subscriber:
    found = Subscriber.objects.filter(address__iexact=address).first()
    if found:
        return found
    # Two requests at once: the constraint lets one create, get_or_create reads it for the other.
    subscriber, _created = Subscriber.objects.get_or_create(
        address=address, defaults={"language": language, "created_at": now}
    )
    return subscriber


def normalised(address: str) -> str:
    """The address as we keep it: no spaces around, lower case, as mail systems in use treat it."""
    return address.strip().lower()


def awaiting_confirmation(token: str) -> Subscription:
    """The subscription a confirmation link is about, confirmed already or not.

    Raises LinkNotValid for a link that is altered, older than CONFIRMATION_DAYS, or whose subscription has
    since been left.
    """
    try:
        key = signing.loads(token, salt=_CONFIRM, max_age=timedelta(days=settings.CONFIRMATION_DAYS))
    except signing.BadSignature as error:
        raise LinkNotValid from error
    subscription = Subscription.objects.select_related("subscriber", "objective").filter(pk=key).first()
    if subscription is None:
        raise LinkNotValid
    return subscription


@transaction.atomic
def confirm(subscription: Subscription, *, now: datetime | None = None) -> None:
    """Let the subscription receive news from now on. Doing it twice is a success."""
    now = now or timezone.now()
    Subscription.objects.filter(pk=subscription.pk, confirmed_at=None).update(confirmed_at=now)
    Subscriber.objects.filter(pk=subscription.subscriber_id, confirmed_at=None).update(confirmed_at=now)


def announce(practice: Practice) -> None:
    """Queue news of a newly published practice: one message a subscriber, whatever they follow that matches.

    Called by `workflow` in the transaction that publishes.
    """
    matched: dict[Subscriber, list[Subscription]] = {}
    following = (
        Subscription.objects.confirmed()
        .filter(objective__placements__practice=practice)
        .select_related("subscriber", "objective")
        .order_by("subscriber_id", "objective__number")
    )
    for subscription in following:
        matched.setdefault(subscription.subscriber, []).append(subscription)
    outbox.queue_many(
        OutboxMessage(
            kind=Kind.PRACTICE_PUBLISHED,
            address=subscriber.address,
            language=subscriber.language,
            practice=practice,
            subscriber=subscriber,
            context=_because_of(subscriptions),
        )
        for subscriber, subscriptions in matched.items()
    )


def announce_again(practice: Practice, *, cancelled_at: datetime) -> None:
    """Queue once more the news that a withdrawal cancelled, for those who follow the practice still."""
    cancelled = OutboxMessage.objects.filter(
        kind=Kind.PRACTICE_PUBLISHED, practice=practice, sent_at=None, cancelled_at=cancelled_at
    )
    for message in cancelled.select_for_update():
        still = _still_followed(message)
        if still:
            message.context = _because_of(still)
            message.cancelled_at = None
            message.save(update_fields=["context", "cancelled_at"])


def _still_followed(message: OutboxMessage) -> list[Subscription]:
    """Those subscriptions an announcement was queued for that have not been left since."""
    following = Subscription.objects.filter(pk__in=message.context["subscriptions"]).select_related(
        "objective"
    )
    return list(following.order_by("objective__number"))


def _because_of(subscriptions: list[Subscription]) -> dict:
    """What an announcement says of the subscriptions it is sent for, and the link that ends just those."""
    token = signing.dumps([subscription.pk for subscription in subscriptions], salt=_LEAVE)
    return {
        "subscriptions": [subscription.pk for subscription in subscriptions],
        "objectives": [subscription.objective.number for subscription in subscriptions],
        "leave_path": reverse("practices:subscription-leave", args=[token]),
    }


def behind(token: str) -> list[Subscription]:
    """The subscriptions a leave link ends that are still there; none when it was used already.

    The link never expires. Raises LinkNotValid for an altered one.
    """
    try:
        keys = signing.loads(token, salt=_LEAVE)
    except signing.BadSignature as error:
        raise LinkNotValid from error
    following = Subscription.objects.filter(pk__in=keys).select_related("objective", "subscriber")
    return list(following.order_by("objective__number"))


@transaction.atomic
def leave(subscriptions: list[Subscription], *, now: datetime | None = None) -> None:
    """End subscriptions at once, for messages already queued too. Doing it twice is a success."""
    now = now or timezone.now()
    ended = {subscription.pk for subscription in subscriptions}
    Subscription.objects.filter(pk__in=ended).delete()
    subscribers = {subscription.subscriber_id for subscription in subscriptions}
    queued = OutboxMessage.objects.waiting().filter(kind=Kind.PRACTICE_PUBLISHED, subscriber__in=subscribers)
    for message in queued.select_for_update():  # who leaves twice at once leaves one after the other
        if still := _still_followed(message):
            message.context = _because_of(still)
            message.save(update_fields=["context"])
        else:
            message.cancelled_at = now
            message.save(update_fields=["cancelled_at"])
