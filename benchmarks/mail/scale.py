"""Publishing to many, and what a sender holds while it sends to few and to many."""

import time

from benchmarks.mail.making import forget_all, make_subscribers, publish
from benchmarks.mail.processes import Sender
from practices.models import OutboxMessage

WAITS_AT_MOST = 120
"""Seconds."""


def run(server, few, many):
    return {number: publish_and_send(server, number, enough=4 * few) for number in (few, many)}


def publish_and_send(server, subscribers, *, enough):
    """Seconds to publish, and the most MiB of a sender that has sent to all of them, or to `enough`."""
    forget_all()
    make_subscribers(subscribers, "many")
    seconds = publish(f"Desk for {subscribers}")
    with server:
        sender = Sender(server.port)
        give_up = time.monotonic() + WAITS_AT_MOST
        while time.monotonic() < give_up:
            time.sleep(0.5)
            if OutboxMessage.objects.exclude(sent_at=None).count() >= min(subscribers, enough):
                break
        memory = sender.memory()
        sender.stop()
    print(f"{subscribers} subscribers: published in {seconds:.3f} s, {memory} MiB", flush=True)
    return {"seconds": seconds, "MiB": memory}
