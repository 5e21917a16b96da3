"""Descriptions of a subscription for pages, and the page of a link that does not work."""

from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from practices.choices import Cadence
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
    """Return the context of a subscription, with the day, time and time zone of its e-mails."""
    how_often = subscriptions.how_often(subscription, subscriber, now=timezone.now())
    return shown(subscription) | {"how_often": how_often}


def link_not_valid(request, **context):
    return TemplateResponse(request, "web/subscribe/subscription_link_not_valid.html", context, status=404)
