import smtplib
import socketserver
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from practices.choices import Kind
from practices.models import OutboxMessage
from practices.notifications import channels, emails, outbox
from practices.notifications.channels import PermanentFailure, TemporaryFailure
from practices.notifications.outbox import delivery
from tests.support.factories import (
    NOW,
    announced_to,
    make_message,
    make_practice,
    make_submission,
    make_subscription,
)
from tests.support.mail_server import free_port, mailers

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=180)


class Channel:
    """Channel that fails as instructed and records what it sent."""

    def __init__(self):
        self.sent = []
        self.before = {}
        """Address → what to do when a message to it is about to be sent."""

    @contextmanager
    def open(self):
        yield self.send

    def send(self, message, before_send):
        before_send()
        self.before.get(message.address, lambda: None)()
        self.sent.append(message.address)


def raising(error):
    def fail():
        raise error

    return fail


@pytest.fixture
def channel(monkeypatch):
    channel = Channel()
    monkeypatch.setitem(channels.CHANNELS, "email", channel.open)
    return channel


def became(message):
    """Return the name of the field that ended a message, or “waits”."""
    message.refresh_from_db()
    ends = ("sent_at", "failed_at", "cancelled_at")
    return [name for name in ends if getattr(message, name)] or ["waits"]


# Queueing -------------------------------------------------------------------------


def test_queued_message_is_due_at_once_and_tried_for_three_days(clock):
    submission = make_submission()

    message = outbox.enqueue(
        Kind.SUBMISSION_REJECTED,
        address="ana@example.org",
        language="en",
        submission=submission,
        context={"reason": "Too short."},
    )

    message.refresh_from_db()
    assert (message.kind, message.address, message.context) == (
        "submission_rejected",
        "ana@example.org",
        {"reason": "Too short."},
    )
    assert (message.attempts, message.give_up_at) == (0, timezone.now() + timedelta(hours=72))
    assert message in OutboxMessage.objects.due(timezone.now() + timedelta(seconds=10))


# Claiming -------------------------------------------------------------------------


def test_message_is_claimed_once():
    message = make_message()
    now = timezone.now()

    first, second = outbox.claim(10, now=now), outbox.claim(10, now=now)

    assert (first, second) == ([message], [])
    assert first[0].leased_until == now + LEASE


def test_message_of_a_dead_sender_is_claimed_again():
    message = make_message()
    now = timezone.now()
    outbox.claim(10, now=now)

    within, after = (
        outbox.claim(10, now=now + LEASE),
        outbox.claim(10, now=now + LEASE + timedelta(seconds=1)),
    )

    assert (within, after) == ([], [message])


def test_claim_takes_the_oldest_first_and_no_more_than_asked():
    now = timezone.now()
    third, first, second = (make_message(due_at=now - timedelta(minutes=minutes)) for minutes in (1, 3, 2))

    claimed = outbox.claim(2, now=now)

    assert (claimed, outbox.claim(2, now=now)) == ([first, second], [third])


def test_claim_costs_a_fixed_number_of_queries(django_assert_num_queries):
    make_message(submission=make_submission())
    make_message(subscriber=make_subscription().subscriber)

    # savepoint, rows, lease, release
    with django_assert_num_queries(4):
        claimed = outbox.claim(10, now=timezone.now())
        [(message.subscriber, message.submission and message.submission.submitter) for message in claimed]


def test_senders_at_the_same_instant_never_share_a_message(database_file, at_once):
    messages = [make_message(address=f"reader{number}@example.org") for number in range(40)]
    now = timezone.now()

    claims = at_once(4, lambda: outbox.claim(10, now=now))

    claimed = sorted(message.pk for claim in claims for message in claim)
    assert claimed == sorted(message.pk for message in messages)


def test_senders_at_the_same_instant_send_each_message_once(database_file, at_once, channel):
    addresses = [f"reader{number:02}@example.org" for number in range(30)]
    for address in addresses:
        make_message(address=address)

    at_once(4, lambda: outbox.deliver_due(limit=30))

    assert sorted(channel.sent) == addresses


# Delivering -----------------------------------------------------------------------


def test_message_is_sent_and_marked(channel, clock):
    message = make_message(error="450 later")

    attempted = outbox.deliver_due()

    message.refresh_from_db()
    assert (attempted, channel.sent) == (1, ["ana@example.org"])
    assert (message.sent_at, message.attempts, message.leased_until, message.error) == (
        timezone.now(),
        1,
        None,
        "",
    )


def test_sent_message_is_not_sent_again(channel):
    make_message()

    attempted = [outbox.deliver_due(), outbox.deliver_due()]

    assert (attempted, channel.sent) == ([1, 0], ["ana@example.org"])


