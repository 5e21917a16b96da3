"""Worker threads: none waits for another or ends with it, and all end in time."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import OperationalError

from practices.core import worker_threads

ROOT = Path(__file__).resolve().parent.parent.parent
HANGING = """
import django, time
django.setup()
from practices.core import worker_threads
with worker_threads.graceful_shutdown(0.2) as stop:
    print("begins", flush=True)
    worker_threads.run({"hangs": lambda stopped: time.sleep(60)}, stop=stop, pause=0)
"""


@pytest.mark.parametrize("error", [RuntimeError("a bug"), OperationalError("the database is restarted")])
def test_task_that_fails_begins_again(error):
    stop = threading.Event()
    rounds = []

    def step(stopped):
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise error
        stop.set()

    worker_threads.run({"one": step}, stop=stop, pause=0)

    assert rounds == [0, 1]


def test_task_does_not_wait_for_another_that_hangs():
    stop, released = threading.Event(), threading.Event()
    rounds = []

    def step(stopped):
        rounds.append(len(rounds))
        if len(rounds) == 3:
            released.set()
            stop.set()

    worker_threads.run({"hangs": lambda stopped: released.wait(10), "goes on": step}, stop=stop, pause=0)

    assert rounds == [0, 1, 2]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_process_ends_in_time_although_a_task_hangs(number):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "catalogue.settings", "LOG_LEVEL": "CRITICAL"}
    with subprocess.Popen(
        [sys.executable, "-c", HANGING], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        process.stdout.readline()
        begun = time.monotonic()
        process.send_signal(number)
        code = process.wait(timeout=20)

    assert (code, time.monotonic() - begun < 3) == (0, True)
