"""Queueing, cancelling and retrying messages, and the metrics of the outbox."""

import dataclasses
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from practices import clock
from practices.choices import NEWS_OF_REVISIONS, TO_STAFF, Kind, NewsOf
from practices.core import trace
from practices.models import (
    Announcement,
    Broadcast,
    OutboxMessage,
    Practice,
    Question,
    Submission,
    Subscriber,
)
from practices.models.outbox import default_give_up_at
from practices.notifications import suspensions


def enqueue(
    kind: Kind,
    *,
    address: str,
    language: str,
    channel: str = "email",
    submission: Submission | None = None,
    subscriber: Subscriber | None = None,
    question: Question | None = None,
    context: dict | None = None,
) -> OutboxMessage:
    """Queue a message in the caller's transaction. To an address that complained it is recorded but not sent."""
    held = kind not in TO_STAFF and suspensions.complained([address])
    return OutboxMessage.objects.create(
        kind=kind,
        address=address,
        language=language,
        channel=channel,
        submission=submission,
        subscriber=subscriber,
        question=question,
        context=context or {},
        request_id=trace.current().id,
        cancelled_at=clock.now() if held else None,
    )


def cancel_announcements(practice: Practice, *, now: datetime) -> None:
    """Cancel announcements of a practice that have not been sent."""
    OutboxMessage.objects.waiting().filter(kind__in=NEWS_OF_REVISIONS, practice=practice).update(
        cancelled_at=now
    )


def cancel_duplicate_announcements(practice: Practice, *, announced: Practice, now: datetime) -> None:
    """Cancel announcements of `practice` to subscribers who were sent news of its duplicate `announced`."""
    of_revisions = Announcement.objects.filter(broadcast__event=NewsOf.REVISION)
    sent = of_revisions.filter(broadcast__practice=announced, message__sent_at__isnull=False)
    same_subscribers = {"subscriber__in": sent.values("subscriber")}
    waiting = OutboxMessage.objects.waiting().filter(kind__in=NEWS_OF_REVISIONS, practice=practice)
    waiting.filter(**same_subscribers).update(cancelled_at=now)
    of_revisions.filter(broadcast__practice=practice, message=None, **same_subscribers).delete()


def restore_announcements(practice: Practice, *, cancelled_at: datetime) -> None:
    """Queue again the announcements of a practice that were cancelled at `cancelled_at`; the time for trying is anew."""
    cancelled = OutboxMessage.objects.filter(
        kind__in=NEWS_OF_REVISIONS, practice=practice, sent_at=None, cancelled_at=cancelled_at
    )
    cancelled.update(cancelled_at=None, give_up_at=default_give_up_at())


def restore(messages: QuerySet[OutboxMessage]) -> None:
    """Queue cancelled messages again, but none to an address that complained; the time for trying is anew."""
    cancelled = messages.filter(sent_at=None).exclude(cancelled_at=None)
    complained = suspensions.complained(set(cancelled.values_list("address", flat=True)))
    cancelled.exclude(address__in=complained).update(cancelled_at=None, give_up_at=default_give_up_at())


def cancel(messages: Iterable[OutboxMessage], *, now: datetime) -> int:
    """Cancel messages that are waiting or were given up; return their number."""
    unsent = OutboxMessage.objects.filter(pk__in=[message.pk for message in messages], sent_at=None)
    return unsent.filter(cancelled_at=None).update(cancelled_at=now)


def retry(messages: Iterable[OutboxMessage], *, now: datetime) -> int:
    """Make given-up messages due again; return their number. Sent and cancelled messages are left alone."""
    given_up = OutboxMessage.objects.filter(
        pk__in=[message.pk for message in messages], sent_at=None, cancelled_at=None
    )
    return given_up.exclude(failed_at=None).update(
        failed_at=None,
        attempts=0,
        due_at=now,
        give_up_at=default_give_up_at(now),
    )


@dataclasses.dataclass(frozen=True)
class Metrics:
    """Counts of what the outbox has left to do."""

    waiting: int
    due: int
    given_up: int
    to_fan_out: int
    oldest_due_seconds: int


def metrics(now: datetime) -> Metrics:
    """Count what is left to do. Sent messages are not read, so the cost does not grow with them."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    waiting = OutboxMessage.objects.waiting().aggregate(
        waiting=Count("pk"), due=Count("pk", filter=Q(due_at__lte=now) & free)
    )
    age = oldest_due_age(now)
    return Metrics(
        given_up=OutboxMessage.objects.given_up().count(),
        to_fan_out=Broadcast.objects.awaiting_fan_out().count(),
        oldest_due_seconds=int(age.total_seconds()) if age else 0,
        **waiting,
    )


def oldest_due_age(now: datetime) -> timedelta | None:
    """Age of the oldest due message or broadcast; None if nothing is due. Grows while no sender runs."""
    due = OutboxMessage.objects.waiting().filter(due_at__lte=now).order_by("due_at")
    oldest_message = due.values_list("due_at", flat=True).first()
    oldest_broadcast = Broadcast.objects.awaiting_fan_out().values_list("created_at", flat=True).first()
    instants = [instant for instant in (oldest_message, oldest_broadcast) if instant]
    return now - min(instants) if instants else None