def test_more_messages_than_a_batch_are_all_sent(channel, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 2)
    addresses = [f"reader{number}@example.org" for number in range(5)]
    for address in addresses:
        make_message(address=address)

    attempted = outbox.deliver_due()

    assert (attempted, channel.sent) == (5, addresses)


def test_sender_stops_at_its_limit(channel):
    for number in range(3):
        make_message(address=f"reader{number}@example.org")

    attempted = outbox.deliver_due(limit=2)

    assert (attempted, channel.sent) == (2, ["reader0@example.org", "reader1@example.org"])


def test_temporary_failure_postpones_and_keeps_the_error(channel, clock):
    message = make_message(address="busy@example.org")
    channel.before["busy@example.org"] = raising(TemporaryFailure("450 try later"))

    outbox.deliver_due()

    assert became(message) == ["waits"]
    assert (message.attempts, message.error, message.leased_until) == (1, "450 try later", None)
    assert timedelta(seconds=24) <= message.due_at - timezone.now() <= timedelta(seconds=36)


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (smtplib.SMTPDataError(451, b"busy@example.org: try later"), "SMTPDataError 451"),
        (smtplib.SMTPRecipientsRefused({"busy@example.org": (450, b"full")}), "SMTPRecipientsRefused 450"),
        (ConnectionRefusedError(111, "busy@example.org"), "ConnectionRefusedError"),
    ],
)
@pytest.mark.parametrize(
    "outcome", [(TemporaryFailure, "message postponed"), (PermanentFailure, "message given up")]
)
def test_log_names_the_kind_of_error_and_no_address(channel, caplog, cause, kind, outcome):
    failure, said = outcome
    make_message(address="busy@example.org")

    def fail(*_arguments):
        raise failure(str(cause)) from cause

    channel.before["busy@example.org"] = fail

    outbox.deliver_due()

    [record] = [each for each in caplog.records if each.getMessage() == said]
    assert record.error == kind
    assert "busy" not in str(vars(record))


def test_postponed_message_goes_out_when_its_time_has_come(channel, clock):
    message = make_message(address="busy@example.org")
    channel.before["busy@example.org"] = raising(TemporaryFailure("450 try later"))
    outbox.deliver_due()
    del channel.before["busy@example.org"]

    too_early = outbox.deliver_due()
    clock.shift(timedelta(seconds=36))
    outbox.deliver_due()

    assert (too_early, channel.sent, became(message)) == (0, ["busy@example.org"], ["sent_at"])


@pytest.mark.parametrize(
    ("attempts", "wait"),
    [
        (1, timedelta(seconds=30)),
        (2, timedelta(minutes=1)),
        (3, timedelta(minutes=2)),
        (8, timedelta(minutes=64)),
        (11, timedelta(hours=6)),
        (1_000, timedelta(hours=6)),
    ],
)
def test_waits_grow_up_to_six_hours(attempts, wait, monkeypatch):
    monkeypatch.setattr(delivery.random, "uniform", lambda low, high: 1)

    assert outbox.retry_delay(attempts) == wait


def test_waits_differ_by_a_fifth_so_that_retries_spread(monkeypatch):
    bounds = []
    monkeypatch.setattr(delivery.random, "uniform", lambda low, high: bounds.append((low, high)) or 1)

    outbox.retry_delay(1)

    assert bounds == [(0.8, 1.2)]


def test_permanent_failure_ends_one_message_and_no_other(channel, clock):
    gone = make_message(address="gone@example.org")
    other = make_message(address="other@example.org")
    channel.before["gone@example.org"] = raising(PermanentFailure("550 no such user"))

    outbox.deliver_due()

    assert (became(gone), became(other)) == (["failed_at"], ["sent_at"])
    assert (gone.failed_at, gone.error, channel.sent) == (
        timezone.now(),
        "550 no such user",
        ["other@example.org"],
    )


def test_crash_postpones_one_message_and_no_other(channel):
    broken = make_message(address="broken@example.org")
    other = make_message(address="other@example.org")
    channel.before["broken@example.org"] = raising(KeyError("objectives"))

    outbox.deliver_due()

    assert (became(broken), became(other)) == (["waits"], ["sent_at"])
    assert (broken.error, broken.attempts) == ("KeyError: 'objectives'", 1)


def test_message_of_an_unknown_channel_does_not_stop_the_others(channel):
    stranger = make_message(channel="pigeon")
    other = make_message(address="other@example.org")

    outbox.deliver_due()

    assert (became(stranger), became(other)) == (["waits"], ["sent_at"])
    assert stranger.error == "KeyError: 'pigeon'"


