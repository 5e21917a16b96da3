"""Cost of importing practices into a catalogue that people read and publish in meanwhile."""

import time
from pathlib import Path

from django.core.management import call_command

from benchmarks import synthetic
from practices import workflow
from practices.exchange import imports

BETWEEN_PUBLICATIONS = 0.25
"""Seconds from the end of a publication to the next one."""


def prepare():
    """Fill an empty database with what practices refer to."""
    call_command("migrate", verbosity=0)
    call_command("loaddata", "reference", "countries", verbosity=0)
    call_command("load_thesaurus", verbosity=0)


def run(size):
    """Import synthetic practices, and return the seconds on the clock and of this process."""
    items = map(synthetic.document, range(1, size + 1))
    begun, used = time.perf_counter(), time.process_time()
    for outcome in imports.run(items):
        if outcome.result != imports.Result.NEW:
            raise SystemExit(f"{outcome}")
    return {"seconds": time.perf_counter() - begun, "processor seconds": time.process_time() - used}


def publish_while(path):
    """Publish a practice now and then as long as the file exists, and return the milliseconds of each."""
    taken = []
    while Path(path).exists():
        document = synthetic.document(1) | {"title": f"Published meanwhile {len(taken)}", "source_url": ""}
        begun = time.perf_counter()
        workflow.publish_document(document)
        taken.append((time.perf_counter() - begun) * 1000)
        time.sleep(BETWEEN_PUBLICATIONS)
    return taken[1:]  # the first one includes opening the connection
