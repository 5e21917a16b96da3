"""Run the e-mail benchmarks and write the tables: `python -m benchmarks.mail`."""

import argparse
import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path

from benchmarks.mail import report
from benchmarks.mail.processes import HangingHub, MailServer
from benchmarks.servers import Postgres, stop_on_signals

README = Path(__file__).resolve().parent.parent / "README.md"


def main():
    options = parse()
    stop_on_signals()
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="benchmarks-mail-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)  # PostgreSQL runs as another user
        postgres = Postgres(folder / "postgresql")
        stack.callback(postgres.stop)
        postgres.recreate("mail")
        hub = HangingHub()
        set_up(postgres.address("mail"), folder, hub)
        # These import the models, which needs Django to be set up.
        from benchmarks.mail import fault, scale, speed

        results = {"at": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()), "cores": os.cpu_count()}
        if "speed" in options.parts:
            results["speed"] = speed.run(MailServer(folder / "speed"), options.messages, options.rounds)
        if "scale" in options.parts:
            results["scale"] = scale.run(MailServer(folder / "scale"), options.few, options.many)
        if "fault" in options.parts:
            results["fault"] = fault.run(
                MailServer(folder / "fault", faulty=True),
                postgres,
                hub,
                subscribers=options.subscribers,
                practices=options.practices,
                kills=options.kills,
            )
        results["load"] = os.getloadavg()[2]
    tables = report.tables(results)
    print(tables)
    if options.record:
        report.record(README, tables)


def parse():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mail", description=__doc__)
    parser.add_argument("--subscribers", type=int, default=10_000, help="under fault")
    parser.add_argument("--practices", type=int, default=3, help="under fault")
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--messages", type=int, default=250, help="in each round, at speed")
    parser.add_argument("--rounds", type=int, default=24, help="at speed")
    parser.add_argument("--few", type=int, default=1000, help="subscribers, at scale")
    parser.add_argument("--many", type=int, default=100_000, help="subscribers, at scale")
    parser.add_argument("--parts", type=lambda text: text.split(","), default=["speed", "scale", "fault"])
    parser.add_argument("--record", action="store_true", help="write the tables into benchmarks/README.md")
    return parser.parse_args()


def set_up(database, folder, hub):
    """Set up Django here and, through the environment, in senders, with waits short enough for a benchmark."""
    os.environ |= {
        "DATABASE_URL": database,
        "DATA_DIR": str(folder / "data"),
        "DEBUG": "true",
        "DJANGO_SETTINGS_MODULE": "catalogue.settings",
        "LOG_LEVEL": "CRITICAL",
        "MAIL_HOST": "127.0.0.1",
        "MAIL_TIMEOUT_SECONDS": "3",
        "MAIL_USE_TLS": "false",
        "OUTBOX_FIRST_WAIT_SECONDS": "1",
        "OUTBOX_LEASE_SECONDS": "10",
        "OUTBOX_LONGEST_WAIT_SECONDS": "5",
        "OUTBOX_POLL_SECONDS": "0.2",
        "SITE_URL": "https://practices.example.org",
        "WEBSUB_HUBS": hub.address,
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("loaddata", "reference", "countries", verbosity=0)


if __name__ == "__main__":
    main()
