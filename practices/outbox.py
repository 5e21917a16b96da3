"""Queueing, claiming, delivering and retrying messages.

A row is written in the transaction of what it tells of. A sender claims a row with a lease, commits, sends
outside any transaction, and records the result. The lease of a sender that died runs out and the row is taken
up again, so nothing is lost; only a death between the server's "250 OK" and the record can send one message
twice, and both copies then carry the same Message-ID.
"""

import logging
import random
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from practices.channels import CHANNELS, PermanentFailure, Send, TemporaryFailure
from practices.choices import Kind
from practices.models import OutboxMessage, Practice, Submission, Subscriber

logger = logging.getLogger(__name__)

BATCH = 100
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)


def queue(
    kind: Kind,
    *,
    address: str,
    language: str,
    submission: Submission | None = None,
    subscriber: Subscriber | None = None,
    context: dict | None = None,
) -> OutboxMessage:
    """Queue one message, in the caller's transaction."""
    return OutboxMessage.objects.create(
        kind=kind,
        address=address,
        language=language,
        submission=submission,
        subscriber=subscriber,
        context=context or {},
    )


def queue_many(messages: Iterable[OutboxMessage]) -> None:
    """Queue messages in bulk. An announcement its subscriber already had or awaits is left out."""
    OutboxMessage.objects.bulk_create(messages, batch_size=500, ignore_conflicts=True)


def cancel_about(practice: Practice, *, now: datetime) -> None:
    """Cancel announcements of a practice that have not gone out yet."""
    OutboxMessage.objects.waiting().filter(kind=Kind.PRACTICE_PUBLISHED, practice=practice).update(
        cancelled_at=now
    )


def cancel_repeated(practice: Practice, *, heard_of: Practice, now: datetime) -> None:
    """Cancel what was to announce `practice` to those who were sent news of the other one, which is the same."""
    heard = OutboxMessage.objects.filter(
        kind=Kind.PRACTICE_PUBLISHED, practice=heard_of, sent_at__isnull=False
    )
    waiting = OutboxMessage.objects.waiting().filter(kind=Kind.PRACTICE_PUBLISHED, practice=practice)
    waiting.filter(subscriber__in=heard.values("subscriber")).update(cancelled_at=now)


def retry(messages: Iterable[OutboxMessage], *, now: datetime) -> int:
    """Make messages that were given up due again; their number. Sent and cancelled ones stay as they are."""
    given_up = OutboxMessage.objects.filter(pk__in=[message.pk for message in messages], sent_at=None)
    return given_up.exclude(failed_at=None).update(
        failed_at=None,
        attempts=0,
        due_at=now,
        give_up_at=now + timedelta(hours=settings.OUTBOX_GIVE_UP_HOURS),
    )


def deliver_due(*, limit: int | None = None, stopped: Callable[[], bool] = lambda: False) -> int:
    """Send what is due, each message once whatever other senders do; the number of messages attempted.

    Ends after `limit` messages, when nothing is due any more, or, with the message in hand sent and the others
    given back, as soon as `stopped()`.
    """
    attempted = 0
    with ExitStack() as stack:
        channels: dict[str, Send] = {}

        def send(message: OutboxMessage) -> None:
            if message.channel not in channels:
                channels[message.channel] = stack.enter_context(CHANNELS[message.channel]())
            channels[message.channel](message)

        while limit is None or attempted < limit:
            batch = claim(min(BATCH, limit - attempted) if limit else BATCH, now=timezone.now())
            if not batch:
                break
            for position, message in enumerate(batch):
                if stopped():
                    _give_back(batch[position:])
                    return attempted
                if _hold(message):
                    _deliver(message, send)
                attempted += 1
    return attempted


def claim(most: int, *, now: datetime) -> list[OutboxMessage]:
    """Take at most `most` due messages for a lease during which no other sender takes them."""
    with transaction.atomic():
        due = OutboxMessage.objects.due(now)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        # SQLite: IMMEDIATE transactions let one sender at a time read and take.
        keys = list(due.values_list("pk", flat=True)[:most])
        OutboxMessage.objects.filter(pk__in=keys).update(leased_until=now + _lease())
    return list(
        OutboxMessage.objects.filter(pk__in=keys)
        .select_related("practice", "submission__submitter", "subscriber")
        .order_by("due_at", "pk")
    )


def _give_back(messages: list[OutboxMessage]) -> None:
    """Let another sender have claimed messages at once, instead of when their lease runs out."""
    for message in messages:
        OutboxMessage.objects.filter(pk=message.pk, leased_until=message.leased_until).update(
            leased_until=None
        )


def _hold(message: OutboxMessage) -> bool:
    """Renew the lease just before sending; false when the message was cancelled or taken up by another."""
    leased_until = timezone.now() + _lease()
    ours = OutboxMessage.objects.waiting().filter(pk=message.pk, leased_until=message.leased_until)
    if not ours.update(leased_until=leased_until, attempts=F("attempts") + 1):
        return False
    # Somebody may have left one of several subscriptions since the claim.
    message.refresh_from_db(fields=["attempts", "context", "leased_until"])
    return True


def _deliver(message: OutboxMessage, send: Send) -> None:
    row = OutboxMessage.objects.waiting().filter(pk=message.pk)
    now = timezone.now()
    try:
        send(message)
    except PermanentFailure as failure:
        row.update(failed_at=now, leased_until=None, error=str(failure))
        logger.warning("message given up", extra={"outbox_message": message.pk, "reason": "refused for good"})
    except TemporaryFailure as failure:
        _postpone(message, str(failure), now=now)
    except Exception as error:
        # A message we cannot compose must not stop the others; it is tried again and stays visible to staff.
        logger.exception("message failed", extra={"outbox_message": message.pk})
        _postpone(message, f"{type(error).__name__}: {error}", now=now)
    else:
        # Sent is sent, even if it was cancelled meanwhile.
        sent = OutboxMessage.objects.filter(pk=message.pk)
        sent.update(sent_at=timezone.now(), leased_until=None, error="")
        logger.info("message sent", extra={"outbox_message": message.pk, "kind": message.kind})


def _postpone(message: OutboxMessage, error: str, *, now: datetime) -> None:
    row = OutboxMessage.objects.waiting().filter(pk=message.pk)
    if now >= message.give_up_at:
        row.update(failed_at=now, leased_until=None, error=error)
        logger.error("message given up", extra={"outbox_message": message.pk, "reason": "tried for too long"})
    else:
        row.update(due_at=now + wait_after(message.attempts), leased_until=None, error=error)
        logger.warning(
            "message postponed", extra={"outbox_message": message.pk, "attempts": message.attempts}
        )


def wait_after(attempts: int) -> timedelta:
    """The wait before the next try: doubling from half a minute to six hours, ±20 % so that retries spread."""
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    return wait * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing


def oldest_due_age(now: datetime) -> timedelta | None:
    """How long the oldest message has been due and unsent; None when nothing is due."""
    due_at = (
        OutboxMessage.objects.waiting()
        .filter(due_at__lte=now)
        .order_by("due_at")
        .values_list("due_at", flat=True)
    )
    oldest = due_at.first()
    return now - oldest if oldest else None


def _lease() -> timedelta:
    return timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
