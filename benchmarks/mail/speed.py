"""Speed of one sender, compared with a bare loop of smtplib and with Django's send_messages."""

import smtplib
import statistics
import time

from django.conf import settings
from django.core.mail import mailers

from benchmarks.mail.data import delete_all, make_subscribers, publish
from benchmarks.servers import HOST
from practices.models import OutboxMessage
from practices.notifications import emails, outbox
from practices.notifications import sender as sending
from practices.notifications.outbox import news


def run(server, messages, rounds):
    """Measure `rounds` rounds, in each of which all three send `messages`, Django a fifth of them."""
    settings.MAILERS["default"]["OPTIONS"]["port"] = server.port
    delete_all()
    make_subscribers(messages * rounds, "speed")
    publish("Desk to be quick with")
    sending.fan_out_all()
    sample = list(OutboxMessage.objects.waiting().select_related("subscriber")[:messages])
    news.attach(sample)
    ready = [(message.address, emails.as_bytes(message)) for message in sample]
    bare, sender, django = [], [], []
    with server:
        for number in range(rounds):
            bare.append(bare_loop(server.port, ready))
            sender.append(one_sender(messages))
            django.append(send_messages(sample[: messages // 5]))
            print(
                f"round {number + 1}: {bare[-1]:.0f}, {sender[-1]:.0f}, {django[-1]:.0f} a second", flush=True
            )
    return {
        "messages": messages,
        "rounds": rounds,
        "bare": statistics.median(bare),
        "sender": statistics.median(sender),
        "django": statistics.median(django),
        "of bare": sorted(ours / theirs for ours, theirs in zip(sender, bare, strict=True)),
        "of django": sorted(ours / theirs for ours, theirs in zip(sender, django, strict=True)),
    }


def bare_loop(port, ready):
    """Return messages per second of smtplib alone, sending ready bytes over one connection."""
    with smtplib.SMTP(HOST, port) as connection:
        begun = time.perf_counter()
        for address, content in ready:
            connection.sendmail("practices@practices.example.org", [address], content)
        return len(ready) / (time.perf_counter() - begun)


def one_sender(number):
    """Return messages per second of one sender: claim, find matches, build, send, record."""
    begun = time.perf_counter()
    attempted = outbox.deliver_due(limit=number)
    seconds = time.perf_counter() - begun
    assert attempted == number, attempted
    return number / seconds


def send_messages(messages):
    """Return messages per second of Django: composed one by one, sent over one connection."""
    begun = time.perf_counter()
    mailers.default.send_messages([emails.compose(message) for message in messages])
    return len(messages) / (time.perf_counter() - begun)
