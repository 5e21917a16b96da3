"""Delivery under fault: senders are killed, mail server and database fail; then the e-mails that arrived are counted."""

import logging
import random
import time
from collections import Counter

from django.db import OperationalError, connection

from benchmarks.mail.data import delete_all, make_subscribers, publish
from benchmarks.mail.processes import Sender
from practices.models import Broadcast, OutboxMessage, Subscriber
from practices.notifications import subscriptions

CLOCK_ERRORS = 0, 24 * 3600, -3600
"""Seconds by which the clock of each sender is wrong: right, a day ahead, an hour behind."""
OUTAGE = 8
"""Seconds that the mail server is down."""
KILL_INTERVAL = 1.5, 4.0
"""Seconds between two kills."""
TIME_LIMIT = 1500
"""Seconds."""


logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # it logs every connection that a restart ends


def run(server, postgres, hub, *, subscribers, practices, kills):
    others = subscribers // 20
    delete_all()
    make_subscribers(subscribers, "reader")
    make_subscribers(others, "unconfirmed", confirmed=False)
    make_subscribers(others, "departed")
    for number in range(practices):
        publish(f"Desk {number}")
    for subscriber in Subscriber.objects.filter(address__startswith="departed"):
        subscriptions.unsubscribe(list(subscriber.subscriptions.all()))
    server.start()
    begun = time.monotonic()
    senders = [Sender(server.port, error) for error in CLOCK_ERRORS]
    killed = cause_faults(senders, server, postgres, kills=kills, deadline=begun + TIME_LIMIT)
    seconds = time.monotonic() - begun
    memory = max(sender.memory() for sender in senders)
    for sender in senders:
        sender.stop()
    server.stop()
    return {
        "subscribers": subscribers,
        "others": others,
        "practices": practices,
        "senders": len(senders),
        "hub": hub.requests,
        "kills": killed,
        "seconds": seconds,
        "MiB": memory,
        **count_arrivals(server.log, practices),
    }


def cause_faults(senders, server, postgres, *, kills, deadline):
    """Cause faults until all messages are sent. Returns the number of senders killed, at most `kills`."""
    chance = random.Random(21)
    killed = 0
    while time.monotonic() < deadline:
        time.sleep(chance.uniform(*KILL_INTERVAL))
        if killed < kills:
            sender = chance.choice(senders)
            sender.kill()
            sender.start()
            killed += 1
            if killed == kills // 3:
                server.stop()
                time.sleep(OUTAGE)
                server.start()
            if killed == 2 * kills // 3:
                postgres.restart()
        unsent = count_unsent()
        print(f"{killed} kills, {unsent} messages waiting", flush=True)
        if killed == kills and unsent == 0:
            break
    return killed


def count_unsent():
    """Return the number of waiting messages and broadcasts; None when the database does not answer."""
    connection.close_if_unusable_or_obsolete()
    try:
        return OutboxMessage.objects.waiting().count() + Broadcast.objects.awaiting_fan_out().count()
    except OperationalError:
        connection.close()
        return None


def count_arrivals(log, practices):
    """Count the e-mails in the mail server's log, whose lines are an address and a message's primary key."""
    practice_of = dict(OutboxMessage.objects.values_list("pk", "practice_id"))
    lines = [line.split() for line in log.read_text().splitlines()]
    copies = Counter((address, practice_of[int(key)]) for address, key in lines)
    readers = Counter(address for address, _practice in copies if address.startswith("reader"))
    return {
        "arrived": readers.total(),
        "complete": sum(number == practices for number in readers.values()),
        "copies": copies.total() - len(copies),
        "unwanted": sum(not address.startswith("reader") for address, _practice in copies),
    }
