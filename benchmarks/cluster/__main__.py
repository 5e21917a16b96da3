"""Kill, cut and freeze the hosts of a catalogue one by one under load, and fail over from PostgreSQL's primary.

Two web servers, two senders, PostgreSQL with a streaming replica, Redis and a mail server run on this machine, each in
a network namespace of its own. Needs Linux, root, iproute2, PostgreSQL and Redis; servers that run here already are left
alone. Everything is removed at the end, also after Ctrl+C. Prints what readers and writers saw, in Markdown.
"""

import argparse
import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import report as recording
from benchmarks.cluster import events, report
from benchmarks.cluster.machines import Cluster
from benchmarks.cluster.network import CannotRun, Network

README = Path(__file__).resolve().parent.parent / "README.md"
WARM_UP_SECONDS = 120
"""At most, until web servers have loaded what they need at first and pages are quick."""
QUICK_SECONDS, QUICK_READINGS = 3, 20
DRAIN_SECONDS = 120
"""For the senders to send what waits, once the load has ended."""


def main():
    options = parse()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    try:
        text = run(options)
    except CannotRun as reason:
        sys.exit(f"The cluster cannot run here. {reason}")
    except KeyboardInterrupt:
        sys.exit("Stopped; everything was removed.")
    print(text)
    if options.record:
        recording.record(README, text, begin=report.BEGIN, end=report.END)


def parse():
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cluster", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )  # fmt: skip
    parser.add_argument("--short", action="store_true", help="fewer events: about three minutes")
    parser.add_argument("--practices", type=int, default=300)
    parser.add_argument("--subscribers", type=int, default=20, help="who get an e-mail for every publication")
    parser.add_argument("--trouble", type=float, default=6, help="seconds that each event lasts")
    parser.add_argument("--rest", type=float, default=8, help="seconds to recover after it")
    parser.add_argument(
        "--failover", choices=["kill", "cut", "none"], default="kill",
        help="the end of the primary, after which the replica is promoted",
    )  # fmt: skip
    parser.add_argument("--keep-logs", type=Path, metavar="FOLDER", help="copy the logs of all hosts there")
    parser.add_argument("--record", action="store_true", help="write the tables into benchmarks/README.md")
    return parser.parse_args()


def run(options):
    check_programs()
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="catalogue-cluster-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)  # PostgreSQL runs as another user
        if options.keep_logs:
            stack.callback(keep_logs, folder, options.keep_logs)
        network = Network()
        stack.callback(network.close)
        cluster = Cluster(network, folder, stack)
        say("starting")
        cluster.start(practices=options.practices, subscribers=options.subscribers)
        warm_up(folder / "load.jsonl")
        phases = make_trouble(cluster, options)
        cluster.stop("client")
        database = "first" if options.failover == "none" else "second"
        cluster.read_here(database)
        found = outcome(cluster, options.subscribers)
        return report.tables(phases, report.read_load(folder / "load.jsonl"), found, load=os.getloadavg()[2])


def check_programs():
    for program, package in (("redis-server", "redis-server"), ("setpriv", "util-linux")):
        if not shutil.which(program):
            raise CannotRun(f"The program {program} is missing (Debian: apt install {package}).")


def warm_up(load):
    """Wait until the last readings were quick and none failed, under load already."""
    say("warming up")
    until = time.monotonic() + WARM_UP_SECONDS
    while time.monotonic() < until:
        time.sleep(1)
        last = [each for each in report.read_load(load) if each["kind"] == "reading"][-QUICK_READINGS:]
        if len(last) == QUICK_READINGS and all(
            each["ok"] and each["seconds"] < QUICK_SECONDS for each in last
        ):
            return


def make_trouble(cluster, options):
    """Returns [(name, begun at, over at)]."""
    phases = []
    planned = events.SHORT if options.short else events.LONG
    if options.failover != "none":
        planned = [*planned, events.FAILOVERS[options.failover]]
    for event in planned:
        say(event.name)
        phases.append((event.name, *event.happen(cluster, trouble=options.trouble, rest=options.rest)))
    return phases


def outcome(cluster, subscribers):
    """Wait until everything is sent, and count what became of all that was acknowledged."""
    import django

    django.setup()
    from benchmarks.cluster import counting

    say("waiting for the senders")
    until = time.monotonic() + DRAIN_SECONDS
    while counting.waiting() and time.monotonic() < until:
        time.sleep(0.5)
    return counting.outcome(cluster.folder / "load.jsonl", cluster.arrivals, subscribers)


def keep_logs(folder, to):
    to.mkdir(parents=True, exist_ok=True)
    for path in [*folder.glob("*.log"), *folder.glob("*.jsonl"), *folder.glob("arrivals")]:
        shutil.copy(path, to)


def say(what):
    print(f"{time.strftime('%H:%M:%S')} {what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
