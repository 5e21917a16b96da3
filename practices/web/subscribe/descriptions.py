"""Descriptions of a subscription for pages, and the page of a link that does not work."""

from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from practices.choices import Cadence, Weekday
from practices.core import time_zones
from practices.notifications import saved_filters, subscriptions


def shown(subscription):
    """Return the context of a subscription: its description, its listing, and whether its filter is still valid."""
    listing = reverse("practices:practice-list")
    return {
        "subscription": subscription,
        "code": subscriptions.shown_code(subscription),
        "words": saved_filters.describe(subscription.query),
        "how_often": Cadence(subscription.cadence).adverb,
        "path": f"{listing}?{subscription.query}" if subscription.query else listing,
        "is_valid": saved_filters.is_valid(subscription.query),
    }


def with_times(subscription, subscriber):
    """Return the context of a subscription in force, with the day, time and time zone of its e-mails."""
    day, time = Weekday(subscriber.digest_weekday).label, f"{subscriber.digest_hour:02}:00"
    zone = time_zones.label(subscriber.time_zone, timezone.now())
    how_often = {
        Cadence.AT_ONCE: _("at once"),
        Cadence.DAILY: _("daily at %(time)s, time zone %(zone)s"),
        Cadence.WEEKLY: _("weekly, on %(day)s at %(time)s, time zone %(zone)s"),
    }[Cadence(subscription.cadence)]
    return shown(subscription) | {"how_often": how_often % {"day": day, "time": time, "zone": zone}}


def link_not_valid(request, **context):
    return TemplateResponse(request, "web/subscribe/subscription_link_not_valid.html", context, status=404)
