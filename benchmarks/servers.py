"""Servers to measure, and the processor time and memory of their processes (from /proc, so Linux only)."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
TICKS = os.sysconf("SC_CLK_TCK")
"""Clock ticks per second."""


class ProcessTree:
    """A process and all its current descendants."""

    def __init__(self, pid):
        self.pid = pid

    def members(self):
        parents = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                stat = _stat(folder.name)
                if stat:
                    parents.setdefault(stat["parent"], []).append(int(folder.name))
        members, unseen = [], [self.pid]
        while unseen:
            pid = unseen.pop()
            members.append(pid)
            unseen += parents.get(pid, [])
        return members

    def processor_seconds(self):
        """Return the processor seconds used so far, including children that have ended."""
        stats = [stat for pid in self.members() if (stat := _stat(pid))]
        return sum(stat["own"] for stat in stats) + sum(stat["ended children"] for stat in stats)

    def memory(self):
        """Return the proportional set size (PSS) in bytes, which counts shared memory once."""
        return sum(_proportional_memory(pid) for pid in self.members())


def _stat(pid):
    try:
        # The process name, in parentheses, may contain spaces (proc(5)).
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return {
        "parent": int(fields[1]),
        "own": (int(fields[11]) + int(fields[12])) / TICKS,
        "ended children": (int(fields[13]) + int(fields[14])) / TICKS,
    }


def _proportional_memory(pid):
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


class Gunicorn:
    """An application served by gunicorn as in the README."""

    def __init__(self, application, *, environment, log, folder=ROOT):
        self.port = free_port()
        command = [
            sys.executable, "-m", "gunicorn", "--no-control-socket", "--config", str(folder / "gunicorn.conf.py"),
            "--bind", f"{HOST}:{self.port}", application,
        ]  # fmt: skip
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=output, stderr=output
            )
        self.processes = ProcessTree(self.process.pid)
        self._wait()

    def _wait(self):
        for _attempt in range(300):
            if self.process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex((HOST, self.port)) == 0 and len(self.processes.members()) > 1:
                    return
            time.sleep(0.1)
        self.stop()
        sys.exit(f"The server did not start:\n{self.log.read_text()[-2000:]}")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=40)


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


class Postgres:
    """A PostgreSQL server of its own with default settings, so that its processes do no other work.

    Its data stay in `folder`. It listens on a Unix socket only.
    """

    def __init__(self, folder):
        self.folder = folder
        self.sockets = Path(tempfile.mkdtemp(prefix="benchmarks-"))
        self.programs = postgresql_programs()
        # PostgreSQL refuses to run as root.
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if not (folder / "PG_VERSION").exists():
            folder.mkdir(parents=True, exist_ok=True)
            if self.user:
                shutil.chown(folder, "postgres", "postgres")
            self._run("initdb", f"--pgdata={folder}", "--username=postgres", "--auth=trust", "--encoding=UTF8",
                      "--locale=C.UTF-8")  # fmt: skip
        if self.user:
            shutil.chown(self.sockets, "postgres", "postgres")
        self._run("pg_ctl", f"--pgdata={folder}", f"--log={folder}/log", "--wait", "--silent", "start",
                  f"--options=-c listen_addresses='' -c unix_socket_directories='{self.sockets}'")  # fmt: skip
        self.processes = ProcessTree(int((folder / "postmaster.pid").read_text().split()[0]))

    def _run(self, program, *arguments):
        done = subprocess.run(
            [*self.user, str(self.programs / program), *arguments],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, cwd="/",
        )  # fmt: skip
        if done.returncode:
            sys.exit(f"{program} failed: {done.stderr}")

    def address(self, database):
        return f"postgresql://postgres@{str(self.sockets).replace('/', '%2F')}/{database}"

    def restart(self):
        """Restart in "fast" mode, which ends open connections."""
        self._run("pg_ctl", f"--pgdata={self.folder}", f"--log={self.folder}/log", "--mode=fast", "--wait",
                  "--silent", "restart")  # fmt: skip

    def recreate(self, database):
        self._run(
            "dropdb", f"--host={self.sockets}", "--username=postgres", "--if-exists", "--force", database
        )
        self._run("createdb", f"--host={self.sockets}", "--username=postgres", database)

    def stop(self):
        self._run("pg_ctl", f"--pgdata={self.folder}", "--mode=fast", "--silent", "stop")
        shutil.rmtree(self.sockets, ignore_errors=True)


def postgresql_programs():
    """Return the folder of the newest PostgreSQL's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    programs = found[-1] if found else Path(shutil.which("initdb") or "").parent
    if not (programs / "initdb").exists():
        sys.exit("PostgreSQL is missing (Debian: apt install postgresql).")
    return programs


def stop_on_signals():
    """Exit on SIGTERM through SystemExit, so that clean-up stops the servers started here."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
