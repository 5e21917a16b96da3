"""Claiming due messages and sending them."""

import logging
import random
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import F

from practices import clock
from practices.choices import NEWS
from practices.models import OutboxMessage
from practices.notifications import bounces
from practices.notifications.channels import CHANNELS, PermanentFailure, Send, TemporaryFailure
from practices.notifications.outbox import news
from practices.notifications.outbox.results import SentRecorder

logger = logging.getLogger(__name__)

BATCH = 100
MAX_STALENESS = timedelta(seconds=1)
"""Maximum age of the check that claimed messages are not cancelled and still have something to tell."""


def deliver_due(*, limit: int | None = None, stopped: Callable[[], bool] = lambda: False) -> int:
    """Send due messages, each once however many senders run; return the number of messages attempted.

    Ends after `limit` messages, when nothing is due, or as soon as `stopped()`: the current message is then
    finished and the rest of the batch released.
    """
    attempted = 0
    with ExitStack() as stack:
        recorder = stack.enter_context(SentRecorder())
        channels: dict[str, Send] = {}

        def send(message: OutboxMessage) -> None:
            if message.channel not in channels:
                channels[message.channel] = stack.enter_context(CHANNELS[message.channel]())
            channels[message.channel](message, recorder.flush)

        while limit is None or attempted < limit:
            batch = claim(min(BATCH, limit - attempted) if limit else BATCH)
            if not batch:
                break
            attempted += _deliver_batch(batch, send, recorder, stopped)
            recorder.flush()
            if stopped():
                break
    return attempted


def _deliver_batch(
    batch: list[OutboxMessage],
    send: Callable[[OutboxMessage], None],
    recorder: SentRecorder,
    stopped: Callable[[], bool],
) -> int:
    """Send a claimed batch; return the number of messages handled before `stopped()`."""
    leased = {message.pk for message in batch}
    checked_at = clock.now()
    news.attach(batch)
    for position, message in enumerate(batch):
        if stopped():
            _release(batch[position:])
            return position
        now = clock.now()
        if now - checked_at > MAX_STALENESS:
            recorder.flush()
            leased, checked_at = _renew_lease(batch[position:], now=now), now
            news.attach([rest for rest in batch[position:] if rest.pk in leased])
        if message.pk in leased:
            _deliver(message, send, recorder)
    return len(batch)


def claim(most: int, *, now: datetime | None = None) -> list[OutboxMessage]:
    """Lease up to `most` due messages, which no other sender then takes until the lease ends."""
    now = now or clock.now()
    leased_until = _lease_end(now)
    with transaction.atomic():
        due = OutboxMessage.objects.due(now)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        # On SQLite, IMMEDIATE transactions keep two senders from claiming at the same time.
        claimed = list(
            due.select_related("submission__submitter", "submission__practice", "subscriber")[:most]
        )
        rows = OutboxMessage.objects.filter(pk__in=[message.pk for message in claimed])
        rows.update(leased_until=leased_until, attempts=F("attempts") + 1)
    for message in claimed:
        message.leased_until = leased_until
        message.attempts += 1
    return claimed


def _release(messages: list[OutboxMessage]) -> None:
    """End the lease of claimed messages now, so that another sender can take them."""
    _still_leased(messages).update(leased_until=None, attempts=F("attempts") - 1)


def _renew_lease(messages: list[OutboxMessage], *, now: datetime) -> set[int]:
    """Renew the lease; return the keys of messages neither cancelled nor claimed by another sender."""
    leased_until = _lease_end(now)
    with transaction.atomic():
        ours = _still_leased(messages)
        if connection.features.has_select_for_update:
            ours = ours.select_for_update()
        leased = set(ours.values_list("pk", flat=True))
        OutboxMessage.objects.filter(pk__in=leased).update(leased_until=leased_until)
    for message in messages:
        message.leased_until = leased_until
    return leased


def _still_leased(messages: list[OutboxMessage]):
    """Filter messages of one claim to those that are still waiting and leased by us."""
    keys = [message.pk for message in messages]
    return OutboxMessage.objects.waiting().filter(pk__in=keys, leased_until=messages[0].leased_until)


def _deliver(message: OutboxMessage, send: Callable[[OutboxMessage], None], recorder: SentRecorder) -> None:
    if message.kind in NEWS and message.news is None:
        _waiting_row(message).update(cancelled_at=clock.now(), leased_until=None)
        return
    try:
        send(message)
    except PermanentFailure as failure:
        _waiting_row(message).update(failed_at=clock.now(), leased_until=None, error=str(failure))
        if message.subscriber_id:
            bounces.record_refusal(message.subscriber_id, now=clock.now())
        logger.warning("message given up", extra={"outbox_message": message.pk, "reason": "refused for good"})
    except TemporaryFailure as failure:
        _postpone(message, str(failure), now=clock.now())
    except OperationalError:
        raise  # the database is unavailable, so the other messages would fail too
    except Exception as error:
        # A message that cannot be composed must not block the others; it is retried and staff see its error.
        logger.exception("message failed", extra={"outbox_message": message.pk})
        _postpone(message, f"{type(error).__name__}: {error}", now=clock.now())
    else:
        recorder.record(message)
        if message.subscriber and message.subscriber.bounces:
            bounces.reset(message.subscriber.pk)
        logger.debug("message sent", extra={"outbox_message": message.pk, "kind": message.kind})


def _waiting_row(message: OutboxMessage):
    return OutboxMessage.objects.waiting().filter(pk=message.pk)


def _postpone(message: OutboxMessage, error: str, *, now: datetime) -> None:
    row = _waiting_row(message)
    if now >= message.give_up_at:
        row.update(failed_at=now, leased_until=None, error=error)
        logger.error("message given up", extra={"outbox_message": message.pk, "reason": "tried for too long"})
    else:
        row.update(due_at=now + retry_delay(message.attempts), leased_until=None, error=error)
        logger.warning(
            "message postponed", extra={"outbox_message": message.pk, "attempts": message.attempts}
        )


def retry_delay(attempts: int) -> timedelta:
    """Exponential backoff from the first to the longest wait, with ±20 % jitter."""
    wait = min(
        settings.OUTBOX_FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, 20), settings.OUTBOX_LONGEST_WAIT_SECONDS
    )
    return timedelta(seconds=wait) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing


def _lease_end(now: datetime) -> datetime:
    """End of a lease that begins now. It is long enough for one message on a slow server: each check renews it."""
    return now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
