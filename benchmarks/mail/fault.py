"""Kill senders, refuse, hang up, go away, restart the database; then count what arrived."""

import logging
import random
import time
from collections import Counter

from django.db import OperationalError, connection

from benchmarks.mail.making import forget_all, make_subscribers, publish
from benchmarks.mail.processes import Sender
from practices.models import Broadcast, OutboxMessage, Subscriber
from practices.notifications import subscriptions

SENDERS = 3
AWAY = 8
"""Seconds that the mail server is away."""
LIVES = 1.5, 4.0
"""Seconds between two kills."""
TAKES_AT_MOST = 1500
"""Seconds."""


logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # it tells of every connection that a restart ends


def run(server, postgres, *, subscribers, practices, kills):
    others = subscribers // 20
    forget_all()
    make_subscribers(subscribers, "reader")
    make_subscribers(others, "unconfirmed", confirmed=False)
    make_subscribers(others, "departed")
    for number in range(practices):
        publish(f"Desk {number}")
    for subscriber in Subscriber.objects.filter(address__startswith="departed"):
        subscriptions.unsubscribe(list(subscriber.subscriptions.all()))
    server.start()
    begun = time.monotonic()
    senders = [Sender(server.port) for _number in range(SENDERS)]
    killed = make_trouble(senders, server, postgres, kills=kills, give_up=begun + TAKES_AT_MOST)
    seconds = time.monotonic() - begun
    memory = max(sender.memory() for sender in senders)
    for sender in senders:
        sender.stop()
    server.stop()
    return {
        "subscribers": subscribers,
        "others": others,
        "practices": practices,
        "senders": SENDERS,
        "kills": killed,
        "seconds": seconds,
        "MiB": memory,
        **arrived(server.taken, practices),
    }


def make_trouble(senders, server, postgres, *, kills, give_up):
    """Until all is sent, with `kills` senders killed; how many were."""
    chance = random.Random(21)
    killed = 0
    while time.monotonic() < give_up:
        time.sleep(chance.uniform(*LIVES))
        if killed < kills:
            sender = chance.choice(senders)
            sender.kill()
            sender.start()
            killed += 1
            if killed == kills // 3:
                server.stop()
                time.sleep(AWAY)
                server.start()
            if killed == 2 * kills // 3:
                postgres.restart()
        left = still_to_send()
        print(f"{killed} kills, {left} messages wait", flush=True)
        if killed == kills and left == 0:
            break
    return killed


def still_to_send():
    """How many messages wait, and news that is no message yet; None when the database does not answer."""
    connection.close_if_unusable_or_obsolete()
    try:
        return OutboxMessage.objects.waiting().count() + Broadcast.objects.awaiting_fan_out().count()
    except OperationalError:
        connection.close()
        return None


def arrived(taken, practices):
    """What the mail server wrote down, each line an address and the key of a message."""
    practice_of = dict(OutboxMessage.objects.values_list("pk", "practice_id"))
    lines = [line.split() for line in taken.read_text().splitlines()]
    copies = Counter((address, practice_of[int(key)]) for address, key in lines)
    readers = Counter(address for address, _practice in copies if address.startswith("reader"))
    return {
        "arrived": readers.total(),
        "complete": sum(number == practices for number in readers.values()),
        "copies": copies.total() - len(copies),
        "unwanted": sum(not address.startswith("reader") for address, _practice in copies),
    }
