"""Unsubscribing and erasing subscribers."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from practices import clock
from practices.choices import OF_SUBSCRIPTIONS, AuditAct, Kind
from practices.core import audit
from practices.models import OutboxMessage, Subscriber, Subscription
from practices.notifications import suspensions
from practices.notifications.locking import lock


def unsubscribe(subscriptions: list[Subscription], *, now: datetime | None = None) -> None:
    """Delete subscriptions and erase subscribers who have none left. Idempotent.

    One that was merged into another meanwhile ends with that one, as by its link. Messages already queued are covered
    too: the sender reads subscriptions again just before it sends.
    """
    keys = {subscription.key for subscription in subscriptions}
    for key in sorted({subscription.subscriber_id for subscription in subscriptions}):
        _unsubscribe(key, keys, now=now)


@transaction.atomic
def _unsubscribe(key: int, subscriptions: set[str], *, now: datetime | None) -> None:
    subscriber = lock(key)
    if subscriber is None:
        return
    end([each for each in subscriber.subscriptions.all() if subscriptions.intersection(each.all_keys)])
    if not subscriber.subscriptions.exists():
        erase(subscriber, now=now)


def end(subscriptions: list[Subscription]) -> None:
    """Delete subscriptions of a locked subscriber, with e-mails that wait to answer a request for one of them."""
    for subscription in subscriptions:
        cancel_answers(subscription, now=clock.now())
        subscription.delete()


def cancel_answers(subscription: Subscription, *, now: datetime) -> None:
    """Cancel waiting e-mails that ask to confirm a subscription, or say that it is there, as it is no longer."""
    answers = OutboxMessage.objects.waiting().filter(
        subscriber=subscription.subscriber_id,
        kind__in=[Kind.SUBSCRIPTION_CONFIRM, Kind.SUBSCRIPTION_ADDED],
        context__queries=[subscription.query],
    )
    answers.update(cancelled_at=now)


@transaction.atomic
def erase_for_owner(subscriber: Subscriber) -> None:
    """Erase a subscriber whose owner asks for it, and record it in the audit log."""
    audit.record(AuditAct.DATA_ERASED, address=subscriber.address, what="link: all subscriptions")
    erase(subscriber)


@transaction.atomic
def erase(subscriber: Subscriber, *, now: datetime | None = None) -> None:
    """Delete a subscriber with all data held on them. Idempotent.

    E-mails to the address that have nothing to do with its subscriptions stay in the outbox, such as a link that was
    asked for. A keyed hash of an address that bounced or complained remains, so that nobody has more e-mail sent to it.
    """
    locked = lock(subscriber.pk)
    if locked and locked.suspended_at:
        suspensions.remember(locked.address, locked.suspended_because, at=now or clock.now())
    own_messages = Q(subscriber=subscriber.pk) | Q(address=subscriber.address, kind__in=OF_SUBSCRIPTIONS)
    OutboxMessage.objects.filter(own_messages).delete()
    Subscriber.objects.filter(pk=subscriber.pk).delete()
