"""Start and end of a worker process of `processes`, which serves no request."""

import multiprocessing
import os
import signal
import threading

import django

NICENESS = 10
"""Workers leave the processor to readers and moderators."""


def begin() -> None:
    """Set up the catalogue in this process, which ends with the one that has started it."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches both; the process that has started this one ends it
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(NICENESS)
    django.setup()


def _end_with_parent() -> None:
    """Wait until the process that has started this one ends, also if it is killed, and end too."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(0)
