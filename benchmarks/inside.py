"""What is done inside the catalogue's own process: `python -m benchmarks.inside STEP …`, answers in JSON."""

import json
import os
import sys
import time

import django


def make(size):
    """Make the catalogue, and compare a sample of it with what the workflow publishes."""
    from benchmarks import catalogue

    catalogue.make(size)
    differing = catalogue.verify(size)
    if differing:
        sys.exit(f"Not what publication would have made: practices {differing}.")


def addresses(size):
    """Page → addresses of that kind, in the order they are asked for."""
    from benchmarks import pages

    return pages.addresses(size)


def queries(pages):
    """Page → the most queries one of its requests costs, made for the first time and then again."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": settings.SITE_HOST, "x-forwarded-proto": "https"})

    def cost(address, headers):
        with CaptureQueriesContext(connection) as captured:
            client.get(address, headers=headers)
        return len(captured)

    counted = {}
    for name, requests in pages.items():
        first = max(cost(*request) for request in requests)
        counted[name] = [first, max(cost(*request) for request in requests)]
    return counted


def publish(size, times):
    """Milliseconds, by the clock, of each of `times` publications. They are withdrawn again afterwards."""
    from django.contrib.auth import get_user_model

    from benchmarks import believable
    from practices import workflow

    by, _created = get_user_model().objects.get_or_create(username="benchmark")
    taken, published = [], []
    for number in range(size + 1, size + times + 2):
        document = believable.document(number)
        begun = time.perf_counter()
        published.append(workflow.publish_document(document))
        taken.append((time.perf_counter() - begun) * 1000)
    for practice in published:
        workflow.withdraw_practice(practice, by=by, reason="Published to measure how long it takes.")
    return taken[1:]  # the first one also opens the connection


STEPS = {step.__name__: step for step in [make, addresses, queries, publish]}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalogue.settings")
    django.setup()
    json.dump(STEPS[sys.argv[1]](*json.loads(sys.argv[2])), sys.stdout)
