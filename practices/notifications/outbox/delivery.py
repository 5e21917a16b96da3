"""Claiming due messages and sending them."""

import dataclasses
import logging
import random
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When

from practices import clock
from practices.choices import NEWS, TO_STAFF
from practices.core import isolation, trace
from practices.models import OutboxMessage
from practices.models.outbox import default_give_up_at
from practices.notifications import bounces, suspensions
from practices.notifications.channels import (
    CHANNELS,
    PermanentFailure,
    Send,
    ServerUnavailable,
    TemporaryFailure,
)
from practices.notifications.outbox import news
from practices.notifications.outbox.results import RecordFailed, SentRecorder

logger = logging.getLogger(__name__)

BATCH = 100
MAX_STALENESS = timedelta(seconds=1)
"""Maximum age of the check that claimed messages are ours, not cancelled, and still have something to tell."""
ERROR_LENGTH = 1000
"""Characters kept of an error, of which a mail server can send any number."""


@dataclasses.dataclass
class Progress:
    """Messages attempted so far, and whether a server hangs, so that the others have to wait."""

    attempted: int = 0
    unavailable: bool = False


class _NotOurs(Exception):
    """The message was cancelled, or its lease ran out and another sender has claimed it."""


class _Lease:
    """The lease on a batch of messages, by the database's clock.

    A claim is recognised by the end of its lease and the number of attempts, which each claim changes.
    """

    def __init__(self, batch: list[OutboxMessage], *, claimed_at: datetime) -> None:
        self.held = list(batch)
        self._checked_at = claimed_at

    def holds(self, message: OutboxMessage) -> bool:
        return any(message is held for held in self.held)

    @property
    def is_stale(self) -> bool:
        """True if it has to be renewed before anything else is sent under it."""
        # If the database's clock was set back, the age is negative.
        most = min(MAX_STALENESS, timedelta(seconds=settings.OUTBOX_LEASE_SECONDS / 8))
        return not timedelta(0) <= clock.now() - self._checked_at <= most

    def renew(self, messages: list[OutboxMessage]) -> None:
        """Renew it for those `messages` that are neither cancelled nor claimed by another sender: `held`."""
        now = clock.now()
        leased_until = _lease_end(now)
        with transaction.atomic():
            ours = _claimed(messages)
            if connection.features.has_select_for_update:
                ours = ours.select_for_update()
            keys = set(ours.values_list("pk", flat=True))
            OutboxMessage.objects.filter(pk__in=keys).update(leased_until=leased_until)
        self.held = [message for message in messages if message.pk in keys]
        self._checked_at = now
        for message in self.held:
            message.leased_until = leased_until

    def release(self, messages: list[OutboxMessage]) -> None:
        """End it for messages that were not attempted, so that another sender can take them."""
        _claimed([message for message in messages if self.holds(message)]).update(
            leased_until=None, attempts=F("attempts") - 1
        )


def deliver_due(
    *, channel: str | None = None, limit: int | None = None, stopped: Callable[[], bool] = lambda: False
) -> int:
    """Send due messages as `deliver` does; return the number of messages attempted."""
    return deliver(channel=channel, limit=limit, stopped=stopped).attempted


def deliver(
    *, channel: str | None = None, limit: int | None = None, stopped: Callable[[], bool] = lambda: False
) -> Progress:
    """Send due messages, of one channel or of all, each once however many senders run.

    Ends after `limit` messages, when nothing is due, when a server hangs before it lets us in, or as soon as
    `stopped()`: the current message is then finished and the rest of the batch released.
    """
    progress = Progress()
    with ExitStack() as stack:
        recorder = stack.enter_context(SentRecorder())
        channels: dict[str, Send] = {}

        def send(message: OutboxMessage, before_send: Callable[[], None]) -> None:
            if message.channel not in channels:
                channels[message.channel] = stack.enter_context(CHANNELS[message.channel]())
            channels[message.channel](message, before_send)

        while not progress.unavailable and (limit is None or progress.attempted < limit):
            most = min(BATCH, limit - progress.attempted) if limit else BATCH
            claimed_at = clock.now()
            batch = claim(most, channel=channel, now=claimed_at)
            if not batch:
                break
            _deliver_batch(_Lease(batch, claimed_at=claimed_at), send, recorder, progress, stopped)
            recorder.flush()
            if stopped():
                break
    return progress


