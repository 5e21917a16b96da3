"""Worker threads of one process, none of which waits for another, and a graceful shutdown in time whatever hangs."""

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, close_old_connections

from practices.core import deadlines, faults, trace

CUT_BEFORE_END = 2
"""Seconds between cutting connections and the end of the process, in which results are recorded."""

type Stopped = Callable[[], bool]
logger = logging.getLogger(__name__)


@contextmanager
def graceful_shutdown(seconds: float) -> Iterator[threading.Event]:
    """Yield an event that SIGTERM and SIGINT set. The process then ends within `seconds`, whatever hangs.

    Just before, connections that have a deadline are cut, so that the message in hand is postponed; what does not
    end even then is left to its lease.
    """
    stop = threading.Event()
    ended = threading.Event()

    def end() -> None:
        if not ended.wait(max(seconds - CUT_BEFORE_END, 0)):
            deadlines.cut_all()
        if not ended.wait(min(seconds, CUT_BEFORE_END)):
            logger.warning("the process ends although something hangs")
            logging.shutdown()
            os._exit(0)  # a thread that hangs would keep sys.exit() from ending

    def receive(*_args: object) -> None:
        if not stop.is_set():
            stop.set()
            threading.Thread(target=end, daemon=True, name="end").start()

    numbers = (signal.SIGTERM, signal.SIGINT) if threading.current_thread() is threading.main_thread() else ()
    before = {number: signal.signal(number, receive) for number in numbers}
    try:
        yield stop
    finally:
        ended.set()
        for number, handler in before.items():
            signal.signal(number, handler)


def run(tasks: Mapping[str, Callable[[Stopped], object]], *, stop: threading.Event, pause: float) -> None:
    """Repeat each task in a thread of its own, every `pause` seconds, until `stop` is set.

    An error ends neither the task nor the others: it is logged, and the task begins again.
    """

    def repeat(name: str, step: Callable[[Stopped], object]) -> None:
        while not stop.is_set():
            trace.begin()
            try:
                step(stop.is_set)
            except (DatabaseError, InterfaceError) as error:
                logger.warning("task waits for the database", extra={"task": name, "reason": str(error)})
            except Exception:
                logger.exception("task failed and begins again", extra={"task": name})
            finally:
                faults.record(route=name)
                trace.end()
                close_old_connections()
            stop.wait(pause)

    threads = [
        threading.Thread(target=repeat, args=task, daemon=True, name=task[0]) for task in tasks.items()
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    for thread in threads:
        thread.join()
