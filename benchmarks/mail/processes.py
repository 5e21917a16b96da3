"""Processes of the benchmark: a mail server, senders, and a feed hub that hangs."""

import contextlib
import os
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from benchmarks.servers import HOST, free_port

ROOT = Path(__file__).resolve().parent.parent.parent


class MailServer:
    """A real SMTP server in its own process, which logs accepted messages and may cause faults."""

    def __init__(self, log, *, faulty=False):
        self.port, self.log, self.faulty = free_port(), log, faulty
        self.process = None

    def start(self):
        command = [sys.executable, "-m", "benchmarks.mail.smtp", str(self.port), str(self.log)]
        self.process = subprocess.Popen(command + ["faulty"] * self.faulty, cwd=ROOT)
        for _attempt in range(100):
            try:
                smtplib.SMTP(HOST, self.port, timeout=1).close()
            except (OSError, smtplib.SMTPException):
                time.sleep(0.1)
            else:
                return
        sys.exit("The mail server did not start.")

    def stop(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        self.stop()


class HangingHub:
    """A feed hub that takes every request and answers a byte a second, for ever."""

    def __init__(self):
        self.listener = socket.create_server((HOST, 0))
        self.address = f"http://{HOST}:{self.listener.getsockname()[1]}/"
        self.requests = 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _address = self.listener.accept()
            self.requests += 1
            threading.Thread(target=self.dribble, args=[connection], daemon=True).start()

    def dribble(self, connection):
        with connection, contextlib.suppress(OSError):
            while True:
                connection.sendall(b"H")
                time.sleep(1)


WITH_WRONG_CLOCK = """
import datetime, os, sys, time_machine
wrong = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=float(os.environ["CLOCK_ERROR"]))
time_machine.travel(wrong, tick=True).start()
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])
"""


class Sender:
    """A process of `manage.py send_outbox --forever`, whose clock is wrong by so many seconds."""

    def __init__(self, port, clock_error=0):
        self.environment = os.environ | {"MAIL_PORT": str(port), "CLOCK_ERROR": str(clock_error)}
        self.clock_error = clock_error
        self.start()

    def start(self):
        program = ["-c", WITH_WRONG_CLOCK] if self.clock_error else ["manage.py"]
        command = [sys.executable, *program, "send_outbox", "--forever"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=subprocess.DEVNULL)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)

    def memory(self):
        """Return its peak memory in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024