def _deliver_batch(
    lease: _Lease,
    send: Callable[[OutboxMessage, Callable[[], None]], None],
    recorder: SentRecorder,
    progress: Progress,
    stopped: Callable[[], bool],
) -> None:
    """Send a claimed batch, until `stopped()` or until a server hangs; then release the rest."""
    batch = list(lease.held)
    _drop_unwanted(lease.held)
    _attach_news(lease.held)
    for position, message in enumerate(batch):
        rest = batch[position:]
        if stopped():
            lease.release(rest)
            return
        if lease.is_stale:
            recorder.flush()
            lease.renew(rest)
            _drop_unwanted(lease.held)
            _attach_news(lease.held)
        progress.attempted += 1
        if not lease.holds(message):
            continue
        before_send = partial(_make_sure, message, rest, lease, recorder)
        try:
            with trace.continued(message.request_id):
                _deliver(message, partial(send, message, before_send), recorder)
        except ServerUnavailable:
            progress.unavailable = True
            lease.release(rest[1:])
            return


def _make_sure(
    message: OutboxMessage, rest: list[OutboxMessage], lease: _Lease, recorder: SentRecorder
) -> None:
    """Make sure, before its content goes, that the message before is recorded and this one is still ours."""
    recorder.flush()
    if lease.is_stale:
        lease.renew(rest)
        if not lease.holds(message):
            raise _NotOurs


def claim(most: int, *, channel: str | None = None, now: datetime | None = None) -> list[OutboxMessage]:
    """Lease up to `most` due messages, which no other sender then takes until the lease ends.

    Of one channel if it is named; the first of CHANNELS takes messages of unknown channels too, to report them. The time
    for which a message is tried begins with the first claim, however long it has waited for a sender.
    """
    now = now or clock.now()
    leased_until, give_up_at = _lease_end(now), default_give_up_at(now)
    with transaction.atomic():
        due = OutboxMessage.objects.due(now)
        if channel == next(iter(CHANNELS)):
            due = due.exclude(channel__in=set(CHANNELS) - {channel})
        elif channel:
            due = due.filter(channel=channel)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        # On SQLite, IMMEDIATE transactions keep two senders from claiming at the same time.
        claimed = list(
            due.select_related(
                "submission__submitter", "submission__practice", "subscriber", "question__practice"
            )[:most]
        )
        rows = OutboxMessage.objects.filter(pk__in=[message.pk for message in claimed])
        first = When(attempts=0, then=Value(give_up_at))
        rows.update(
            leased_until=leased_until,
            attempts=F("attempts") + 1,
            give_up_at=Case(first, default=F("give_up_at"), output_field=models.DateTimeField()),
        )
    for message in claimed:
        message.leased_until = leased_until
        if message.attempts == 0:
            message.give_up_at = give_up_at
        message.attempts += 1
    return claimed


def _claimed(messages: list[OutboxMessage]) -> QuerySet[OutboxMessage]:
    """Filter to rows that are still as our claim left them: waiting, and claimed by nobody since."""
    keys = defaultdict(list)
    for message in messages:
        keys[message.leased_until, message.attempts].append(message.pk)
    claims = Q(pk__in=[])
    for (leased_until, attempts), several in keys.items():
        claims |= Q(pk__in=several, leased_until=leased_until, attempts=attempts)
    return OutboxMessage.objects.waiting().filter(claims)


def _drop_unwanted(messages: list[OutboxMessage]) -> None:
    """Cancel messages to addresses that have complained since they were queued, and take them off the list."""
    complained = suspensions.complained({message.address for message in messages})
    unwanted = [
        message for message in messages if message.address in complained and message.kind not in TO_STAFF
    ]
    if unwanted:
        _claimed(unwanted).update(cancelled_at=clock.now(), leased_until=None)
        messages[:] = [message for message in messages if message not in unwanted]


