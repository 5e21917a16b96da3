"""Subscribers, and news for them."""

import time

from django.utils import timezone

from practices import workflow
from practices.models import Broadcast, Subscriber, Subscription

QUERIES = ["objective=21", "country=ph", "", "objective=21&country=ph", "objective=3&objective=21"]
"""What is followed, in turn: every one of them lets pass what is published here."""


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


def forget_all():
    """Nobody follows anything, and nothing is news."""
    Subscriber.objects.all().delete()
    Broadcast.objects.all().delete()


def publish(title):
    """Publish what everyone here follows; the seconds it took."""
    document = {"title": title, "summary": "A desk in a port. " * 10, "objectives": [21], "countries": ["PH"]}
    begun = time.perf_counter()
    workflow.publish_document(document)
    return time.perf_counter() - begun
