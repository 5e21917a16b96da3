"""The processes that take part: a mail server, and senders."""

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
    """A process of its own with a real SMTP server, well or ill, that writes down what it took."""

    def __init__(self, taken, *, ill=False):
        self.port, self.taken, self.ill = free_port(), taken, ill
        self.process = None

    def start(self):
        command = [sys.executable, "-m", "benchmarks.mail.smtp", str(self.port), str(self.taken)]
        self.process = subprocess.Popen(command + ["ill"] * self.ill, cwd=ROOT)
        for _attempt in range(100):
            try:
                smtplib.SMTP(HOST, self.port, timeout=1).close()
            except (OSError, smtplib.SMTPException):
                time.sleep(0.1)
            else:
                return
        sys.exit("The mail server does not start.")

    def stop(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        self.stop()


class Sender:
    """`manage.py send_outbox --forever`, as an operator runs it."""

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
        """The most MiB it ever held."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024