def test_message_is_given_up_after_its_time(channel, clock):
    message = make_message(address="busy@example.org", give_up_at=timezone.now(), attempts=1)
    channel.before["busy@example.org"] = raising(TemporaryFailure("450 try later"))

    outbox.deliver_due()

    assert became(message) == ["failed_at"]
    assert (message.failed_at, message.error) == (timezone.now(), "450 try later")


def test_message_is_tried_for_as_long_as_it_should(channel, clock):
    message = make_message(
        address="busy@example.org", give_up_at=timezone.now() + timedelta(seconds=1), attempts=1
    )
    channel.before["busy@example.org"] = raising(TemporaryFailure("450 try later"))

    outbox.deliver_due()

    assert became(message) == ["waits"]


def test_message_that_has_waited_for_a_sender_is_tried_for_three_days_from_then_on(channel, clock):
    message = make_message(address="busy@example.org", give_up_at=timezone.now() - timedelta(hours=1))
    channel.before["busy@example.org"] = raising(TemporaryFailure("450 try later"))

    outbox.deliver_due()

    assert became(message) == ["waits"]
    assert message.give_up_at == timezone.now() + timedelta(hours=72)


def test_message_cancelled_after_it_was_claimed_is_not_sent(channel, monkeypatch):
    monkeypatch.setattr(delivery, "MAX_STALENESS", timedelta(0))
    first, second = make_message(address="first@example.org"), make_message(address="second@example.org")

    def cancel_second():
        OutboxMessage.objects.filter(pk=second.pk).update(cancelled_at=timezone.now())

    channel.before["first@example.org"] = cancel_second

    outbox.deliver_due()

    assert (channel.sent, became(first), became(second)) == (
        ["first@example.org"],
        ["sent_at"],
        ["cancelled_at"],
    )


def test_message_claimed_by_another_sender_is_not_sent(channel, monkeypatch):
    monkeypatch.setattr(delivery, "MAX_STALENESS", timedelta(0))
    make_message(address="slow@example.org")
    second = make_message(address="second@example.org")

    def let_the_lease_run_out():
        outbox.claim(10, now=timezone.now() + LEASE + timedelta(seconds=1))

    channel.before["slow@example.org"] = let_the_lease_run_out

    outbox.deliver_due()

    assert (channel.sent, became(second)) == (["slow@example.org"], ["waits"])


def test_lease_is_renewed_before_each_message(channel, clock):
    make_message(address="slow@example.org")
    second = make_message(address="second@example.org")
    held_until = []
    channel.before["slow@example.org"] = lambda: clock.shift(LEASE - timedelta(seconds=1))
    channel.before["second@example.org"] = lambda: held_until.append(
        OutboxMessage.objects.get(pk=second.pk).leased_until
    )

    outbox.deliver_due()

    assert held_until == [timezone.now() + LEASE]


def test_message_cancelled_while_it_is_sent_was_sent(channel):
    message = make_message(address="slow@example.org")
    channel.before["slow@example.org"] = lambda: OutboxMessage.objects.update(cancelled_at=NOW)

    outbox.deliver_due()

    assert became(message) == ["sent_at", "cancelled_at"]


def test_message_cancelled_while_it_fails_stays_cancelled(channel):
    message = make_message(address="gone@example.org")

    def cancel_and_fail():
        OutboxMessage.objects.update(cancelled_at=NOW)
        raise PermanentFailure("550 no such user")

    channel.before["gone@example.org"] = cancel_and_fail

    outbox.deliver_due()

    assert became(message) == ["cancelled_at"]


# Staff ----------------------------------------------------------------------------


def test_retry_makes_given_up_messages_due_again(channel, clock):
    message = make_message(failed_at=NOW, attempts=9, error="450 try later", give_up_at=NOW)

    number = outbox.retry([message], now=timezone.now())

    message.refresh_from_db()
    assert (number, message.failed_at, message.attempts) == (1, None, 0)
    assert message.give_up_at == timezone.now() + timedelta(hours=72)
    assert outbox.deliver_due() == 1


@pytest.mark.parametrize("end", [{}, {"sent_at": NOW}, {"cancelled_at": NOW}])
def test_retry_leaves_other_messages_as_they_are(end):
    message = make_message(**end, attempts=2)

    number = outbox.retry([message], now=timezone.now())

    message.refresh_from_db()
    assert (number, message.attempts) == (0, 2)


