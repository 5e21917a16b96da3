"""Changes that subscribers make on their subscriptions page."""

from datetime import datetime
from itertools import permutations

from django.conf import settings
from django.db import transaction
from django.http import QueryDict

from practices import clock
from practices.choices import Cadence
from practices.models import QUERY_LENGTH, Subscriber, Subscription
from practices.notifications import saved_filters, suspensions
from practices.notifications.locking import lock
from practices.notifications.signed_links import LinkNotValid, is_shown
from practices.notifications.subscriptions.digests import reschedule
from practices.notifications.subscriptions.signup import CONSENT
from practices.notifications.subscriptions.unsubscription import cancel_answers, end

SINGLE_VALUE_FILTERS = ("q", "main", "since", "until")
"""Filters that take one value, so that two subscriptions that differ in it cannot be merged."""
_SOONEST_FIRST = [cadence.value for cadence in Cadence]


class TooManySubscriptions(Exception):
    """The address has as many subscriptions as SUBSCRIPTIONS_PER_ADDRESS allows."""


class SubscriptionChanged(Exception):
    """The subscription has been changed, or has ended, since its page was opened."""


@transaction.atomic
def add(
    subscriber: Subscriber, *, query: str, cadence: str = Cadence.AT_ONCE, now: datetime | None = None
) -> tuple[Subscription, bool]:
    """Follow one more filter, in force at once: its owner asks on their own page. Idempotent.

    Returns the subscription, and whether it is new. One that was confirmed already gets the cadence, and is resumed if
    it was paused. Raises TooManySubscriptions, and LinkNotValid if the subscriber was erased.
    """
    now = now or clock.now()
    locked = lock(subscriber.pk)
    if locked is None:
        raise LinkNotValid
    existing = locked.subscriptions.filter(query=query).first()
    if existing is None and locked.subscriptions.count() >= settings.SUBSCRIPTIONS_PER_ADDRESS:
        raise TooManySubscriptions
    added = existing or locked.subscriptions.create(query=query, requested_at=now)
    Subscription.objects.filter(pk=added.pk).update(paused_at=None)
    _put_in_force(added, cadence=cadence, now=now)
    return added, not added.confirmed_at


@transaction.atomic
def change(
    subscription: Subscription, *, seen: str, query: str, cadence: str, now: datetime | None = None
) -> bool:
    """Change the filter of a subscription and how often news comes. This also confirms it.

    Another subscription of the same address to the same filter becomes one with it; returns whether there was one.
    Raises SubscriptionChanged if it no longer is what its owner has seen (`shown_code`).
    """
    now = now or clock.now()
    subscriber = lock(subscription.subscriber_id)
    current = Subscription.objects.filter(pk=subscription.pk, subscriber=subscriber).first()
    if current is None or not is_shown(current, [seen]):
        raise SubscriptionChanged
    same = Subscription.objects.filter(subscriber=subscriber, query=query).exclude(pk=current.pk).first()
    if same:
        end([same])
        current.former_keys = " ".join([*current.all_keys[1:], *same.all_keys])
        current.paused_at = current.paused_at and same.paused_at
    if query != current.query:
        cancel_answers(current, now=now)
    current.query = query
    current.save(update_fields=["query", "former_keys", "paused_at"])
    _put_in_force(current, cadence=cadence, now=now)
    return same is not None


def _put_in_force(subscription: Subscription, *, cadence: str, now: datetime) -> None:
    """Set the cadence of a subscription of a locked subscriber, and confirm both where they are not."""
    subscriber = subscription.subscriber
    Subscriber.objects.filter(pk=subscriber.pk, confirmed_at=None).update(confirmed_at=now)
    Subscription.objects.filter(pk=subscription.pk).update(cadence=cadence)
    waiting = Subscription.objects.filter(pk=subscription.pk, confirmed_at=None)
    waiting.update(confirmed_at=now, consent=CONSENT)
    reschedule(subscriber, now=now)


@transaction.atomic
def change_cadence(subscription: Subscription, cadence: str, *, now: datetime | None = None) -> None:
    """Change how often news comes. This also confirms a subscription that is not confirmed yet.

    Does nothing if the subscription is gone, as do the other changes.
    """
    if lock(subscription.subscriber_id):
        _put_in_force(subscription, cadence=cadence, now=now or clock.now())


