"""A network of hosts on one machine: a network namespace for each, and a switch that joins them (iproute2)."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

PREFIX = "catalogue-"
"""Begins the names of our namespaces, so that those of a run that was killed are found."""
SWITCH = f"{PREFIX}switch"
SUBNET = "10.98.0"
LOCK = Path("/run/catalogue-cluster.lock")


class CannotRun(Exception):
    """Reason for which there can be no network here."""


def ip(*arguments):
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotRun(f"“ip {' '.join(arguments)}” failed: {done.stderr.strip()}")
    return done.stdout


class Network:
    """Hosts that reach each other through a switch, whose cables can be pulled. Raises CannotRun."""

    def __init__(self):
        if not sys.platform.startswith("linux"):
            raise CannotRun("Network namespaces are a part of Linux.")
        if os.geteuid() != 0:
            raise CannotRun("Only root may create network namespaces: run it with sudo.")
        if not shutil.which("ip"):
            raise CannotRun("The program ip is missing (Debian: apt install iproute2).")
        self._lock = LOCK.open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise CannotRun("Another run is going on; it has the same addresses.") from None
        remove_all()
        try:
            ip("netns", "add", SWITCH)
            ip("-n", SWITCH, "link", "add", "bridge", "type", "bridge")
            ip("-n", SWITCH, "link", "set", "bridge", "up")
        except CannotRun:
            self.close()
            raise

    def add(self, name, number):
        """Add a host. Returns its address."""
        address, space = f"{SUBNET}.{number}", namespace(name)
        ip("netns", "add", space)
        ip("-n", SWITCH, "link", "add", name, "type", "veth", "peer", "name", "cable", "netns", space)
        ip("-n", SWITCH, "link", "set", name, "master", "bridge", "up")
        ip("-n", space, "addr", "add", f"{address}/24", "dev", "cable")
        ip("-n", space, "link", "set", "cable", "up")
        ip("-n", space, "link", "set", "lo", "up")
        return address

    def cut(self, name):
        """Let nothing through to and from a host. Nobody is told, as by a switch that fails."""
        ip("-n", SWITCH, "link", "set", name, "nomaster")

    def mend(self, name):
        ip("-n", SWITCH, "link", "set", name, "master", "bridge", "up")

    def close(self):
        remove_all()
        self._lock.close()


def namespace(name):
    return f"{PREFIX}{name}"


def remove_all():
    """Kill what runs in our namespaces and remove them."""
    for space in [line.split()[0] for line in ip("netns", "list").splitlines() if line.startswith(PREFIX)]:
        for pid in ip("netns", "pids", space).split():
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        with suppress(CannotRun):
            ip("netns", "del", space)
