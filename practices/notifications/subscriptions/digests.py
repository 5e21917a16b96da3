"""Digests of daily and weekly news: when they are due, in the subscriber's time zone, and building them."""

from datetime import datetime, time, timedelta
from functools import partial

from django.db import transaction

from practices import clock
from practices.choices import Cadence, Kind
from practices.core import isolation, time_zones
from practices.models import Announcement, OutboxMessage, Subscriber, Subscription
from practices.notifications.locking import skip_locked


def next_due(cadence: str, subscriber: Subscriber, *, after: datetime) -> datetime:
    """Return the first instant later than `after` at which news of this cadence is due.

    A local hour that daylight saving time skips falls one hour later; one that it repeats counts once.
    """
    if cadence == Cadence.AT_ONCE:
        return after
    zone = time_zones.zone_of(subscriber.time_zone)
    day = after.astimezone(zone).date()
    for days in range(9):
        candidate = day + timedelta(days=days)
        if cadence == Cadence.WEEKLY and candidate.weekday() != subscriber.digest_weekday:
            continue
        due = datetime.combine(candidate, time(subscriber.digest_hour), zone).astimezone(after.tzinfo)
        if due > after:
            return due
    raise AssertionError("a week has every day")


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
    subscribers = list(skip_locked(Subscriber.objects.filter(pk__in=keys)))
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
