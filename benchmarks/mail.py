"""E-mail under fault and at speed: real SMTP on loopback, PostgreSQL, 10,000 subscribers, 3 senders that get killed.

`make benchmark-mail` runs it and writes benchmarks/mail.md. It starts a PostgreSQL server of its own (binaries of
Debian's postgresql package; as root, it runs as the user postgres), so that restarting it disturbs nobody.
SUBSCRIBERS, PRACTICES and KILLS in the environment make it smaller or larger.
"""

import contextlib
import os
import pwd
import random
import shutil
import signal
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUBSCRIBERS = int(os.environ.get("SUBSCRIBERS", "10000"))
PRACTICES = int(os.environ.get("PRACTICES", "3"))
KILLS = int(os.environ.get("KILLS", "24"))
SENDERS = 3
OTHERS = SUBSCRIBERS // 20
"""Addresses that never confirmed, and as many that left: neither may get anything."""
MANY = int(os.environ.get("MANY", "100000"))
"""Subscribers for the time that publishing takes."""
MEASURED = int(os.environ.get("MEASURED", "2000"))
"""Messages in each round of the speed measurement."""
ROUNDS = 3


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """A PostgreSQL server of our own in a temporary folder."""

    def __init__(self):
        self.binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self.folder = Path(tempfile.mkdtemp(prefix="benchmark-mail-"))
        self.port = free_port()
        self.as_user = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.as_user = ["runuser", "-u", "postgres", "--"]

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/catalogue"

    def run(self, program: str, *arguments: str) -> None:
        command = [*self.as_user, str(self.binaries / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def control(self, what: str, *arguments: str) -> None:
        log = self.folder / "log"
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-l", str(log), "-w", *arguments, what)

    def start(self) -> None:
        self.run("initdb", "-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust", "--no-sync")
        self.control("start", "-o", f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1")
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "catalogue")

    def restart(self) -> None:
        self.control("restart", "-m", "fast")

    def remove(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.control("stop", "-m", "immediate")
        shutil.rmtree(self.folder, ignore_errors=True)


class MailServer:
    """A process of its own with a real SMTP server, well or ill, that writes down what it took."""

    def __init__(self, folder: Path, *, ill: bool):
        self.port, self.ill = free_port(), ill
        self.taken = folder / ("taken-ill" if ill else "taken")
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [sys.executable, str(HERE / "mail_server.py"), str(self.port), str(self.taken)]
        self.process = subprocess.Popen([*command, "ill"] if self.ill else command)
        for _try in range(100):
            with contextlib.suppress(OSError), smtplib.SMTP("127.0.0.1", self.port, timeout=1):
                return
            time.sleep(0.1)
        raise SystemExit("The mail server does not start.")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


class Sender:
    """`manage.py send_outbox --forever`, as an operator runs it."""

    def __init__(self):
        self.start()

    def start(self) -> None:
        command = [sys.executable, str(HERE.parent / "manage.py"), "send_outbox", "--forever"]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def memory(self) -> int:
        """The most MiB it ever held."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024


def set_up(cluster: Cluster, folder: Path, port: int) -> None:
    """Django on the cluster, sending to `port`, with waits short enough for a benchmark."""
    os.environ |= {
        "DATABASE_URL": cluster.url,
        "DATA_DIR": str(folder / "data"),
        "DEBUG": "true",
        "DJANGO_SETTINGS_MODULE": "catalogue.settings",
        "LOG_LEVEL": "CRITICAL",
        "MAIL_HOST": "127.0.0.1",
        "MAIL_PORT": str(port),
        "MAIL_USE_TLS": "false",
        "MAIL_TIMEOUT_SECONDS": "3",
        "OUTBOX_LEASE_SECONDS": "10",
        "OUTBOX_FIRST_WAIT_SECONDS": "1",
        "OUTBOX_LONGEST_WAIT_SECONDS": "5",
        "OUTBOX_POLL_SECONDS": "0.2",
        "SITE_URL": "https://practices.example.org",
    }
    sys.path.insert(0, str(HERE.parent))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("loaddata", "reference", "countries", verbosity=0)


QUERIES = ["objective=21", "country=ph", "", "objective=21&country=ph", "objective=3&objective=21"]


def make_subscribers(number: int, prefix: str, *, confirmed: bool = True) -> None:
    from django.utils import timezone

    from practices.models import Subscriber, Subscription

    now = timezone.now()
    at = now if confirmed else None
    for start in range(0, number, 5000):
        subscribers = Subscriber.objects.bulk_create(
            Subscriber(address=f"{prefix}{key}@example.org", confirmed_at=at)
            for key in range(start, min(start + 5000, number))
        )
        Subscription.objects.bulk_create(
            Subscription(subscriber=subscriber, query=QUERIES[key % len(QUERIES)], confirmed_at=at)
            for key, subscriber in enumerate(subscribers)
        )


def publish(title: str) -> float:
    """Publish what everyone here follows; the seconds it took."""
    from practices import workflow

    document = {"title": title, "summary": "A desk in a port. " * 10, "objectives": [21], "countries": ["PH"]}
    begun = time.perf_counter()
    workflow.publish_document(document)
    return time.perf_counter() - begun


# Under fault ------------------------------------------------------------------


def fault_run(cluster: Cluster, server: MailServer) -> dict:  # noqa: PLR0915 - one story
    """Kill senders, refuse, hang up, go away, restart the database; then count what arrived."""
    from django.db import OperationalError, connection

    from practices import subscriptions
    from practices.models import Announcement, Broadcast, OutboxMessage, Subscriber

    make_subscribers(SUBSCRIBERS, "reader")
    make_subscribers(OTHERS, "unconfirmed", confirmed=False)
    make_subscribers(OTHERS, "departed")
    begun = time.monotonic()
    for number in range(PRACTICES):
        publish(f"Desk {number}")
    departed = Subscriber.objects.filter(address__startswith="departed").prefetch_related("subscriptions")
    for subscriber in departed:
        subscriptions.leave(list(subscriber.subscriptions.all()))
    server.start()
    senders = [Sender() for _number in range(SENDERS)]
    kills, happened = 0, []
    expected = SUBSCRIBERS * PRACTICES
    while True:
        time.sleep(random.uniform(0.8, 2.0))
        if kills < KILLS:
            sender = random.choice(senders)
            sender.kill()
            sender.start()
            kills += 1
        if kills == KILLS // 3 and "server" not in happened:
            happened.append("server")
            server.stop()
            time.sleep(8)
            server.start()
        if kills == 2 * KILLS // 3 and "database" not in happened:
            happened.append("database")
            cluster.restart()
        connection.close_if_unusable_or_obsolete()
        try:
            left = OutboxMessage.objects.waiting().count()
            to_spread = Broadcast.objects.to_spread().count()
            print(f"{time.monotonic() - begun:5.0f} s  kills {kills}  waiting {left}", flush=True)
        except OperationalError:
            connection.close()
            continue
        if kills >= KILLS and not left and not to_spread:
            break
        if time.monotonic() - begun > 1500:
            break
    seconds = time.monotonic() - begun
    memory = max(sender.memory() for sender in senders)
    for sender in senders:
        sender.process.terminate()
        sender.process.wait()
    server.stop()
    practice_of = dict(OutboxMessage.objects.values_list("pk", "practice_id"))
    taken = [line.split() for line in server.taken.read_text().splitlines()]
    copies = Counter((address, practice_of[int(identity)]) for address, identity in taken)
    readers = Counter(address for address, _practice in copies if address.startswith("reader"))
    return {
        "subscribers": SUBSCRIBERS,
        "practices": PRACTICES,
        "kills": kills,
        "seconds": seconds,
        "expected": expected,
        "announcements": Announcement.objects.count(),
        "arrived": sum(address.startswith("reader") for address, _practice in copies),
        "readers with every practice": sum(number == PRACTICES for number in readers.values()),
        "extra": sum(copies.values()) - len(copies),
        "unwanted": sum(not address.startswith("reader") for address, _practice in copies),
        "memory": memory,
    }


# Speed --------------------------------------------------------------------------


def bare_loop(port: int, contents: list[tuple[str, bytes]]) -> float:
    """Messages a second of smtplib alone, with ready bytes over one connection."""
    with smtplib.SMTP("127.0.0.1", port) as connection:
        begun = time.perf_counter()
        for address, content in contents:
            connection.sendmail("practices@practices.example.org", [address], content)
        return len(contents) / (time.perf_counter() - begun)


def send_messages(messages) -> float:
    """Messages a second of Django's own: each composed, all over one connection."""
    from django.core.mail import mailers

    from practices import emails

    begun = time.perf_counter()
    mailers.default.send_messages([emails.compose(message) for message in messages])
    return len(messages) / (time.perf_counter() - begun)


def one_sender(number: int) -> float:
    """Messages a second of one sender, from claiming to recording."""
    from practices import outbox

    begun = time.perf_counter()
    attempted = outbox.deliver_due(limit=number)
    assert attempted == number, attempted
    return number / (time.perf_counter() - begun)


def speed_run(server: MailServer) -> dict:
    from django.conf import settings

    from practices import emails, subscriptions
    from practices.models import Broadcast, OutboxMessage, Subscriber
    from practices.outbox import news

    settings.MAILERS["default"]["OPTIONS"]["port"] = server.port
    Subscriber.objects.all().delete()
    make_subscribers(MEASURED * ROUNDS, "speed")
    server.start()
    publish("Desk to be quick with")
    while Broadcast.objects.to_spread().exists():
        subscriptions.spread()
    figures: dict[str, list[float]] = {"bare": [], "sender": [], "django": []}
    sample = list(OutboxMessage.objects.waiting().select_related("subscriber")[:MEASURED])
    news.find(sample)
    ready = [(message.address, emails.as_bytes(message)) for message in sample]
    for _round in range(ROUNDS):
        figures["bare"].append(bare_loop(server.port, ready))
        figures["sender"].append(one_sender(MEASURED))
        figures["django"].append(send_messages(sample[: MEASURED // 5]))
    server.stop()
    return {name: statistics.median(values) for name, values in figures.items()}


def scale_run(server: MailServer) -> dict:
    """Publishing to MANY, and what a sender holds while it sends to few and to many."""
    from practices.models import Broadcast, OutboxMessage, Subscriber

    result = {}
    for name, number in (("few", MEASURED), ("many", MANY)):
        Subscriber.objects.all().delete()
        Broadcast.objects.all().delete()
        make_subscribers(number, "many")
        result[f"publish to {name}"] = publish(f"Desk for {name}")
        server.start()
        os.environ["MAIL_PORT"] = str(server.port)
        sender = Sender()
        begun = time.monotonic()
        # Long enough to hold all of the few, or to be far into the many.
        while time.monotonic() - begun < 60:
            time.sleep(0.5)
            if OutboxMessage.objects.exclude(sent_at=None).count() >= min(number, 4 * MEASURED):
                break
        result[f"memory of {name}"] = sender.memory()
        sender.process.terminate()
        sender.process.wait()
        server.stop()
    return result


REPORT = """# E-mail under fault, and at speed

Written by `make benchmark-mail` on {date}, on a machine of {cores} cores under a load of {load:.0f}; read ratios,
not times. A real SMTP server (aiosmtpd) on loopback and a PostgreSQL server of the benchmark's own.

## Under fault

{subscribers:,} subscribers, {others:,} addresses that never confirmed, {others:,} that left after publication;
{practices} practices; {senders} senders. {kills} times one of them was killed with SIGKILL and another started. The mail
server answered 450 to a tenth of recipients, hung up in a hundredth of messages and in a fortieth of connections, and
was away for 8 seconds; PostgreSQL was restarted once.

| what | expected | found |
|---|---|---|
| messages that arrived at confirmed subscribers, each practice once | {expected:,} | {arrived:,} |
| subscribers with every practice | {subscribers:,} | {complete:,} |
| copies beyond the first | at most {kills} | {extra} |
| messages to the unconfirmed or departed | 0 | {unwanted} |
| seconds until all was sent | – | {seconds:.0f} |
| most memory of a sender, MiB | – | {memory} |

## At speed

Medians of {rounds} rounds of {measured:,} messages, one process each, in alternation.

| what | messages a second | of the bare loop |
|---|---|---|
| smtplib alone: ready bytes over one connection | {bare:.0f} | 1 |
| one sender: claim, find out what for, build, send, record | {sender:.0f} | {of_bare:.2f} (at least 0.55) |
| Django's `send_messages`, each message composed | {django:.0f} | {django_of_bare:.2f} |

The sender is {of_django:.1f} times as fast as `send_messages` (at least 3).

## At scale

| what | {measured:,} subscribers | {many:,} subscribers |
|---|---|---|
| publishing, seconds (at most 1) | {publish_few:.3f} | {publish_many:.3f} |
| most memory of a sender, MiB | {memory_few} | {memory_many} |
"""


def main() -> None:
    cluster = Cluster()
    well = MailServer(cluster.folder, ill=False)
    ill = MailServer(cluster.folder, ill=True)
    try:
        cluster.start()
        cluster.folder.chmod(0o755)
        work = Path(tempfile.mkdtemp(prefix="benchmark-mail-work-"))
        well.taken, ill.taken = work / "taken", work / "taken-ill"
        set_up(cluster, work, ill.port)
        speed = speed_run(well)
        print(speed, flush=True)
        scale = scale_run(well)
        print(scale, flush=True)
        os.environ["MAIL_PORT"] = str(ill.port)
        from practices.models import Broadcast, Subscriber

        Subscriber.objects.all().delete()
        Broadcast.objects.all().delete()
        fault = fault_run(cluster, ill)
        print(fault, flush=True)
    finally:
        cluster.remove()
    report = REPORT.format(
        date=time.strftime("%Y-%m-%d"), cores=os.cpu_count(), load=os.getloadavg()[1], others=OTHERS, senders=SENDERS,
        rounds=ROUNDS, measured=MEASURED, many=MANY, of_bare=speed["sender"] / speed["bare"],
        django_of_bare=speed["django"] / speed["bare"], of_django=speed["sender"] / speed["django"],
        publish_few=scale["publish to few"], publish_many=scale["publish to many"],
        memory_few=scale["memory of few"], memory_many=scale["memory of many"],
        complete=fault.pop("readers with every practice"), **fault, **speed,
    )  # fmt: skip
    (HERE / "mail.md").write_text(report)
    print(report)


if __name__ == "__main__":
    main()
