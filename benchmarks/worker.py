"""Steps that need the catalogue's settings and database: `python -m benchmarks.worker STEP ARGUMENTS`, in JSON."""

import json
import os
import sys
import time

import django


def make(size):
    """Build the catalogue, and compare a sample with what the workflow publishes."""
    from benchmarks import catalogue

    catalogue.make(size)
    if differing := catalogue.verify(size):
        sys.exit(f"Practices {differing} differ from what publication would have written.")


def addresses(size):
    """Return page → its addresses, in the order of requests."""
    from benchmarks import pages

    return pages.addresses(size)


def cold_addresses(size):
    """Return page → addresses to request once."""
    from benchmarks import pages

    return pages.cold_addresses(size)


def queries(pages):
    """Return page → [most queries of a first request, most queries of a repeated one]."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": settings.SITE_HOST, "x-forwarded-proto": "https"})

    def cost(address, headers):
        with CaptureQueriesContext(connection) as captured:
            client.get(address, headers=headers)
        return len(captured)

    query_counts = {}
    for name, requests in pages.items():
        first = max(cost(*request) for request in requests)
        query_counts[name] = [first, max(cost(*request) for request in requests)]
    return query_counts


def publish(size, times):
    """Return the wall-clock milliseconds of each of `times` publications, then withdraw them."""
    from django.contrib.auth import get_user_model

    from benchmarks import synthetic
    from practices import workflow

    by, _created = get_user_model().objects.get_or_create(username="benchmark")
    taken, published = [], []
    for number in range(size + 1, size + times + 2):
        document = synthetic.document(number)
        begun = time.perf_counter()
        published.append(workflow.publish_document(document))
        taken.append((time.perf_counter() - begun) * 1000)
    for practice in published:
        workflow.withdraw_practice(practice, by=by, reason="Published by a benchmark.")
    return taken[1:]  # the first one includes opening the connection


def formats():
    """Return the extensions of the export formats."""
    from practices.exchange.exports import FORMATS

    return list(FORMATS)


def export(extension):
    """Return the cost of one export."""
    from benchmarks import exports

    return exports.export(extension)


def dump(path):
    """Return the cost of a dump, which is copied to `path`."""
    from benchmarks import exports

    return exports.dump(path)


def freeze(folder):
    """Return the cost of a frozen copy."""
    from benchmarks import exports

    return exports.copy(folder)


def restore(path):
    """Return the cost of importing a dump into an empty database."""
    from benchmarks import exports

    return exports.restore(path)


def prepare_import():
    """Fill an empty database with what practices refer to."""
    from benchmarks import imports

    imports.prepare()


def run_import(size):
    """Return the cost of importing synthetic practices."""
    from benchmarks import imports

    return imports.run(size)


def publish_while(path):
    """Return the wall-clock milliseconds of publications while a file exists."""
    from benchmarks import imports

    return imports.publish_while(path)


STEPS = {
    step.__name__: step
    for step in [
        make, addresses, cold_addresses, queries, publish, formats, export, freeze, dump, restore, prepare_import,
        run_import, publish_while,
    ]
}  # fmt: skip

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalogue.settings")
    django.setup()
    json.dump(STEPS[sys.argv[1]](*json.loads(sys.argv[2])), sys.stdout)