@transaction.atomic
def change_schedule(subscriber: Subscriber, *, now: datetime | None = None, **changes: str | int) -> None:
    """Change time_zone, digest_weekday, digest_hour or language, also for announcements that are waiting."""
    if changes and lock(subscriber.pk):
        Subscriber.objects.filter(pk=subscriber.pk).update(**changes)
        reschedule(subscriber, now=now)


@transaction.atomic
def pause(subscription: Subscription, *, now: datetime | None = None) -> None:
    """Send no news of a subscription until it is resumed. Idempotent."""
    if lock(subscription.subscriber_id):
        rows = Subscription.objects.filter(pk=subscription.pk, paused_at=None)
        rows.update(paused_at=now or clock.now())


@transaction.atomic
def resume(subscription: Subscription) -> None:
    """Send news of a paused subscription again, from now on. Idempotent."""
    if lock(subscription.subscriber_id):
        Subscription.objects.filter(pk=subscription.pk).update(paused_at=None)


@transaction.atomic
def lift_suspension(subscriber: Subscriber) -> None:
    """Send to a suspended address again, at its owner's request. Idempotent."""
    if lock(subscriber.pk):
        suspensions.lift(subscriber.address)


def overlaps(subscriptions: list[Subscription]) -> list[tuple[Subscription, Subscription, str]]:
    """Pairs of confirmed subscriptions that could be one, as (one, other, merged query). None is in two pairs."""
    found: list[tuple[Subscription, Subscription, str]] = []
    subscriptions = [subscription for subscription in subscriptions if subscription.confirmed_at]
    named: set[int] = set()
    for one, other in permutations(subscriptions, 2):
        query = _union(one.query, other.query)
        if query is not None and not named & {one.pk, other.pk}:
            found.append((one, other, query))
            named |= {one.pk, other.pk}
    return found


def _union(wide: str, narrow: str) -> str | None:
    """Return the query that matches exactly what either matches; None if no single query does.

    One exists where `wide` contains `narrow`, or where they differ only in the values of one filter. There is none
    if either has a value that no longer exists.
    """
    if not (saved_filters.is_valid(wide) and saved_filters.is_valid(narrow)):
        return None
    first, second = ({name: set(several) for name, several in QueryDict(q).lists()} for q in (wide, narrow))
    if all(name in second and second[name] <= several for name, several in first.items()):
        return wide
    differing = [name for name in first.keys() | second.keys() if first.get(name) != second.get(name)]
    if len(differing) != 1 or first.keys() != second.keys() or differing[0] in SINGLE_VALUE_FILTERS:
        return None
    union = QueryDict(wide, mutable=True)
    union.setlist(differing[0], sorted(first[differing[0]] | second[differing[0]]))
    merged = saved_filters.canonical(union)
    return merged if len(merged) <= QUERY_LENGTH else None


@transaction.atomic
def merge(one: Subscription, other: Subscription) -> bool:
    """Merge two subscriptions into one at the sooner cadence; return false if they do not overlap or one is gone.

    Links to unsubscribe from either end the merged one.
    """
    if lock(one.subscriber_id) is None:
        return False
    rows = Subscription.objects.confirmed().filter(subscriber=one.subscriber_id)
    kept, merged = rows.filter(pk=one.pk).first(), rows.filter(pk=other.pk).first()
    if kept is None or merged is None or kept == merged:
        return False
    query = _union(kept.query, merged.query)
    if query is None:
        query = _union(merged.query, kept.query)
    if query is None:
        return False
    same = Subscription.objects.filter(subscriber=one.subscriber_id, query=query).exclude(pk=kept.pk)
    dropped = {row.pk: row for row in [merged, *same]}.values()
    end(list(dropped))
    Subscription.objects.filter(pk=kept.pk).update(
        query=query,
        cadence=min(kept.cadence, merged.cadence, key=_SOONEST_FIRST.index),
        paused_at=kept.paused_at and merged.paused_at,
        former_keys=" ".join([*kept.all_keys[1:], *(key for row in dropped for key in row.all_keys)]),
    )
    return True
