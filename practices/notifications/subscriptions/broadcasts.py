"""News of practices: whom it is for, and when it is due.

Publishing writes one row, a broadcast. The sender makes announcements of it, a batch of subscribers a
transaction, so that one that dies is taken up where it was; then daily and weekly ones are put together, one
message a person.
"""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Min, QuerySet
from django.utils import timezone

from practices.choices import Cadence, Kind
from practices.models import (
    Announcement,
    Broadcast,
    OutboxMessage,
    Practice,
    Revision,
    Subscriber,
    Subscription,
)
from practices.notifications import outbox, saved_filters
from practices.notifications.subscriptions.schedule import next_due

BATCH = 1000
"""Subscribers that are seen to in one transaction."""


def announce(revision: Revision) -> None:
    """Make a revision news: the first one that the practice is new, a later one what changed. Once.

    Called by `workflow` in the transaction that publishes; costs the same however many subscribers there are.
    """
    broadcast = Broadcast(
        practice=revision.practice,
        revision=revision.number,
        note=revision.note,
        created_at=revision.published_at,
    )
    Broadcast.objects.bulk_create([broadcast], ignore_conflicts=True)


def announce_again(practice: Practice, *, cancelled_at: datetime) -> None:
    """Queue once more the news that a withdrawal cancelled, for those who follow the practice still."""
    outbox.restore_about(practice, cancelled_at=cancelled_at)


def spread(*, now: datetime | None = None) -> bool:
    """Make the announcements of one broadcast for the next BATCH subscribers; false when there is none to do."""
    if not Broadcast.objects.to_spread().exists():
        return False
    now = now or timezone.now()
    with transaction.atomic():
        broadcast = _locked(Broadcast.objects.to_spread()).select_related("practice").first()
        if broadcast is None:
            return False  # another sender is at it
        if broadcast.matched is None:
            followed = Subscription.objects.in_force().order_by("query").values_list("query", flat=True)
            broadcast.matched = saved_filters.those_that_pass(
                followed.distinct().iterator(), broadcast.practice
            )
        soonest = _soonest_cadences(broadcast)
        _make_announcements(broadcast, soonest, now=now)
        if len(soonest) < BATCH:
            broadcast.spread_at = now
        else:
            broadcast.position = max(soonest)
        broadcast.save(update_fields=["matched", "position", "spread_at"])
    return True


def _locked(rows: QuerySet) -> QuerySet:
    """These rows for us alone, without those another sender has. SQLite lets one sender at a time get here."""
    if not connection.features.has_select_for_update_skip_locked:
        return rows
    return rows.select_for_update(skip_locked=True, of=("self",))


def _soonest_cadences(broadcast: Broadcast) -> dict[int, str]:
    """Subscriber → the soonest cadence of what they follow that matches, for the next BATCH of them."""
    matching = Subscription.objects.in_force().filter(
        query__in=broadcast.matched, subscriber__gt=broadcast.position
    )
    # The cadences stand in the order of their names: at_once, daily, weekly.
    soonest = matching.order_by("subscriber_id").values("subscriber_id").annotate(soonest=Min("cadence"))
    return dict(soonest.values_list("subscriber_id", "soonest")[:BATCH])


def _make_announcements(broadcast: Broadcast, soonest: dict[int, str], *, now: datetime) -> None:
    done = set(broadcast.announcements.filter(subscriber__in=soonest).values_list("subscriber_id", flat=True))
    if broadcast.is_update:
        done |= _not_told_yet(broadcast.practice, soonest)
    else:
        done |= _told_of_its_double(broadcast.practice, soonest)
    fields = ("address", "language", "time_zone", "digest_weekday", "digest_hour")
    subscribers = [
        subscriber
        for subscriber in Subscriber.objects.filter(pk__in=soonest).only(*fields)
        if subscriber.pk not in done
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


def _not_told_yet(practice: Practice, subscribers) -> set[int]:
    """Those who will hear of the practice itself later, and so of it as it is now."""
    news = Announcement.objects.filter(
        broadcast__practice=practice, broadcast__revision=1, subscriber__in=subscribers
    )
    waits = {"message__sent_at": None, "message__failed_at": None, "message__cancelled_at": None}
    return set(news.filter(**waits).values_list("subscriber_id", flat=True))


def _told_of_its_double(practice: Practice, subscribers) -> set[int]:
    """Those who were sent news of a practice that has been merged into this one."""
    told = Announcement.objects.filter(
        broadcast__practice__merged_into=practice, message__sent_at__isnull=False, subscriber__in=subscribers
    )
    return set(told.values_list("subscriber_id", flat=True))


def put_digests_together(*, most: int = 200, now: datetime | None = None) -> bool:
    """Make one message of all that is due to each of at most `most` subscribers; false when nothing is due.

    What an outage left undone is in it too, whatever the number of days or weeks.
    """
    now = now or timezone.now()
    due = Announcement.objects.due(now).filter(subscriber__suspended_at=None)
    keys = set(due.order_by("due_at", "pk").values_list("subscriber_id", flat=True)[: most * 5])
    if not keys:
        return False
    with transaction.atomic():
        subscribers = list(_locked(Subscriber.objects.filter(pk__in=sorted(keys)[:most])))
        announcements = list(due.filter(subscriber__in=subscribers))
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
    return bool(announcements)


@transaction.atomic
def due_anew(subscriber: Subscriber, *, now: datetime | None = None) -> None:
    """Bring what waits for a digest under the subscriber's changed clock and cadences."""
    now = now or timezone.now()
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
