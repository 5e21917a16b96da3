"""Broadcasts of published and withdrawn practices, and fanning them out to subscribers.

Each of these steps writes one broadcast. The sender fans it out into announcements, one batch of subscribers per
transaction, so that work stopped half-way resumes where it stopped. Daily and weekly announcements wait
until `digests` makes them one digest per subscriber.
"""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.db.models import Min

from practices import clock
from practices.choices import NEWS_OF_STANDING, Cadence, NewsOf
from practices.core import isolation, trace
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
from practices.notifications.locking import skip_locked
from practices.notifications.subscriptions.digests import next_due

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
        request_id=trace.current().id,
    )
    Broadcast.objects.bulk_create([broadcast], ignore_conflicts=True)


def announce_withdrawal(practice: Practice, *, now: datetime) -> None:
    """Write the broadcast of a withdrawal or merge, for those who have named the practice in a subscription.

    Called in the transaction that withdraws, like `announce`.
    """
    _forget_standing(practice, now=now)
    _announce_standing(practice, NewsOf.WITHDRAWAL, now=now)


def announce_restoration(practice: Practice, *, now: datetime) -> None:
    """Write the broadcast of a restoration, for those who were told of the withdrawal: to others it is no news."""
    withdrawals = practice.broadcasts.filter(event=NewsOf.WITHDRAWAL, matched__isnull=False)
    told = withdrawals.order_by("pk").last()
    _forget_standing(practice, now=now)
    if told is not None:
        _announce_standing(practice, NewsOf.RESTORATION, matched=told.matched, now=now)


def _announce_standing(practice: Practice, event: NewsOf, *, now: datetime, matched=None) -> None:
    Broadcast.objects.create(
        practice=practice,
        revision=practice.revision_number,
        event=event,
        matched=matched,
        created_at=now,
        request_id=trace.current().id,
    )


def _forget_standing(practice: Practice, *, now: datetime) -> None:
    """Drop what was still to be told of earlier withdrawals and restorations, as it is not true any more."""
    earlier = practice.broadcasts.of_standing()
    earlier.filter(fanned_out_at=None).update(fanned_out_at=now)
    Announcement.objects.filter(broadcast__in=earlier, message__sent_at=None).delete()
    waiting = OutboxMessage.objects.waiting().filter(kind__in=NEWS_OF_STANDING, practice=practice)
    waiting.update(cancelled_at=now)


def fan_out(*, only: Collection[int] | None = None, now: datetime | None = None) -> bool:
    """Write the announcements of one broadcast for its next BATCH subscribers; return false if none is left.

    `only`: primary keys of the broadcasts to take, by default all. A broadcast that fails is logged and tried again
    later; it does not keep the others.
    """
    now = now or clock.now()
    broadcasts = Broadcast.objects.awaiting_fan_out()
    if only is not None:
        broadcasts = broadcasts.filter(pk__in=only)
    waiting = broadcasts.values_list("pk", flat=True)
    return any(
        isolation.one(partial(_fan_out_batch, now=now), key, what="broadcast") for key in list(waiting)
    )


def _fan_out_batch(key: int, *, now: datetime) -> bool:
    """Write the announcements of a broadcast for its next BATCH subscribers, unless another sender does."""
    waiting = skip_locked(Broadcast.objects.awaiting_fan_out().filter(pk=key))
    broadcast = waiting.select_related("practice").first()
    if broadcast is None:
        return False
    if broadcast.matched is None:
        queries = Subscription.objects.in_force().order_by("query").values_list("query", flat=True)
        find = saved_filters.naming if broadcast.event == NewsOf.WITHDRAWAL else saved_filters.matching
        broadcast.matched = find(queries.distinct().iterator(), broadcast.practice)
    soonest = _soonest_cadences(broadcast)
    _make_announcements(broadcast, soonest, now=now)
    if len(soonest) < BATCH:
        broadcast.fanned_out_at = now
    else:
        broadcast.position = max(soonest)
    broadcast.save(update_fields=["matched", "position", "fanned_out_at"])
    return True


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
    if broadcast.event != NewsOf.REVISION:
        skipped |= _not_concerned(broadcast, soonest)
    elif broadcast.is_update:
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
    messages = OutboxMessage.objects.bulk_create(
        OutboxMessage(
            kind=broadcast.kind,
            address=subscriber.address,
            language=subscriber.language,
            practice=broadcast.practice,
            subscriber=subscriber,
            request_id=broadcast.request_id,
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
        broadcast__practice=practice,
        broadcast__revision=1,
        broadcast__event=NewsOf.REVISION,
        subscriber__in=subscribers,
    )
    waiting = {"message__sent_at": None, "message__failed_at": None, "message__cancelled_at": None}
    return set(first.filter(**waiting).values_list("subscriber_id", flat=True))


def _told_of_merged_practice(practice: Practice, subscribers) -> set[int]:
    """Subscribers who were sent news of a practice that has been merged into this one."""
    told = Announcement.objects.filter(
        broadcast__practice__merged_into=practice,
        broadcast__event=NewsOf.REVISION,
        message__sent_at__isnull=False,
        subscriber__in=subscribers,
    )
    return set(told.values_list("subscriber_id", flat=True))


def _not_concerned(broadcast: Broadcast, subscribers: Collection[int]) -> set[int]:
    """Subscribers who know already whether the practice is in the catalogue, by what they were sent last."""
    sent = Announcement.objects.filter(
        broadcast__in=broadcast.practice.broadcasts.of_standing(),
        message__sent_at__isnull=False,
        subscriber__in=subscribers,
    )
    last = dict(sent.order_by("broadcast_id").values_list("subscriber_id", "broadcast__event"))
    return {
        subscriber
        for subscriber in subscribers
        if last.get(subscriber, NewsOf.RESTORATION) == broadcast.event
    }
