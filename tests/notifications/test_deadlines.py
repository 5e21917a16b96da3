"""Servers that hang: an exchange ends by its deadline, a sender by SIGTERM, and no thread waits for another."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from practices.models import HubPing, OutboxMessage
from practices.notifications import channels, outbox, sender, websub
from practices.notifications.channels import ServerUnavailable
from tests.notifications.test_sender_under_fault import ROOT, serving, shared_database
from tests.support.factories import make_message, make_practice
from tests.support.hanging_server import (
    SMTP_STAGES,
    DribblingServer,
    HangingMailServer,
    HangingServer,
    running,
)
from tests.support.mail_server import MailServer, mailers

pytestmark = pytest.mark.django_db

SOON = 3
"""Seconds that an exchange may take whose deadline is a fraction of a second, on a busy machine."""


@pytest.fixture(autouse=True)
def short_deadlines(settings):
    settings.MAIL_TIMEOUT_SECONDS = settings.WEBSUB_TIMEOUT_SECONDS = 0.2


def timed(action):
    """Return what `action` returns, and whether it ended soon."""
    begun = time.monotonic()
    result = action()
    return result, time.monotonic() - begun < SOON


def hanging_options(port, stage):
    """Settings of a mailer that gets as far as the stage."""
    options = {"use_tls": stage == "STARTTLS"}
    if stage == "AUTH":
        options |= {"username": "us", "password": "secret"}
    configured = mailers(port)
    configured["default"]["OPTIONS"] |= options
    return configured


# Mail servers ---------------------------------------------------------------------


@pytest.mark.parametrize("stage", SMTP_STAGES)
def test_mail_server_that_dribbles_is_left_at_the_deadline(stage, settings):
    message = make_message()

    with running(HangingMailServer(stage)) as server:
        settings.MAILERS = hanging_options(server.port, stage)
        attempted, soon = timed(outbox.deliver_due)

    message.refresh_from_db()
    assert (attempted, soon, message.leased_until) == (1, True, None)
    assert bool(message.sent_at) is (stage == "QUIT")
    if stage != "QUIT":
        assert message.error == "The mail server took longer than 0.2 seconds."


def test_tls_handshake_that_never_ends_is_left_at_the_deadline(settings):
    make_message()

    def shake(server, connection):
        connection.sendall(b"220 here\r\n")
        for reply in (b"250-here\r\n250 STARTTLS\r\n", b"220 go ahead\r\n"):
            connection.recv(1000)
            connection.sendall(reply)
        connection.recv(1000)
        connection.sendall(b"\x16\x03\x03\x40\x00")  # begins a handshake record of 16 KB
        server.dribble(connection, b"\x02")

    server = HangingServer(lambda connection: shake(server, connection))
    with running(server):
        settings.MAILERS = hanging_options(server.port, "STARTTLS")
        attempted, soon = timed(outbox.deliver_due)

    assert (attempted, soon) == (1, True)


def test_connection_that_is_never_made_is_left_at_the_deadline(settings):
    make_message()

    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _number in range(3)]
        for each in waiting:  # fills the queue of the listener, which then answers nobody
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        settings.MAILERS = mailers(full.getsockname()[1])
        attempted, soon = timed(outbox.deliver_due)
        for each in waiting:
            each.close()

    assert (attempted, soon) == (1, True)


def test_name_that_is_never_found_is_left_at_the_deadline(settings, monkeypatch):
    message = make_message()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: time.sleep(5))
    settings.MAILERS = mailers(25)

    attempted, soon = timed(outbox.deliver_due)

    message.refresh_from_db()
    assert (attempted, soon, message.error) == (1, True, "The mail server took longer than 0.2 seconds.")


def test_message_of_unknown_outcome_is_repeated_under_the_same_id(settings):
    make_message()

    with running(HangingMailServer("dot")) as server:
        settings.MAILERS = mailers(server.port)
        for _attempt in range(2):
            outbox.deliver_due()
            OutboxMessage.objects.update(due_at="2020-01-01T00:00Z")

    assert (len(server.ids), len(set(server.ids))) == (2, 1)


def test_deadline_is_within_the_lease_whatever_is_set(settings):
    settings.MAIL_TIMEOUT_SECONDS, settings.OUTBOX_LEASE_SECONDS = 600, 0.8
    make_message()

    with running(HangingMailServer("RCPT")) as server:
        settings.MAILERS = mailers(server.port)
        attempted, soon = timed(outbox.deliver_due)

    assert (attempted, soon) == (1, True)


def test_deadline_is_for_one_message_and_not_for_a_connection(mail_server, settings, monkeypatch):
    settings.MAIL_TIMEOUT_SECONDS = 0.5
    for number in range(3):
        make_message(address=f"reader{number}@example.org")
    compose = channels.email.emails.as_bytes
    monkeypatch.setattr(
        channels.email.emails, "as_bytes", lambda message: (time.sleep(0.2), compose(message))[1]
    )

    outbox.deliver_due()

    assert (len(mail_server.received), mail_server.connections) == (3, 1)


def test_server_that_lets_nobody_in_is_asked_once_and_the_others_are_released(settings):
    messages = [make_message(address=f"reader{number}@example.org") for number in range(3)]

    with running(DribblingServer(b"220-wait\r\n")) as server:
        settings.MAILERS = mailers(server.port)
        attempted, soon = timed(sender.send_due)

    rows = OutboxMessage.objects.order_by("pk").values_list("attempts", "leased_until")
    assert (attempted, soon, len(messages)) == (1, True, 3)
    assert list(rows) == [(1, None), (0, None), (0, None)]


@pytest.mark.parametrize("stage", ["greeting", "EHLO", "MAIL"])
def test_check_of_a_mail_server_that_dribbles_ends(stage, settings, capsys):
    with running(HangingMailServer(stage)) as server:
        settings.MAILERS = hanging_options(server.port, stage)
        begun = time.monotonic()
        with pytest.raises(CommandError):
            call_command("check_mail", connect=True)

    assert time.monotonic() - begun < SOON
    assert "WRONG  Not the case: 127.0.0.1" in capsys.readouterr().out


# Leases ---------------------------------------------------------------------------


def test_message_whose_lease_ran_out_while_the_server_was_slow_does_not_go(settings, monkeypatch):
    settings.OUTBOX_LEASE_SECONDS = 0.4
    message = make_message()
    claimed, sent = [], []

    def send_slowly(message, before_send):
        time.sleep(0.5)
        claimed.extend(outbox.claim(10))
        before_send()
        sent.append(message)

    class Channel:
        def __enter__(self):
            return send_slowly

        def __exit__(self, *exception):
            pass

    monkeypatch.setitem(channels.CHANNELS, "email", Channel)

    outbox.deliver_due(limit=1)

    message.refresh_from_db()
    assert (claimed, sent) == ([message], [])
    assert (message.leased_until, message.attempts, message.error) == (claimed[0].leased_until, 2, "")


def test_failure_after_the_lease_ran_out_leaves_the_claim_of_another_sender(settings, monkeypatch):
    settings.OUTBOX_LEASE_SECONDS = 0.1
    message = make_message()
    claimed = []

    class Channel:
        def __enter__(self):
            return self.fail

        def fail(self, message, before_send):
            time.sleep(0.2)
            claimed.extend(outbox.claim(10))
            raise ServerUnavailable("The mail server took longer than 30 seconds.")

        def __exit__(self, *exception):
            pass

    monkeypatch.setitem(channels.CHANNELS, "email", Channel)

    outbox.deliver_due(limit=1)

    message.refresh_from_db()
    assert (message.leased_until, message.error) == (claimed[0].leased_until, "")


# Hubs -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "chunk"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 202 Accepted\r\n", b"X-Wait: longer\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 202 Accepted\r\nX-Wait: ", b"x"),
    ],
    ids=["status line", "headers", "continue", "one header"],
)
def test_hub_that_dribbles_is_left_at_the_deadline(first, chunk, settings):
    with running(DribblingServer(chunk, first)) as hub:
        settings.WEBSUB_HUBS = [f"http://127.0.0.1:{hub.port}/"]
        make_practice(announce=True)
        requests, soon = timed(websub.deliver_due)

    assert (requests, soon, HubPing.objects.get().attempts) == (1, True, 1)


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        (b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n", 0),
        (b"HTTP/1.1 307 Elsewhere\r\nLocation: /\r\n\r\n", 0),
        (b"HTTP/1.1 503 Wait\r\nTransfer-Encoding: chunked\r\n\r\n", 1),
    ],
)
def test_body_of_a_hub_that_never_ends_is_not_waited_for(answer, left, settings):
    with running(DribblingServer(b"1\r\nx\r\n", answer)) as hub:
        settings.WEBSUB_HUBS = [f"http://127.0.0.1:{hub.port}/"]
        make_practice(announce=True)
        requests, soon = timed(websub.deliver_due)

    assert (requests, soon, HubPing.objects.count()) == (1, True, left)


def test_hubs_of_a_held_outbox_are_not_told(settings):
    settings.WEBSUB_HUBS, settings.OUTBOX_HELD = ["http://127.0.0.1:9/"], True
    make_practice(announce=True)

    assert (websub.deliver_due(), HubPing.objects.get().attempts) == (0, 0)


# Processes ------------------------------------------------------------------------


@pytest.fixture
def start_sender(transactional_db, tmp_path):
    """Return start_sender(**environment), which starts a sender on a copy of the database, and a cursor on that."""
    processes = []
    with shared_database(tmp_path) as (address, cursor):

        def start(**environment):
            common = {
                "DATABASE_URL": address,
                "DATA_DIR": str(tmp_path),
                "LOG_LEVEL": "CRITICAL",
                "MAIL_HOST": "127.0.0.1",
                "MAIL_USE_TLS": "false",
                "OUTBOX_POLL_SECONDS": "0.1",
                "OUTBOX_STOP_SECONDS": "2",
            }
            command = [sys.executable, "manage.py", "send_outbox", "--forever"]
            processes.append(subprocess.Popen(command, cwd=ROOT, env=os.environ | common | environment))
            return processes[-1], cursor

        yield start
        for process in processes:
            process.kill()
            process.wait()


def test_sigterm_ends_a_sender_whose_mail_server_hangs(transactional_db, tmp_path, request):
    make_message()
    start = request.getfixturevalue("start_sender")

    with running(HangingMailServer("RCPT")) as server:
        process, cursor = start(MAIL_PORT=str(server.port))
        assert server.connected.wait(30)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)

    seconds = time.monotonic() - begun
    cursor.execute("SELECT sent_at, leased_until, attempts FROM practices_outboxmessage")
    assert (code, seconds < 5, cursor.fetchall()) == (0, True, [(None, None, 1)])


def test_mail_goes_out_while_a_hub_hangs(transactional_db, settings, request):
    with running(DribblingServer(b"H")) as hub, serving(MailServer()) as port:
        settings.WEBSUB_HUBS = [f"http://127.0.0.1:{hub.port}/"]
        make_practice(announce=True)
        make_message(due_at=timezone.now() + timedelta(hours=1))
        start = request.getfixturevalue("start_sender")
        _process, cursor = start(
            MAIL_PORT=str(port), WEBSUB_HUBS=settings.WEBSUB_HUBS[0], WEBSUB_TIMEOUT_SECONDS="60"
        )
        assert hub.connected.wait(30)
        cursor.execute("UPDATE practices_outboxmessage SET due_at = created_at")
        cursor.connection.commit()  # sqlite3 has begun a transaction
        give_up = time.monotonic() + 15
        sent = [(None,)]
        while sent == [(None,)] and time.monotonic() < give_up:
            time.sleep(0.1)
            cursor.execute("SELECT sent_at FROM practices_outboxmessage")
            sent = cursor.fetchall()

    assert sent != [(None,)]
