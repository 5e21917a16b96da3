"""Bounces of subscribers' addresses, complaints of any, and the suspension that follows from them."""

import logging
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction

from practices import clock
from practices.choices import Suspension
from practices.core import rate_limits
from practices.models import Subscriber
from practices.notifications import suspensions
from practices.notifications.locking import lock, lock_address

logger = logging.getLogger(__name__)


@transaction.atomic
def record_refusal(subscriber: int, *, now: datetime) -> None:
    """Count a permanent refusal; refusals on BOUNCES_BEFORE_SUSPENSION days (UTC) in a row suspend the address.

    Several on one day count once, as a mailbox that is full or a server that is set up wrongly refuses everything.
    """
    _count(lock(subscriber), now=now)


def _count(subscriber: Subscriber | None, *, now: datetime) -> None:
    day = now.astimezone(UTC).date()
    # A day that was counted is over, so that a notice that comes late or again counts nothing.
    if subscriber is None or (subscriber.bounced_on and day <= subscriber.bounced_on):
        return
    subscriber.bounces, subscriber.bounced_on = subscriber.bounces + 1, day
    subscriber.save(update_fields=["bounces", "bounced_on"])
    if subscriber.bounces >= settings.BOUNCES_BEFORE_SUSPENSION:
        _suspend(subscriber, Suspension.BOUNCES, now=now)


def reset(subscriber: int) -> None:
    """Set the count of days with refusals back to zero, once an e-mail was accepted."""
    Subscriber.objects.filter(pk=subscriber).update(bounces=0)


@transaction.atomic
def record_bounce(address: str, *, notice: str = "", now: datetime) -> None:
    """Count a permanent bounce that the e-mail provider reports, on its day. Idempotent per `notice`, its name."""
    subscriber = lock_address(address)
    if subscriber and _is_new(notice):
        _count(subscriber, now=now)


@transaction.atomic
def record_complaint(address: str, *, notice: str = "", now: datetime) -> None:
    """Suspend an address whose owner marked an e-mail as spam, as the provider reports. Idempotent per `notice`.

    It holds for the mailbox, a subscriber's or not, until its owner asks for e-mail again from there.
    """
    subscriber = lock_address(address)
    if not _is_new(notice):
        return
    suspensions.remember(address, Suspension.COMPLAINT, at=now)
    if subscriber:
        _suspend(subscriber, Suspension.COMPLAINT, now=now)
    else:
        logger.warning("address suspended", extra={"reason": Suspension.COMPLAINT.value})


def _is_new(notice: str) -> bool:
    """Remember a notice; return whether it is new. Providers deliver again what was not answered in time."""
    remembered = timedelta(days=settings.MAIL_NOTICE_DAYS)
    return not notice or rate_limits.is_first("mail notice", notice, remembered=remembered, now=clock.now())


def _suspend(subscriber: Subscriber, reason: Suspension, *, now: datetime) -> None:
    outweighs = reason == Suspension.COMPLAINT and subscriber.suspended_because == Suspension.BOUNCES
    if subscriber.suspended_at is None or outweighs:
        subscriber.suspended_at, subscriber.suspended_because = now, reason
        subscriber.save(update_fields=["suspended_at", "suspended_because"])
        logger.warning("address suspended", extra={"reason": reason.value})
