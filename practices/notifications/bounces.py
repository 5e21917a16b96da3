"""Bounces and complaints of subscribers' addresses, and the suspension that follows from them."""

import logging
from datetime import datetime

from django.conf import settings
from django.db.models import F

from practices.choices import Suspension
from practices.models import Subscriber

logger = logging.getLogger(__name__)


def record_refusal(subscriber: int, *, now: datetime) -> None:
    """Count a permanent refusal; BOUNCES_BEFORE_SUSPENSION in a row suspend the address."""
    Subscriber.objects.filter(pk=subscriber).update(bounces=F("bounces") + 1)
    over_limit = Subscriber.objects.filter(pk=subscriber, bounces__gte=settings.BOUNCES_BEFORE_SUSPENSION)
    _suspend(over_limit, Suspension.BOUNCES, now=now)


def reset(subscriber: int) -> None:
    """Set the count of refusals back to zero, once an e-mail was accepted."""
    Subscriber.objects.filter(pk=subscriber).update(bounces=0)


def record_bounce(address: str, *, now: datetime) -> None:
    """Count a permanent bounce that the e-mail provider reports."""
    for subscriber in Subscriber.objects.filter(address=address).values_list("pk", flat=True):
        record_refusal(subscriber, now=now)


def record_complaint(address: str, *, now: datetime) -> None:
    """Suspend an address whose owner marked an e-mail as spam, as the provider reports."""
    _suspend(Subscriber.objects.filter(address=address), Suspension.COMPLAINT, now=now)


def _suspend(subscribers, reason: Suspension, *, now: datetime) -> None:
    if subscribers.filter(suspended_at=None).update(suspended_at=now, suspended_because=reason):
        logger.warning("address suspended", extra={"reason": reason.value})
