"""Processes of the benchmark: a mail server and senders."""

import os
import signal
import smtplib
import subprocess
import sys
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


class Sender:
    """A process of `manage.py send_outbox --forever`."""

    def __init__(self, port):
        self.environment = os.environ | {"MAIL_PORT": str(port)}
        self.start()

    def start(self):
        command = [sys.executable, "manage.py", "send_outbox", "--forever"]
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