@pytest.mark.parametrize(
    ("messages", "age"),
    [
        ([], None),
        ([{"due_at": NOW}], timedelta(hours=1)),
        ([{"due_at": NOW}, {"due_at": NOW - timedelta(hours=2)}], timedelta(hours=3)),
        ([{"due_at": NOW, "leased_until": NOW}], timedelta(hours=1)),
        ([{"due_at": NOW + timedelta(hours=2)}], None),
        ([{"due_at": NOW, "sent_at": NOW}], None),
        ([{"due_at": NOW, "failed_at": NOW}], None),
        ([{"due_at": NOW, "cancelled_at": NOW}], None),
    ],
)
def test_oldest_due_age_tells_whether_a_sender_runs(messages, age):
    for fields in messages:
        make_message(**fields)

    assert outbox.oldest_due_age(NOW + timedelta(hours=1)) == age


def test_command_sends_what_is_due(channel, capsys):
    make_message()

    call_command("send_outbox")

    assert (channel.sent, capsys.readouterr().out) == (["ana@example.org"], "1 message attempted.\n")


def test_held_outbox_sends_nothing_until_it_is_let_go(channel, settings):
    make_subscription()
    make_message()
    make_practice(announce=True)
    settings.OUTBOX_HELD = True

    call_command("send_outbox")

    assert (channel.sent, OutboxMessage.objects.filter(attempts=0).count()) == ([], 2)
    settings.OUTBOX_HELD = False
    call_command("send_outbox")
    assert channel.sent == ["ana@example.org", "reader@example.org"]


# Through a real mail server ----------------------------------------------------------


