"""Broadcasts of published practices: fanning them out to subscribers and building digests.

Publishing writes one broadcast. The sender fans it out into announcements, one batch of subscribers per
transaction, so that work stopped half-way resumes where it stopped. Daily and weekly announcements wait to become
one digest per subscriber.
"""

from datetime import datetime
from functools import partial

from django.db import connection, transaction
from django.db.models import Min, QuerySet

from practices import clock
from practices.choices import Cadence, Kind
from practices.core import isolation
from practices.models import (
    Announcement,
    Broadcast,
    OutboxMessage,
    Practice,
    Revision,
    Subscriber,
    Subscription,
)
from practices.notifications import saved_filters
from practices.notifications.subscriptions.schedule import next_due

BATCH = 1000
"""Subscribers per transaction of `fan_out`."""


def announce(revision: Revision) -> None:
    """Write the broadcast of a revision: a new practice, or what changed in an existing one. Idempotent.

    Called in the transaction that publishes; the cost does not depend on the number of subscribers.
    """
    broadcast = Broadcast(
        practice=revision.practice,
        revision=revision.number,
        note=revision.note,
        created_at=revision.published_at,
    )
    Broadcast.objects.bulk_create([broadcast], ignore_conflicts=True)


def fan_out(*, now: datetime | None = None) -> bool:
    """Write the announcements of one broadcast for its next BATCH subscribers; return false if none is left.

    A broadcast that fails is logged and tried again later; it does not keep the others.
    """
    now = now or clock.now()
    waiting = Broadcast.objects.awaiting_fan_out().values_list("pk", flat=True)
    return any(
        isolation.one(partial(_fan_out_batch, now=now), key, what="broadcast") for key in list(waiting)
    )


def _fan_out_batch(key: int, *, now: datetime) -> bool:
    """Write the announcements of a broadcast for its next BATCH subscribers, unless another sender does."""
    waiting = _locked(Broadcast.objects.awaiting_fan_out().filter(pk=key))
    broadcast = waiting.select_related("practice").first()
    if broadcast is None:
        return False
    if broadcast.matched is None:
        queries = Subscription.objects.in_force().order_by("query").values_list("query", flat=True)
        broadcast.matched = saved_filters.matching(queries.distinct().iterator(), broadcast.practice)
    soonest = _soonest_cadences(broadcast)
    _make_announcements(broadcast, soonest, now=now)
    if len(soonest) < BATCH:
        broadcast.spread_at = now
    else:
        broadcast.position = max(soonest)
    broadcast.save(update_fields=["matched", "position", "spread_at"])
    return True


def _locked(rows: QuerySet) -> QuerySet:
    """Lock rows, skipping those locked by another sender. SQLite lets only one sender at a time reach this point."""
    if not connection.features.has_select_for_update_skip_locked:
        return rows
    return rows.select_for_update(skip_locked=True, of=("self",))


def _soonest_cadences(broadcast: Broadcast) -> dict[int, str]:
    """Subscriber → soonest cadence of their matching subscriptions, for the next BATCH of subscribers."""
    matching = Subscription.objects.in_force().filter(
        query__in=broadcast.matched, subscriber__gt=broadcast.position
    )
    # Alphabetical order is the order of the cadences: at_once, daily, weekly.
    soonest = matching.order_by("subscriber_id").values("subscriber_id").annotate(soonest=Min("cadence"))
    return dict(soonest.values_list("subscriber_id", "soonest")[:BATCH])


