"""Claiming what is due and sending it."""

import logging
import random
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from practices.choices import NEWS
from practices.models import OutboxMessage
from practices.notifications import bounces
from practices.notifications.channels import CHANNELS, PermanentFailure, Send, TemporaryFailure
from practices.notifications.outbox import news
from practices.notifications.outbox.results import Record

logger = logging.getLogger(__name__)

BATCH = 100
FRESH = timedelta(seconds=1)
"""How old the knowledge may be that a claimed message is still to go, and what it is for."""


def deliver_due(*, limit: int | None = None, stopped: Callable[[], bool] = lambda: False) -> int:
    """Send what is due, each message once whatever other senders do; the number of messages attempted.

    Ends after `limit` messages, when nothing is due any more, or, with the message in hand sent and the others
    given back, as soon as `stopped()`.
    """
    attempted = 0
    with ExitStack() as stack:
        record = stack.enter_context(Record())
        channels: dict[str, Send] = {}

        def send(message: OutboxMessage) -> None:
            if message.channel not in channels:
                channels[message.channel] = stack.enter_context(CHANNELS[message.channel]())
            channels[message.channel](message, record.settle)

        while limit is None or attempted < limit:
            batch = claim(min(BATCH, limit - attempted) if limit else BATCH, now=timezone.now())
            if not batch:
                break
            attempted += _deliver_batch(batch, send, record, stopped)
            record.settle()
            if stopped():
                break
    return attempted


def _deliver_batch(
    batch: list[OutboxMessage],
    send: Callable[[OutboxMessage], None],
    record: Record,
    stopped: Callable[[], bool],
) -> int:
    """Send a claimed batch; how many messages were dealt with before `stopped()`."""
    held = {message.pk for message in batch}
    known_at = timezone.now()
    news.find(batch)
    for position, message in enumerate(batch):
        if stopped():
            _give_back(batch[position:])
            return position
        now = timezone.now()
        if now - known_at > FRESH:
            record.settle()
            held, known_at = _hold(batch[position:], now=now), now
            news.find([rest for rest in batch[position:] if rest.pk in held])
        if message.pk in held:
            _deliver(message, send, record)
    return len(batch)


def claim(most: int, *, now: datetime) -> list[OutboxMessage]:
    """Take at most `most` due messages for a lease during which no other sender takes them."""
    leased_until = _lease_from(now)
    with transaction.atomic():
        due = OutboxMessage.objects.due(now)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        # SQLite: IMMEDIATE transactions let one sender at a time read and take.
        claimed = list(
            due.select_related("submission__submitter", "submission__practice", "subscriber")[:most]
        )
        taken = OutboxMessage.objects.filter(pk__in=[message.pk for message in claimed])
        taken.update(leased_until=leased_until, attempts=F("attempts") + 1)
    for message in claimed:
        message.leased_until = leased_until
        message.attempts += 1
    return claimed


def _give_back(messages: list[OutboxMessage]) -> None:
    """Let another sender have claimed messages at once, instead of when their lease runs out."""
    _ours(messages).update(leased_until=None, attempts=F("attempts") - 1)


def _hold(messages: list[OutboxMessage], *, now: datetime) -> set[int]:
    """Renew the lease; the keys of those that were neither cancelled nor taken up by another sender."""
    leased_until = _lease_from(now)
    with transaction.atomic():
        ours = _ours(messages)
        if connection.features.has_select_for_update:
            ours = ours.select_for_update()
        held = set(ours.values_list("pk", flat=True))
        OutboxMessage.objects.filter(pk__in=held).update(leased_until=leased_until)
    for message in messages:
        message.leased_until = leased_until
    return held


def _ours(messages: list[OutboxMessage]):
    """Those of claimed messages, all of one claim, that wait still and that we hold."""
    keys = [message.pk for message in messages]
    return OutboxMessage.objects.waiting().filter(pk__in=keys, leased_until=messages[0].leased_until)


def _deliver(message: OutboxMessage, send: Callable[[OutboxMessage], None], record: Record) -> None:
    if message.kind in NEWS and message.news is None:
        _row(message).update(cancelled_at=timezone.now(), leased_until=None)
        return
    try:
        send(message)
    except PermanentFailure as failure:
        _row(message).update(failed_at=timezone.now(), leased_until=None, error=str(failure))
        if message.subscriber_id:
            bounces.refused(message.subscriber_id, now=timezone.now())
        logger.warning("message given up", extra={"outbox_message": message.pk, "reason": "refused for good"})
    except TemporaryFailure as failure:
        _postpone(message, str(failure), now=timezone.now())
    except OperationalError:
        raise  # the database is away, which no other message would fare better with
    except Exception as error:
        # A message we cannot compose must not stop the others; it is tried again and stays visible to staff.
        logger.exception("message failed", extra={"outbox_message": message.pk})
        _postpone(message, f"{type(error).__name__}: {error}", now=timezone.now())
    else:
        record.sent(message)
        if message.subscriber and message.subscriber.bounces:
            bounces.reached(message.subscriber.pk)
        logger.debug("message sent", extra={"outbox_message": message.pk, "kind": message.kind})


def _row(message: OutboxMessage):
    return OutboxMessage.objects.waiting().filter(pk=message.pk)


def _postpone(message: OutboxMessage, error: str, *, now: datetime) -> None:
    row = _row(message)
    if now >= message.give_up_at:
        row.update(failed_at=now, leased_until=None, error=error)
        logger.error("message given up", extra={"outbox_message": message.pk, "reason": "tried for too long"})
    else:
        row.update(due_at=now + wait_after(message.attempts), leased_until=None, error=error)
        logger.warning(
            "message postponed", extra={"outbox_message": message.pk, "attempts": message.attempts}
        )


def wait_after(attempts: int) -> timedelta:
    """The wait before the next try: doubling from the first to the longest, ±20 % so that retries spread."""
    wait = min(
        settings.OUTBOX_FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, 20), settings.OUTBOX_LONGEST_WAIT_SECONDS
    )
    return timedelta(seconds=wait) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing


def _lease_from(now: datetime) -> datetime:
    """Long enough for one message however slow the server, begun when knowledge of it is no longer fresh."""
    return now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
