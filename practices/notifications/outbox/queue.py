"""What is queued, cancelled, tried again, and how much of it there is."""

import dataclasses
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q

from practices.choices import NEWS, Kind
from practices.models import Announcement, Broadcast, OutboxMessage, Practice, Submission, Subscriber


def queue(
    kind: Kind,
    *,
    address: str,
    language: str,
    submission: Submission | None = None,
    subscriber: Subscriber | None = None,
    context: dict | None = None,
    cancelled_at: datetime | None = None,
) -> OutboxMessage:
    """Queue one message, in the caller's transaction; `cancelled_at` records one that is not to go."""
    return OutboxMessage.objects.create(
        kind=kind,
        address=address,
        language=language,
        submission=submission,
        subscriber=subscriber,
        context=context or {},
        cancelled_at=cancelled_at,
    )


def cancel_about(practice: Practice, *, now: datetime) -> None:
    """Cancel announcements of a practice that have not gone out yet."""
    OutboxMessage.objects.waiting().filter(kind__in=NEWS, practice=practice).update(cancelled_at=now)


def cancel_repeated(practice: Practice, *, heard_of: Practice, now: datetime) -> None:
    """Cancel what was to announce `practice` to those who were sent news of the other one, which is the same."""
    heard = Announcement.objects.filter(broadcast__practice=heard_of, message__sent_at__isnull=False)
    whose = {"subscriber__in": heard.values("subscriber")}
    OutboxMessage.objects.waiting().filter(kind__in=NEWS, practice=practice, **whose).update(cancelled_at=now)
    Announcement.objects.filter(broadcast__practice=practice, message=None, **whose).delete()


def restore_about(practice: Practice, *, cancelled_at: datetime) -> None:
    """Queue once more the announcements that were cancelled at that instant."""
    cancelled = OutboxMessage.objects.filter(
        kind__in=NEWS, practice=practice, sent_at=None, cancelled_at=cancelled_at
    )
    cancelled.update(cancelled_at=None)


def cancel(messages: Iterable[OutboxMessage], *, now: datetime) -> int:
    """Let messages that wait, or were given up, not go any more; their number."""
    kept = OutboxMessage.objects.filter(pk__in=[message.pk for message in messages], sent_at=None)
    return kept.filter(cancelled_at=None).update(cancelled_at=now)


def retry(messages: Iterable[OutboxMessage], *, now: datetime) -> int:
    """Make messages that were given up due again; their number. Sent and cancelled ones stay as they are."""
    given_up = OutboxMessage.objects.filter(
        pk__in=[message.pk for message in messages], sent_at=None, cancelled_at=None
    )
    return given_up.exclude(failed_at=None).update(
        failed_at=None,
        attempts=0,
        due_at=now,
        give_up_at=now + timedelta(hours=settings.OUTBOX_GIVE_UP_HOURS),
    )


@dataclasses.dataclass(frozen=True)
class Figures:
    """How the outbox stands."""

    waiting: int
    due: int
    given_up: int
    to_spread: int
    oldest_due_seconds: int


def figures(now: datetime) -> Figures:
    """Counts of what is not done yet; sent messages are not looked at."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    waiting = OutboxMessage.objects.waiting().aggregate(
        waiting=Count("pk"), due=Count("pk", filter=Q(due_at__lte=now) & free)
    )
    age = oldest_due_age(now)
    return Figures(
        given_up=OutboxMessage.objects.given_up().count(),
        to_spread=Broadcast.objects.to_spread().count(),
        oldest_due_seconds=int(age.total_seconds()) if age else 0,
        **waiting,
    )


def oldest_due_age(now: datetime) -> timedelta | None:
    """How long the oldest due message has been due; None when nothing is. Grows when no sender runs."""
    due_at = OutboxMessage.objects.waiting().filter(due_at__lte=now).order_by("due_at")
    oldest = due_at.values_list("due_at", flat=True).first()
    spread = Broadcast.objects.to_spread().values_list("created_at", flat=True).first()
    instants = [instant for instant in (oldest, spread) if instant]
    return now - min(instants) if instants else None
