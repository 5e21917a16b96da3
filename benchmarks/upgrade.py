"""Upgrade of a catalogue in use: `python -m benchmarks.upgrade PREVIOUS`, with DATABASE_URL of a catalogue that has been
made by the previous release, whose code is in the folder PREVIOUS.

The previous release serves pages and publishes while this one changes the tables and indexes every practice anew. Prints
failed readings, how long readings and publications took, and when the longest ended.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.client import SITE, Visitor
from benchmarks.servers import ROOT, Gunicorn

ADDRESSES = ["/", "/practices/", "/practices/?objective=21&q=school", "/p/17/cite.bib", "/statistics/"]
BETWEEN_READINGS = 0.1  # seconds
PUBLISHER = """
import sys, time, django
django.setup()
from benchmarks import synthetic
from practices import workflow
for number, _line in enumerate(sys.stdin):
    begun = time.perf_counter()
    workflow.publish_document(synthetic.document(1) | {"title": f"While upgrading {number}", "source_url": ""})
    print(time.perf_counter() - begun, flush=True)
"""


class Load:
    """Readers and a publisher of the previous release, until it is stopped."""

    def __init__(self, port, folder, environment):
        self.readings, self.failed, self.publications = [], [], []
        self._port = port
        self._begun = time.monotonic()
        self._ended = threading.Event()
        self._publisher = subprocess.Popen(
            [sys.executable, "-c", PUBLISHER], cwd=folder, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._threads = [threading.Thread(target=target) for target in (self._read, self._publish)]
        for thread in self._threads:
            thread.start()

    def _read(self):
        visitor, number = Visitor(self._port), 0
        while not self._ended.wait(BETWEEN_READINGS):
            address = ADDRESSES[number % len(ADDRESSES)]
            number += 1
            begun = time.perf_counter()
            answer = visitor.get(address)
            self.readings.append((time.perf_counter() - begun, address, time.monotonic() - self._begun))
            if answer.status >= 400:  # some redirect
                self.failed.append((address, answer.status))
        visitor.close()

    def _publish(self):
        while not self._ended.wait(4 * BETWEEN_READINGS):
            self._publisher.stdin.write("\n")
            self._publisher.stdin.flush()
            taken = float(self._publisher.stdout.readline())
            self.publications.append((taken, "publication", time.monotonic() - self._begun))
        self._publisher.stdin.close()
        self._publisher.wait()

    def stop(self):
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def report(self):
        publications = self.publications[1:]  # the first one includes opening the connection
        print(f"readings: {len(self.readings)}, failed: {self.failed}, {_spread(self.readings)}")
        print(f"publications: {len(publications)}, {_spread(publications)}")
        for measured in (self.readings, publications):
            for taken, what, when in sorted(measured, reverse=True)[:5]:
                print(f"{taken:.2f} s until second {when:.0f}: {what}")


def _spread(measured):
    ordered = sorted(seconds for seconds, *_ in measured)
    ninety_nine = ordered[int(len(ordered) * 0.99)]
    return f"median {statistics.median(ordered):.2f} s, 99 % {ninety_nine:.2f} s, longest {ordered[-1]:.2f} s"


def main():
    previous = Path(sys.argv[1]).resolve()
    environment = {
        **os.environ, "DEBUG": "false", "SECRET_KEY": "benchmark" * 8, "SITE_URL": f"https://{SITE}",
        "MAIL_HOST": "localhost", "TRUSTED_PROXIES": "1", "DJANGO_SETTINGS_MODULE": "catalogue.settings",
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        environment.setdefault("DATA_DIR", folder)
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"],
            cwd=previous, env=environment, check=True,
        )  # fmt: skip
        server = Gunicorn(
            "catalogue.wsgi", environment=environment, log=Path(folder) / "log", folder=previous
        )
        load = Load(server.port, previous, environment)
        try:
            time.sleep(5)
            for command in ["migrate -v0", "rebuild_search --outdated"]:
                begun = time.monotonic()
                subprocess.run(
                    [sys.executable, "manage.py", *command.split()], cwd=ROOT, env=environment, check=True
                )
                print(f"{command}: {time.monotonic() - begun:.1f} s", flush=True)
        finally:
            load.stop()
            server.stop()
    load.report()


if __name__ == "__main__":
    main()
