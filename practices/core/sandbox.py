"""Heavy work in a process of its own with limits, one at a time on this machine: reading files from outside, and PDF.

A small file can ask for minutes of work and gigabytes of memory. Whatever is done with it here ends after so many
seconds of processor time, within so much memory, and readers of the catalogue do not wait for it. Each kind of work has
its own settings and its own turn: uploads do not wait for PDF documents.
"""

import fcntl
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from practices.core.sandbox_child import Rejected

PROGRAM = "from practices.core import sandbox_child; sandbox_child.main()"
CLOCK = 3
"""Seconds by the clock for each second of processor time, as the process gives way to all others."""
POLL_SECONDS = 0.05
_log = logging.getLogger(__name__)


class Busy(Exception):
    """Other work of the kind is going on, and this has waited for as long as its settings allow."""


class Work:
    """A kind of work: the settings with its limits, whose names have a prefix, and its turn.

    `turn`: a folder that is locked while work of the kind is going on. A folder can be locked as well as a file, and
    needs no space on the disk. `places`: so that requests which wait for each other never take all threads of a web
    process.
    """

    def __init__(self, prefix: str, *, turn: Path, places: int) -> None:
        self._prefix = prefix
        self.turn = turn
        self.places = threading.BoundedSemaphore(places)

    @property
    def seconds(self) -> int:
        return getattr(settings, f"{self._prefix}_SECONDS")

    @property
    def memory_mb(self) -> int:
        return getattr(settings, f"{self._prefix}_MEMORY_MB")

    @property
    def wait_seconds(self) -> float:
        return getattr(settings, f"{self._prefix}_WAIT_SECONDS")


FILE_CHECK = Work("FILE_CHECK", turn=settings.BASE_DIR, places=settings.FILE_CHECKS_PER_PROCESS)
PDF = Work("PDF", turn=settings.BASE_DIR / "practices", places=settings.PDFS_PER_PROCESS)


def run(
    function: Callable[..., tuple[Any, bytes]], content: bytes, *, work: Work = FILE_CHECK, **options: Any
) -> tuple[Any, bytes]:
    """Return what `function(content, **options)` returns: a value that JSON can hold, and bytes.

    The module of the function must not need Django. Raises Rejected with the reason that the function gave, or
    "too_much" if it was ended by a limit, or "unreadable" if it failed in another way; and Busy.
    """
    with _turn(work) as lock:
        process = _start(function, options, work, lock)
        try:
            answer, errors = process.communicate(content, timeout=CLOCK * work.seconds)
        except subprocess.TimeoutExpired:
            raise Rejected("too_much") from None
        finally:
            process.kill()
            process.communicate()
    if process.returncode < 0:
        _log.warning("%s was too much work: ended by %s", function.__name__, _signal(-process.returncode))
        raise Rejected("too_much")
    if process.returncode:
        _log.error("%s failed: %s", function.__name__, errors.decode(errors="replace").strip()[-300:])
        raise Rejected("unreadable")
    head, _line_end, made = answer.partition(b"\n")
    said = json.loads(head)
    if "rejected" in said:
        raise Rejected(said["rejected"], **said["details"])
    return said["value"], made


def _start(function: Callable, options: dict[str, Any], work: Work, lock: int) -> subprocess.Popen:
    order = {
        "module": function.__module__,
        "function": function.__qualname__,
        "options": options,
        "seconds": work.seconds,
        "clock_seconds": CLOCK * work.seconds,
        "memory_mb": work.memory_mb,
    }
    try:
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-W", "ignore", "-c", PROGRAM, json.dumps(order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=settings.BASE_DIR,
            env={"PATH": os.defpath, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            # The process holds the lock too, so that nothing else starts before it has ended, even if we are killed.
            pass_fds=(lock,),
            start_new_session=True,
        )
    except OSError as error:  # no memory or no process to be had
        _log.exception("No process could be started to read a file")
        raise Busy from error


@contextmanager
def _turn(work: Work) -> Iterator[int]:
    """Wait for our turn on this machine. Gives the descriptor that holds the lock. Raises Busy."""
    if not work.places.acquire(blocking=False):
        raise Busy
    try:
        lock = os.open(work.turn, os.O_RDONLY)
        try:
            _wait_for(lock, work.wait_seconds)
            yield lock
        finally:
            os.close(lock)
    finally:
        work.places.release()


def _wait_for(lock: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Busy from None
            time.sleep(POLL_SECONDS)
        else:
            return


def _signal(number: int) -> str:
    return signal.Signals(number).name
