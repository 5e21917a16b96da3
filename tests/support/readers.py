"""Functions for the sandbox to run. Imports nothing of Django."""

import os
import time
from pathlib import Path


def count(content, *, times=1):
    return len(content) * times, content.upper()


def spin(content):
    while True:
        pass


def sleep(content):
    time.sleep(600)


def fill_memory(content):
    return len([bytearray(1024 * 1024) for _number in range(10_000)]), b""


def recurse(content):
    return recurse(content)


def fail(content):
    raise RuntimeError("a fault of the reader")


def crash(content):
    os.abort()


def write_a_file(content, *, path):
    Path(path).write_bytes(content)
    return None, b""


def environment(content):
    return dict(os.environ), b""
