"""Changes that subscribers make on their subscriptions page."""

from datetime import datetime
from itertools import permutations

from django.db import transaction
from django.http import QueryDict

from practices import clock
from practices.choices import Cadence
from practices.models import QUERY_LENGTH, Subscriber, Subscription
from practices.notifications import saved_filters
from practices.notifications.subscriptions.broadcasts import reschedule
from practices.notifications.subscriptions.removal import clear_suspension

SINGLE_VALUE_FILTERS = ("q", "main", "since", "until")
"""Filters that take one value, so that two subscriptions that differ in it cannot be merged."""
_SOONEST_FIRST = [cadence.value for cadence in Cadence]


@transaction.atomic
def change_cadence(subscription: Subscription, cadence: str, *, now: datetime | None = None) -> None:
    """Change how often news comes. This also confirms a subscription that is not confirmed yet."""
    now = now or clock.now()
    Subscription.objects.filter(pk=subscription.pk).update(cadence=cadence)
    Subscription.objects.filter(pk=subscription.pk, confirmed_at=None).update(confirmed_at=now)
    reschedule(subscription.subscriber, now=now)


@transaction.atomic
def change_schedule(subscriber: Subscriber, *, now: datetime | None = None, **changes: str | int) -> None:
    """Change time_zone, digest_weekday, digest_hour or language, also for announcements that are waiting."""
    Subscriber.objects.filter(pk=subscriber.pk).update(**changes)
    reschedule(subscriber, now=now)


def pause(subscription: Subscription, *, now: datetime | None = None) -> None:
    """Send no news of a subscription until it is resumed. Idempotent."""
    Subscription.objects.filter(pk=subscription.pk, paused_at=None).update(paused_at=now or clock.now())


def resume(subscription: Subscription) -> None:
    """Send news of a paused subscription again, from now on. Idempotent."""
    Subscription.objects.filter(pk=subscription.pk).update(paused_at=None)


def lift_suspension(subscriber: Subscriber) -> None:
    """Send to a suspended address again, at its owner's request. Idempotent."""
    Subscriber.objects.filter(pk=subscriber.pk).update(suspended_at=None, suspended_because="", bounces=0)
    clear_suspension(subscriber.address)


def overlaps(subscriptions: list[Subscription]) -> list[tuple[Subscription, Subscription, str]]:
    """Pairs of subscriptions that could be one, as (one, other, merged query). None is in two pairs."""
    found: list[tuple[Subscription, Subscription, str]] = []
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
def merge(subscriber: Subscriber, one: Subscription, other: Subscription) -> bool:
    """Merge two subscriptions into one at the sooner cadence; return false if they do not overlap."""
    query = _union(one.query, other.query)
    if query is None:
        query = _union(other.query, one.query)
    if query is None or subscriber.pk != one.subscriber_id or subscriber.pk != other.subscriber_id:
        return False
    cadence = min(one.cadence, other.cadence, key=_SOONEST_FIRST.index)
    confirmed_at = one.confirmed_at or other.confirmed_at
    paused_at = one.paused_at and other.paused_at
    other.delete()
    subscriber.subscriptions.filter(query=query).exclude(pk=one.pk).delete()
    one.query, one.cadence, one.confirmed_at, one.paused_at = query, cadence, confirmed_at, paused_at
    one.save()
    return True
