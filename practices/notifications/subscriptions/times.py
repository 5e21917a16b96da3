"""The times of a subscription's e-mails, in words."""

from datetime import datetime

from django.utils.translation import gettext as _

from practices.choices import Cadence, Weekday
from practices.core import time_zones
from practices.models import Subscriber, Subscription


def how_often(subscription: Subscription, subscriber: Subscriber, *, now: datetime) -> str:
    """Return how often e-mails come: of those that are collected, with the day, time and time zone."""
    words = {
        Cadence.AT_ONCE: _("at once"),
        Cadence.DAILY: _("daily at %(time)s, time zone %(zone)s"),
        Cadence.WEEKLY: _("weekly, on %(day)s at %(time)s, time zone %(zone)s"),
    }[Cadence(subscription.cadence)]
    return words % {
        "day": Weekday(subscriber.digest_weekday).label,
        "time": f"{subscriber.digest_hour:02}:00",
        "zone": time_zones.label(subscriber.time_zone, now),
    }