def _attach_news(messages: list[OutboxMessage]) -> None:
    """Find out what each message is to tell; where that fails for one, only that one is postponed."""
    try:
        news.attach(messages)
    except Exception as error:
        if isolation.is_away(error):
            raise
        for message in list(messages):
            try:
                news.attach([message])
            except Exception as error:
                if isolation.is_away(error):
                    raise
                _fail(message, error)
                messages.remove(message)


def _deliver(message: OutboxMessage, send: Callable[[], None], recorder: SentRecorder) -> None:
    """Send one message and record what became of it. Raises ServerUnavailable, and what a database that is away says."""
    if message.kind in NEWS and message.news is None:
        _claimed([message]).update(cancelled_at=clock.now(), leased_until=None)
        return
    try:
        send()
    except PermanentFailure as failure:
        _claimed([message]).update(failed_at=clock.now(), leased_until=None, error=_kept(str(failure)))
        if message.subscriber_id:
            bounces.record_refusal(message.subscriber_id, now=clock.now())
        logger.warning(
            "message given up",
            extra={
                "outbox_message": message.pk,
                "reason": "permanently refused",
                "error": _kind_of(failure),
            },
        )
    except TemporaryFailure as failure:
        _postpone(message, failure, str(failure), now=clock.now())
        if isinstance(failure, ServerUnavailable):
            raise
    except _NotOurs:
        logger.warning("message left to another sender", extra={"outbox_message": message.pk})
    except RecordFailed:
        raise  # of the message before, which the next SentRecorder records
    except Exception as error:
        if isolation.is_away(error):
            raise
        _fail(message, error)
    else:
        recorder.record(message)
        if message.subscriber and message.subscriber.bounces:
            bounces.reset(message.subscriber.pk)
        logger.info("message sent", extra={"outbox_message": message.pk, "kind": message.kind})


def _fail(message: OutboxMessage, error: Exception) -> None:
    """Postpone a message that cannot be composed: it must not block the others, and staff see its error."""
    isolation.report("message", message.pk)
    _postpone(message, error, f"{type(error).__name__}: {error}", now=clock.now())


def _postpone(message: OutboxMessage, error: Exception, told: str, *, now: datetime) -> None:
    row, facts = _claimed([message]), {"outbox_message": message.pk, "error": _kind_of(error)}
    if now >= message.give_up_at:
        row.update(failed_at=now, leased_until=None, error=_kept(told))
        logger.error("message given up", extra=facts | {"reason": "tried for too long"})
    else:
        row.update(due_at=now + retry_delay(message.attempts), leased_until=None, error=_kept(told))
        logger.warning("message postponed", extra=facts | {"attempts": message.attempts})


def _kind_of(error: Exception) -> str:
    """Return the class of an error, and the code of an SMTP reply. What else it says may quote an address."""
    cause = error.__cause__ or error
    code = getattr(cause, "smtp_code", None)
    if isinstance(cause, SMTPRecipientsRefused):
        code = next((code for code, _text in cause.recipients.values()), None)
    return f"{type(cause).__name__} {code}" if code else type(cause).__name__


def _kept(error: str) -> str:
    """Return what is kept of an error. PostgreSQL stores no NUL, which a mail server may well send."""
    return error.replace("\0", "\ufffd")[:ERROR_LENGTH]


def retry_delay(attempts: int) -> timedelta:
    """Exponential backoff from the first to the longest wait, with ±20 % jitter."""
    wait = min(
        settings.OUTBOX_FIRST_WAIT_SECONDS * 2 ** min(attempts - 1, 20), settings.OUTBOX_LONGEST_WAIT_SECONDS
    )
    return timedelta(seconds=wait) * random.uniform(0.8, 1.2)  # nosec B311 # noqa: S311 - spreads load, guards nothing


def _lease_end(now: datetime) -> datetime:
    """End of a lease that begins now. It is long enough for one message on a slow server: each check renews it."""
    return now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
