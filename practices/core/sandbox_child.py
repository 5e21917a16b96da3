"""The process that `sandbox.run` starts: reads a file with one function, within limits on time and memory.

It imports nothing of Django, so that it starts quickly and knows no secret.
"""

import ctypes
import importlib
import json
import os
import resource
import signal
import sys
from typing import Any

MEGABYTE = 1024 * 1024
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, prctl(2)


class Rejected(Exception):
    """Error of a function that refuses its file: a reason by its short name, and what its message needs."""

    def __init__(self, reason: str, **details: Any):
        super().__init__(reason, details)
        self.reason, self.details = reason, details


def main() -> None:
    """Read a file from standard input and write a line of JSON, then the bytes that the function made."""
    order = json.loads(sys.argv[1])
    _limit(seconds=order["seconds"], clock_seconds=order["clock_seconds"], memory_mb=order["memory_mb"])
    function = getattr(importlib.import_module(order["module"]), order["function"])
    answer: dict[str, Any]
    made = b""
    try:
        value, made = function(sys.stdin.buffer.read(), **order["options"])
        answer = {"value": value}
    except Rejected as rejected:
        answer = {"rejected": rejected.reason, "details": rejected.details}
    except (MemoryError, RecursionError):
        answer = {"rejected": "too_much", "details": {}}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + made)
    sys.stdout.buffer.flush()


def _limit(*, seconds: int, clock_seconds: int, memory_mb: int) -> None:
    """Have the kernel end this process when it uses too much, or when the process that started it is gone.

    It can write no file and leave no core dump, and it gives way to everything else on the machine.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_AS, (memory_mb * MEGABYTE, memory_mb * MEGABYTE))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(clock_seconds)
    os.nice(10)
