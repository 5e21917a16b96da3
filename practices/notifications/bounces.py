"""Addresses that refuse our e-mail: counting, holding back, and taking up again."""

import logging
from datetime import datetime

from django.conf import settings
from django.db.models import F

from practices.choices import Suspension
from practices.models import Subscriber

logger = logging.getLogger(__name__)


def refused(subscriber: int, *, now: datetime) -> None:
    """Count a refusal for good; BOUNCES_BEFORE_SUSPENSION in a row suspend the address."""
    Subscriber.objects.filter(pk=subscriber).update(bounces=F("bounces") + 1)
    many = Subscriber.objects.filter(pk=subscriber, bounces__gte=settings.BOUNCES_BEFORE_SUSPENSION)
    _suspend(many, Suspension.BOUNCES, now=now)


def reached(subscriber: int) -> None:
    """An e-mail was taken: earlier refusals do not count any more."""
    Subscriber.objects.filter(pk=subscriber).update(bounces=0)


def bounced(address: str, *, now: datetime) -> None:
    """A provider tells that an e-mail came back for good."""
    for subscriber in Subscriber.objects.filter(address__iexact=address).values_list("pk", flat=True):
        refused(subscriber, now=now)


def complained(address: str, *, now: datetime) -> None:
    """A provider tells that the reader called an e-mail spam: nothing more is sent to the address."""
    _suspend(Subscriber.objects.filter(address__iexact=address), Suspension.COMPLAINT, now=now)


def _suspend(subscribers, because: Suspension, *, now: datetime) -> None:
    if subscribers.filter(suspended_at=None).update(suspended_at=now, suspended_because=because):
        logger.warning("address suspended", extra={"reason": because.value})
