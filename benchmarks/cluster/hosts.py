"""Programs of the cluster, each on a host of its own: PostgreSQL, Redis, a mail server, web servers and senders."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress

from benchmarks.client import SITE
from benchmarks.cluster.network import CannotRun, namespace
from benchmarks.servers import ROOT, ProcessTree, postgresql_programs

PORTS = {"web": 8000, "postgresql": 5432, "redis": 6379, "mail": 2525}
START_SECONDS = 120


class Program:
    """A program on a host, which can be killed with all its processes, frozen, and started again."""

    end_signal = signal.SIGTERM

    def __init__(self, host, command, *, log, environment=None, user=None, port=None, asked_for=""):
        self.host, self.log, self.port = host, log, port
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        self.command = ["ip", "netns", "exec", namespace(host), *as_user, *map(str, command)]
        self.environment = os.environ | (environment or {})
        self.asked_for = asked_for
        self.process = None

    def start(self):
        with self.log.open("a") as output:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT if self.command[4] != "setpriv" else "/", env=self.environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        return self

    def run(self):
        """Run it to its end. Raises CannotRun if it fails."""
        self.start()
        if self.process.wait():
            raise CannotRun(f"“{' '.join(self.command[4:])}” failed:\n{self.log.read_text()[-2000:]}")

    def wait_until_it_answers(self):
        """Wait until it takes connections, and a web server shows a page, asked from its own host."""
        probe = f"import socket; s = socket.create_connection(('127.0.0.1', {self.port}), 10)"
        if self.asked_for:
            head = f"GET {self.asked_for} HTTP/1.0\r\nX-Forwarded-Proto: https\r\nHost: {SITE}\r\n\r\n"
            probe += f"; s.sendall({head.encode()!r}); assert b' 200 ' in s.recv(20)"
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            command = ["ip", "netns", "exec", namespace(self.host), sys.executable, "-Sc", probe]
            if not subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode:
                return self
            time.sleep(0.2)
        raise CannotRun(f"{self.host} did not start:\n{self.log.read_text()[-2000:]}")

    def signal(self, number):
        """Send a signal to all its processes, some of which are in sessions of their own."""
        for pid in ProcessTree(self.process.pid).members():
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self):
        """End all its processes with SIGKILL, as a machine does whose power is cut."""
        self.signal(signal.SIGSTOP)  # so that none starts another meanwhile
        self.signal(signal.SIGKILL)
        self.process.wait()

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    def stop(self, seconds=20):
        if self.process is None or self.process.poll() is not None:
            return
        self.thaw()
        self.process.send_signal(self.end_signal)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()


class Postgres(Program):
    """A PostgreSQL server with a cluster of its own in `folder`."""

    end_signal = signal.SIGINT  # it waits for no client

    def __init__(self, host, folder):
        self.folder, self.programs = folder / host, postgresql_programs()
        self.sockets = folder / f"{host}-sockets"  # not in the cluster, of which the other server gets a copy
        options = ["-c", "listen_addresses=*", "-c", f"unix_socket_directories={self.sockets}"]
        super().__init__(
            host, [self.programs / "postgres", "-D", self.folder, *options],
            log=folder / f"{host}.log", user="postgres", port=PORTS["postgresql"],
        )  # fmt: skip

    def create(self, subnet):
        """Make an empty cluster, which trusts the other hosts."""
        self._make_folders()
        self._run("initdb", "-D", self.folder, "--username=postgres", "--auth=trust", "--encoding=UTF8",
                  "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        with (self.folder / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all,replication all {subnet}.0/24 trust\n")

    def follow(self, primary):
        """Make a copy of the cluster at the address `primary`, which streams its changes from then on."""
        self._make_folders()
        self._run("pg_basebackup", f"--host={primary}", "--username=postgres", "--write-recovery-conf",
                  "--checkpoint=fast", "--no-sync", "-D", self.folder)  # fmt: skip

    def create_database(self, name):
        self._run("createdb", f"--host={self.sockets}", "--username=postgres", name)

    def promote(self):
        self._run("pg_ctl", "promote", "-D", self.folder)

    def _make_folders(self):
        for folder in (self.folder, self.sockets):
            folder.mkdir(mode=0o700)
            shutil.chown(folder, "postgres", "postgres")

    def _run(self, program, *arguments):
        Program(self.host, [self.programs / program, *arguments], log=self.log, user="postgres").run()


def redis(host, folder):
    command = ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "", "--dir", folder]
    return Program(host, command, log=folder / f"{host}.log", port=PORTS["redis"])


def mail_server(host, folder, arrivals):
    command = [sys.executable, "-m", "benchmarks.mail.smtp", f"0.0.0.0:{PORTS['mail']}", arrivals]
    return Program(host, command, log=folder / f"{host}.log", port=PORTS["mail"])


def web_server(host, folder, environment):
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--config", ROOT / "gunicorn.conf.py",
               "--bind", f"0.0.0.0:{PORTS['web']}", "--workers", "2", "catalogue.wsgi"]  # fmt: skip
    return Program(
        host, command, log=folder / f"{host}.log", environment=environment, port=PORTS["web"], asked_for="/practices/",
    )  # fmt: skip


def python(host, folder, environment, *arguments):
    return Program(host, [sys.executable, *arguments], log=folder / f"{host}.log", environment=environment)