@contextmanager
def server_that_only_says(greeting):
    """Port of a server that sends this greeting and closes the connection."""

    class Greet(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.sendall(greeting.encode() + b"\r\n")

    with socketserver.TCPServer(("127.0.0.1", 0), Greet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture(params=["one by one", "together"])
def mail_server(mail_server, request):
    """Mail server without PIPELINING, and one with it (RFC 2920)."""
    mail_server.takes_commands_together = request.param == "together"
    return mail_server


@pytest.fixture
def mails():
    """Factory mails(address, …) that leaves exactly these messages in the outbox."""

    def make(*addresses):
        submission = make_submission()
        OutboxMessage.objects.all().delete()
        return [make_message(address=address, submission=submission) for address in addresses]

    return make


def test_mail_server_that_takes_it_has_it(mail_server, mails):
    [message] = mails("ana@example.org")

    outbox.deliver_due()

    assert (mail_server.recipients, became(message)) == ([["ana@example.org"]], ["sent_at"])


def test_one_connection_serves_many_messages(mail_server, mails):
    mails("ana@example.org", "ben@example.org", "eve@example.org")

    outbox.deliver_due()

    assert (len(mail_server.received), mail_server.connections) == (3, 1)


def test_connection_is_renewed_after_so_many_messages(mail_server, mails, settings):
    settings.MAIL_MESSAGES_PER_CONNECTION = 2
    mails("ana@example.org", "ben@example.org", "eve@example.org")

    outbox.deliver_due()

    assert (len(mail_server.received), mail_server.connections) == (3, 2)


@pytest.mark.parametrize(
    ("reply", "end"),
    [
        ("450 4.2.0 greylisted", "waits"),
        ("451 4.3.0 try later", "waits"),
        ("452 4.2.2 mailbox full", "waits"),
        ("550 5.1.1 no such user", "failed_at"),
        ("553 5.1.3 bad address", "failed_at"),
        ("530 5.7.0 authentication required", "waits"),
    ],
)
def test_refused_recipient_fails_alone(reply, end, mail_server, mails):
    refused, other = mails("refused@example.org", "other@example.org")
    mail_server.replies["refused@example.org"] = reply

    outbox.deliver_due()

    assert (became(refused), became(other)) == ([end], ["sent_at"])
    assert (refused.error, mail_server.recipients) == (reply, [["other@example.org"]])


@pytest.mark.parametrize(
    ("reply", "end"),
    [
        ("451 4.7.1 greylisted", "waits"),
        ("552 5.3.4 too big", "failed_at"),
        ("554 5.7.1 refused", "failed_at"),
    ],
)
def test_refused_message_fails_alone(reply, end, mail_server, mails):
    refused, other = mails("refused@example.org", "other@example.org")
    mail_server.replies_to_data["refused@example.org"] = reply

    outbox.deliver_due()

    assert (became(refused), became(other)) == ([end], ["sent_at"])
    assert (refused.error, mail_server.recipients) == (reply, [["other@example.org"]])


def test_server_that_hangs_up_gets_the_next_message_over_a_new_connection(mail_server, mails):
    cut, other = mails("cut@example.org", "other@example.org")
    mail_server.replies_to_data["cut@example.org"] = None

    outbox.deliver_due()

    assert (became(cut), became(other)) == (["waits"], ["sent_at"])
    assert cut.error == "SMTPServerDisconnected: Connection unexpectedly closed"


def test_server_that_says_it_closes_gets_the_next_message_over_a_new_connection(mail_server, mails):
    busy, other = mails("busy@example.org", "other@example.org")
    mail_server.replies["busy@example.org"] = "421 4.3.2 closing"

    outbox.deliver_due()

    assert (became(busy), became(other)) == (["waits"], ["sent_at"])
    assert (busy.error, mail_server.connections) == ("421 4.3.2 closing", 2)


@pytest.mark.parametrize("reply", ["553 5.7.1 sender not allowed", "421 4.7.0 too many messages"])
def test_refused_sender_ends_no_message(reply, mail_server, mails):
    messages = mails("ana@example.org", "ben@example.org")
    mail_server.reply_to_mail = reply

    outbox.deliver_due()

    assert [became(message) for message in messages] == [["waits"], ["waits"]]
    assert (messages[0].error, mail_server.received) == (reply, [])


@pytest.mark.parametrize("greeting", ["554 5.7.1 no service for you", "421 4.3.2 busy"])
def test_server_that_refuses_to_talk_ends_no_message(greeting, settings, mails):
    messages = mails("ana@example.org", "ben@example.org")

    with server_that_only_says(greeting) as port:
        settings.MAILERS = mailers(port)
        outbox.deliver_due()

    assert [became(message) for message in messages] == [["waits"], ["waits"]]
    assert messages[0].error == greeting


def test_lines_that_begin_with_a_dot_arrive_as_they_are(mail_server):
    summary = "A desk.\n.\n..in a port?"
    announced_to(make_subscription(), summary=summary)

    outbox.deliver_due()

    [mail] = mail_server.messages
    assert summary in mail.get_body("plain").get_content().replace("\r\n", "\n")


def test_message_does_not_go_when_the_one_before_cannot_be_recorded(mail_server, mails):
    first, second = mails("first@example.org", "second@example.org")

    with channels.CHANNELS["email"]() as send:
        with pytest.raises(OperationalError):
            send(first, raising(OperationalError("the connection was lost")))
        send(second, lambda: None)

    assert mail_server.recipients == [["second@example.org"]]


def test_unreachable_server_fails_no_message(settings, mails):
    settings.MAILERS = mailers(free_port())
    [message] = mails("ana@example.org")

    outbox.deliver_due()

    assert became(message) == ["waits"]
    assert message.error == "ConnectionRefusedError: [Errno 111] Connection refused"


def test_both_copies_of_a_message_carry_the_same_id(mail_server, mails, settings):
    settings.SITE_HOST = "practices.example.org"
    [message] = mails("ana@example.org")
    outbox.deliver_due()
    OutboxMessage.objects.update(sent_at=None)

    outbox.deliver_due()

    created = int(message.created_at.timestamp())
    identity = f"<{message.pk}.{created}@practices.example.org>"
    assert [mail["Message-ID"] for mail in mail_server.messages] == [identity, identity]


def test_mail_that_cannot_be_composed_does_not_stop_the_others(mail_server, mails, monkeypatch):
    broken, other = mails("broken@example.org", "other@example.org")
    compose = emails.compose

    def compose_others(message):
        if message.address == "broken@example.org":
            raise LookupError("no such template")
        return compose(message)

    monkeypatch.setattr("practices.notifications.emails.message.compose", compose_others)

    outbox.deliver_due()

    assert (became(broken), became(other)) == (["waits"], ["sent_at"])
    assert broken.error == "LookupError: no such template"


def test_news_that_fails_keeps_no_other_message(channel, monkeypatch):
    faulty = announced_to(make_subscription(address="faulty@example.org"))
    sound = announced_to(make_subscription(address="sound@example.org"), title="Another")
    attach = delivery.news.attach

    def fail(messages):
        if faulty in messages:
            raise RuntimeError("no such broadcast")
        attach(messages)

    monkeypatch.setattr(delivery.news, "attach", fail)

    outbox.deliver_due()

    assert (became(faulty), became(sound)) == (["waits"], ["sent_at"])
    assert faulty.error == "RuntimeError: no such broadcast"


def test_answer_of_any_length_with_any_character_is_kept_in_part(channel):
    message = make_message(address="busy@example.org")
    channel.before["busy@example.org"] = raising(TemporaryFailure("450 \0" + "x" * 5000))

    outbox.deliver_due()

    message.refresh_from_db()
    assert (message.error[:5], len(message.error), message.leased_until) == ("450 \ufffd", 1000, None)
