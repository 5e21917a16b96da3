"""Killed senders and a failing mail server: no news is lost, and a message is repeated only after a kill.

A short version of `make benchmark-mail`.
"""

import asyncio
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.db import OperationalError, connection

from practices.models import OutboxMessage
from practices.notifications import outbox, sender, subscriptions
from practices.notifications.outbox import delivery
from tests.support.factories import make_practice, make_subscription
from tests.support.mail_server import MailServer, MailServerThread, mailers

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_DONE = (
    "SELECT (SELECT count(*) FROM practices_broadcast WHERE spread_at IS NULL) + (SELECT count(*)"
    " FROM practices_outboxmessage WHERE sent_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL)"
)


@contextmanager
def serving(server):
    """Run `server` and yield its port."""
    thread = MailServerThread(server)
    thread.start()
    yield thread.port
    thread.stop()


# Killed ---------------------------------------------------------------------------


class Senders:
    """Sender processes, started as by an operator, each with its own From address."""

    def __init__(self, **environment):
        self.environment = os.environ | environment
        self.kills = 0
        self.processes = {}

    def start(self):
        name = f"sender{len(self.processes)}@example.org"
        self.processes[name] = subprocess.Popen(
            [sys.executable, "manage.py", "send_outbox", "--forever"],
            cwd=ROOT,
            env=self.environment | {"MAIL_FROM": name},
            stderr=subprocess.DEVNULL,
        )

    def kill(self, name):
        """Kill one without warning and start another in its place."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()
        self.kills += 1
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(timeout=10)


class FailingServer(MailServer):
    """Mail server that defers a tenth, drops some connections, and kills two senders after accepting their message."""

    def __init__(self):
        super().__init__()
        self.chance = random.Random(21)
        self.deadly = self.chance.sample(range(10, 50), 2)
        self.senders = None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.chance.random() < 0.1:
            return "450 4.2.0 try later"
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.chance.random() < 0.04:
            server.transport.abort()
            return "451 gone"
        answer = await super().handle_DATA(server, session, envelope)
        if len(self.received) in self.deadly:
            self.senders.kill(envelope.mail_from)
        await asyncio.sleep(0.005)
        return answer


@contextmanager
def shared_database(folder):
    """Yield the URL of the test's database for other processes, and a cursor to observe it."""
    if connection.vendor == "sqlite":  # in memory, so other processes get a copy
        path = folder / "catalogue.sqlite3"
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
            yield f"sqlite:///{path}", copy.cursor()
    else:
        with connection.cursor() as cursor:
            yield address_of_database(), cursor


def address_of_database():
    keys = connection.settings_dict
    user, password, host = (quote(keys[key] or "", safe="") for key in ("USER", "PASSWORD", "HOST"))
    return f"postgresql://{user}:{password}@{host}:{keys['PORT'] or 5432}/{keys['NAME']}"


def wait_until_all_is_done(cursor):
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        cursor.execute(NOT_DONE)
        if cursor.fetchone() == (0,):
            return
        time.sleep(0.05)


def test_news_reaches_everyone_despite_killed_senders(transactional_db, tmp_path):
    readers = [f"reader{number}@example.org" for number in range(30)]
    for address in readers:
        make_subscription(address=address)
    for number in range(5):
        make_subscription(address=f"unconfirmed{number}@example.org", confirmed=False)
    departed = [make_subscription(address=f"departed{number}@example.org") for number in range(5)]
    make_practice(announce=True, title="Desks")
    sender.fan_out_all()
    subscriptions.unsubscribe(departed)
    make_practice(announce=True, title="Schools")  # the senders fan it out
    server = FailingServer()

    with (
        serving(server) as port,
        shared_database(tmp_path) as (address, cursor),
        Senders(
            DATABASE_URL=address,
            DATA_DIR=str(tmp_path),
            LOG_LEVEL="CRITICAL",
            MAIL_HOST="127.0.0.1",
            MAIL_PORT=str(port),
            MAIL_USE_TLS="false",
            OUTBOX_FIRST_WAIT_SECONDS="0.1",
            OUTBOX_LONGEST_WAIT_SECONDS="0.2",
            OUTBOX_LEASE_SECONDS="2",
            OUTBOX_POLL_SECONDS="0.1",
        ) as server.senders,
    ):
        server.senders.start()
        server.senders.start()
        wait_until_all_is_done(cursor)

    copies = Counter((mail["To"], re.search("“(.*)”", mail["Subject"])[1]) for mail in server.messages)
    assert set(copies) == {(reader, title) for reader in readers for title in ("Desks", "Schools")}
    assert server.senders.kills == 2
    assert copies.total() - len(copies) <= server.senders.kills


# Order of recording and sending ---------------------------------------------------


def test_content_goes_only_when_the_message_before_is_recorded(transactional_db, settings, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite records a message before anything else is done")
    # Even on a slow machine, no other query comes between the two.
    monkeypatch.setattr(delivery, "MAX_STALENESS", timedelta(minutes=1))
    make_subscription(address="first@example.org")
    make_subscription(address="second@example.org")
    make_practice(announce=True)
    sender.fan_out_all()
    other = psycopg.connect(address_of_database())
    happened = []

    class WatchingServer(MailServer):
        async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
            happened.append(f"asked for {address}")
            if happened[-1] == "asked for second@example.org":
                asyncio.get_running_loop().call_later(0.2, release)
            return await super().handle_RCPT(server, session, envelope, address, options)

        async def handle_DATA(self, server, session, envelope):  # noqa: N802
            happened.append(f"took {envelope.rcpt_tos[0]}")
            if len(self.received) == 0:
                other.execute("SELECT FROM practices_outboxmessage FOR UPDATE")  # blocks the record
            return await super().handle_DATA(server, session, envelope)

    def release():
        happened.append("let the first be recorded")
        other.close()

    with serving(WatchingServer()) as port:
        settings.MAILERS = mailers(port)
        outbox.deliver_due()

    assert happened == [
        "asked for first@example.org",
        "took first@example.org",
        "asked for second@example.org",
        "let the first be recorded",
        "took second@example.org",
    ]


def test_message_that_could_not_be_recorded_is_recorded_when_the_database_is_back(transactional_db, settings):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite does not go away")
    make_subscription(address="first@example.org")
    make_subscription(address="second@example.org")
    make_practice(announce=True)
    sender.fan_out_all()
    other = psycopg.connect(address_of_database())

    class LastServer(MailServer):
        async def handle_DATA(self, server, session, envelope):  # noqa: N802
            if len(self.received) == 0:
                other.execute("SELECT FROM practices_outboxmessage FOR UPDATE")  # blocks the record
                asyncio.get_running_loop().call_later(0.1, end_whoever_waits)
            return await super().handle_DATA(server, session, envelope)

    def end_whoever_waits():
        waits = "datname = current_database() AND wait_event_type = 'Lock'"
        other.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {waits}")
        other.close()

    server = LastServer()
    with serving(server) as port:
        settings.MAILERS = mailers(port)
        with pytest.raises(OperationalError):
            outbox.deliver_due()
        connection.close()
        OutboxMessage.objects.update(leased_until=None)  # as if the lease had run out
        outbox.deliver_due()

    assert server.recipients == [["first@example.org"], ["second@example.org"]]
