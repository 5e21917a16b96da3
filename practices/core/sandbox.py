"""Reading of files from outside: in a process of its own with limits, one at a time on this machine.

A small file can ask for minutes of work and gigabytes of memory. Whatever its reader does, here it ends after
FILE_CHECK_SECONDS of processor time, within FILE_CHECK_MEMORY_MB, and readers of the catalogue do not wait for it.
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
from typing import Any

from django.conf import settings

from practices.core.sandbox_child import Rejected

PROGRAM = "from practices.core import sandbox_child; sandbox_child.main()"
CLOCK = 3
"""Seconds by the clock for each second of processor time, as the process gives way to all others."""
POLL_SECONDS = 0.05
_places = threading.BoundedSemaphore(settings.FILE_CHECKS_PER_PROCESS)
"""So that uploads, which wait for each other, never take all threads of a web process."""
_log = logging.getLogger(__name__)


class Busy(Exception):
    """Other files are being read, and this one has waited for FILE_CHECK_WAIT_SECONDS."""


def run(function: Callable[..., tuple[Any, bytes]], content: bytes, **options: Any) -> tuple[Any, bytes]:
    """Return what `function(content, **options)` returns: a value that JSON can hold, and bytes.

    The module of the function must not need Django. Raises Rejected with the reason that the function gave, or
    "too_much" if it was ended by a limit, or "unreadable" if it failed in another way; and Busy.
    """
    with _turn() as lock:
        process = _start(function, options, lock)
        try:
            answer, errors = process.communicate(content, timeout=CLOCK * settings.FILE_CHECK_SECONDS)
        except subprocess.TimeoutExpired:
            raise Rejected("too_much") from None
        finally:
            process.kill()
            process.communicate()
    if process.returncode < 0:
        _log.warning("A file was too much work: its reader was ended by %s", _signal(-process.returncode))
        raise Rejected("too_much")
    if process.returncode:
        _log.error("The reader of a file failed: %s", errors.decode(errors="replace").strip()[-300:])
        raise Rejected("unreadable")
    head, _line_end, made = answer.partition(b"\n")
    said = json.loads(head)
    if "rejected" in said:
        raise Rejected(said["rejected"], **said["details"])
    return said["value"], made


def _start(function: Callable, options: dict[str, Any], lock: int) -> subprocess.Popen:
    order = {
        "module": function.__module__,
        "function": function.__qualname__,
        "options": options,
        "seconds": settings.FILE_CHECK_SECONDS,
        "clock_seconds": CLOCK * settings.FILE_CHECK_SECONDS,
        "memory_mb": settings.FILE_CHECK_MEMORY_MB,
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
def _turn() -> Iterator[int]:
    """Wait for our turn on this machine. Gives the descriptor that holds the lock. Raises Busy."""
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        # A folder can be locked as well as a file, and needs no space on the disk.
        lock = os.open(settings.BASE_DIR, os.O_RDONLY)
        try:
            _wait_for(lock)
            yield lock
        finally:
            os.close(lock)
    finally:
        _places.release()


def _wait_for(lock: int) -> None:
    deadline = time.monotonic() + settings.FILE_CHECK_WAIT_SECONDS
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
