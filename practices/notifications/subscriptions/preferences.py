"""What subscribers change on the page of their subscriptions."""

from datetime import datetime
from itertools import permutations

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from practices.choices import Cadence
from practices.models import QUERY_LENGTH, Subscriber, Subscription
from practices.notifications import saved_filters
from practices.notifications.subscriptions.broadcasts import due_anew
from practices.notifications.subscriptions.unsubscribe import forget_suspension

ONE_VALUE = ("q", "main", "since", "until")
"""Filters of which there is one value at a time, so that two cannot become one."""
_SOONEST_FIRST = [cadence.value for cadence in Cadence]


@transaction.atomic
def change_cadence(subscription: Subscription, cadence: str, *, now: datetime | None = None) -> None:
    """News of it comes so from now on; a subscription that waits for a yes has it by this."""
    now = now or timezone.now()
    Subscription.objects.filter(pk=subscription.pk).update(cadence=cadence)
    Subscription.objects.filter(pk=subscription.pk, confirmed_at=None).update(confirmed_at=now)
    due_anew(subscription.subscriber, now=now)


@transaction.atomic
def change_clock(subscriber: Subscriber, *, now: datetime | None = None, **changes: str | int) -> None:
    """Change time_zone, digest_weekday, digest_hour or language; news that waits comes by the new clock."""
    Subscriber.objects.filter(pk=subscriber.pk).update(**changes)
    due_anew(subscriber, now=now)


def pause(subscription: Subscription, *, now: datetime | None = None) -> None:
    """No news of it until it is resumed. Doing it twice is a success."""
    Subscription.objects.filter(pk=subscription.pk, paused_at=None).update(paused_at=now or timezone.now())


def resume(subscription: Subscription) -> None:
    """News of it again, from now on. Doing it twice is a success."""
    Subscription.objects.filter(pk=subscription.pk).update(paused_at=None)


def take_up_again(subscriber: Subscriber) -> None:
    """Send to a suspended address again, because its owner says so. Doing it twice is a success."""
    Subscriber.objects.filter(pk=subscriber.pk).update(suspended_at=None, suspended_because="", bounces=0)
    forget_suspension(subscriber.address)


def overlaps(subscriptions: list[Subscription]) -> list[tuple[Subscription, Subscription, str]]:
    """(one, other, what both would be as one) of those that overlap; each is named at most once."""
    found: list[tuple[Subscription, Subscription, str]] = []
    named: set[int] = set()
    for one, other in permutations(subscriptions, 2):
        query = _merged(one.query, other.query)
        if query is not None and not named & {one.pk, other.pk}:
            found.append((one, other, query))
            named |= {one.pk, other.pk}
    return found


def _merged(wide: str, narrow: str) -> str | None:
    """A filter that lets pass just what either does; None when no one filter does, or a value is unknown.

    That is so when `wide` contains `narrow`, or when they differ in the values of one kind alone.
    """
    if not (saved_filters.is_valid(wide) and saved_filters.is_valid(narrow)):
        return None
    first, second = ({name: set(several) for name, several in QueryDict(q).lists()} for q in (wide, narrow))
    if all(name in second and second[name] <= several for name, several in first.items()):
        return wide
    differing = [name for name in first.keys() | second.keys() if first.get(name) != second.get(name)]
    if len(differing) != 1 or first.keys() != second.keys() or differing[0] in ONE_VALUE:
        return None
    joint = QueryDict(wide, mutable=True)
    joint.setlist(differing[0], sorted(first[differing[0]] | second[differing[0]]))
    merged = saved_filters.canonical(joint)
    return merged if len(merged) <= QUERY_LENGTH else None


@transaction.atomic
def merge(subscriber: Subscriber, one: Subscription, other: Subscription) -> bool:
    """Make one subscription of two that overlap, at the sooner cadence; false when they do not."""
    query = _merged(one.query, other.query)
    if query is None:
        query = _merged(other.query, one.query)
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


def export(subscriber: Subscriber) -> dict:
    """All that is held on a subscriber, for themselves."""
    return {
        "address": subscriber.address,
        "language": subscriber.language,
        "time_zone": subscriber.time_zone,
        "digest_weekday": subscriber.digest_weekday,
        "digest_hour": subscriber.digest_hour,
        "first_asked_at": subscriber.created_at,
        "confirmed_at": subscriber.confirmed_at,
        "suspended_at": subscriber.suspended_at,
        "suspended_because": subscriber.suspended_because or None,
        "subscriptions": [
            {
                "follows": saved_filters.words(subscription.query),
                "filter": subscription.query,
                "cadence": subscription.cadence,
                "requested_at": subscription.requested_at,
                "wording_agreed_to": subscription.consent,
                "confirmed_at": subscription.confirmed_at,
                "paused_at": subscription.paused_at,
            }
            for subscription in subscriber.subscriptions.all()
        ],
        "messages": list(
            subscriber.messages.order_by("created_at").values(
                "kind", "practice__title", "created_at", "sent_at", "failed_at", "cancelled_at"
            )
        ),
    }