def _make_announcements(broadcast: Broadcast, soonest: dict[int, str], *, now: datetime) -> None:
    """Write the announcements of a batch, and a message for each subscriber who hears at once."""
    skipped = set(
        broadcast.announcements.filter(subscriber__in=soonest).values_list("subscriber_id", flat=True)
    )
    if broadcast.is_update:
        skipped |= _awaiting_first_announcement(broadcast.practice, soonest)
    else:
        skipped |= _told_of_merged_practice(broadcast.practice, soonest)
    fields = ("address", "language", "time_zone", "digest_weekday", "digest_hour")
    subscribers = [
        subscriber
        # Locked, so that none of them is erased before the rows that refer to them are written.
        for subscriber in Subscriber.objects.select_for_update(no_key=True)
        .filter(pk__in=soonest)
        .order_by("pk")
        .only(*fields)
        if subscriber.pk not in skipped
    ]
    kind = Kind.PRACTICE_UPDATED if broadcast.is_update else Kind.PRACTICE_PUBLISHED
    messages = OutboxMessage.objects.bulk_create(
        OutboxMessage(
            kind=kind,
            address=subscriber.address,
            language=subscriber.language,
            practice=broadcast.practice,
            subscriber=subscriber,
        )
        for subscriber in subscribers
        if soonest[subscriber.pk] == Cadence.AT_ONCE
    )
    at_once = {message.subscriber_id: message for message in messages}
    Announcement.objects.bulk_create(
        Announcement(
            broadcast=broadcast,
            subscriber=subscriber,
            message=at_once.get(subscriber.pk),
            due_at=next_due(soonest[subscriber.pk], subscriber, after=now),
        )
        for subscriber in subscribers
    )


def _awaiting_first_announcement(practice: Practice, subscribers) -> set[int]:
    """Subscribers whose announcement of the new practice still waits; it will show the practice as updated."""
    first = Announcement.objects.filter(
        broadcast__practice=practice, broadcast__revision=1, subscriber__in=subscribers
    )
    waiting = {"message__sent_at": None, "message__failed_at": None, "message__cancelled_at": None}
    return set(first.filter(**waiting).values_list("subscriber_id", flat=True))


def _told_of_merged_practice(practice: Practice, subscribers) -> set[int]:
    """Subscribers who were sent news of a practice that has been merged into this one."""
    told = Announcement.objects.filter(
        broadcast__practice__merged_into=practice, message__sent_at__isnull=False, subscriber__in=subscribers
    )
    return set(told.values_list("subscriber_id", flat=True))


def build_digests(*, most: int = 200, now: datetime | None = None) -> bool:
    """Build one digest for each of up to `most` subscribers with due announcements; return false if there are none.

    After an outage a digest also contains the announcements of the days or weeks missed.
    """
    now = now or clock.now()
    due = Announcement.objects.due(now).filter(subscriber__suspended_at=None)
    keys = set(due.order_by("due_at", "pk").values_list("subscriber_id", flat=True)[: most * 5])
    together = sorted(keys)[:most]
    try:
        with transaction.atomic():
            return bool(_build_digests(together, now=now)) if together else False
    except Exception as error:
        if isolation.is_away(error):
            raise
        # Each apart, to leave out only the one that fails.
        build = partial(_build_digests, now=now)
        return sum(isolation.one(build, [key], what="digest of subscriber") for key in together) > 0


def _build_digests(keys: list[int], *, now: datetime) -> int:
    """Build the digests of these subscribers, except those that another sender builds; return their number."""
    subscribers = list(_locked(Subscriber.objects.filter(pk__in=keys)))
    due = Announcement.objects.due(now).filter(subscriber__suspended_at=None, subscriber__in=subscribers)
    announcements = list(due)
    with_news = {announcement.subscriber_id for announcement in announcements}
    messages = OutboxMessage.objects.bulk_create(
        OutboxMessage(
            kind=Kind.DIGEST,
            address=subscriber.address,
            language=subscriber.language,
            subscriber=subscriber,
        )
        for subscriber in subscribers
        if subscriber.pk in with_news
    )
    digests = {message.subscriber_id: message for message in messages}
    for announcement in announcements:
        announcement.message = digests[announcement.subscriber_id]
    Announcement.objects.bulk_update(announcements, ["message"], batch_size=500)
    return len(digests)


@transaction.atomic
def reschedule(subscriber: Subscriber, *, now: datetime | None = None) -> None:
    """Recompute when a subscriber's waiting announcements are due, after a change of schedule or cadence."""
    now = now or clock.now()
    changed = Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()
    if changed is None:
        return
    in_force = Subscription.objects.in_force().filter(subscriber=subscriber)
    cadences = dict(in_force.values_list("query", "cadence"))
    waiting = changed.announcements.filter(message=None).select_related("broadcast")
    for announcement in waiting:
        matching = [cadences[query] for query in announcement.broadcast.matched or [] if query in cadences]
        if matching:
            announcement.due_at = next_due(min(matching), changed, after=now)
            announcement.save(update_fields=["due_at"])
