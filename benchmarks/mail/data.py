"""Test data: subscribers, and publications that they follow."""

import time

from django.utils import timezone

from practices import workflow
from practices.models import Broadcast, Subscriber, Subscription

QUERIES = ["objective=21", "country=ph", "", "objective=21&country=ph", "objective=3&objective=21"]
"""Filters of subscriptions, in turn. All match the practices published here."""


def make_subscribers(number, prefix, *, confirmed=True):
    confirmed_at = timezone.now() if confirmed else None
    for start in range(0, number, 5000):
        subscribers = Subscriber.objects.bulk_create(
            Subscriber(address=f"{prefix}{key}@example.org", confirmed_at=confirmed_at)
            for key in range(start, min(start + 5000, number))
        )
        Subscription.objects.bulk_create(
            Subscription(subscriber=subscriber, query=QUERIES[key % len(QUERIES)], confirmed_at=confirmed_at)
            for key, subscriber in enumerate(subscribers)
        )


def delete_all():
    """Delete all subscribers and broadcasts."""
    Subscriber.objects.all().delete()
    Broadcast.objects.all().delete()


def publish(title):
    """Publish a practice that all subscribers follow. Returns seconds."""
    document = {"title": title, "summary": "A desk in a port. " * 10, "objectives": [21], "countries": ["PH"]}
    begun = time.perf_counter()
    workflow.publish_document(document)
    return time.perf_counter() - begun
