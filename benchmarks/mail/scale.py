"""Time to publish, and peak memory of a sender, with few and with many subscribers."""

import time

from benchmarks.mail.data import delete_all, make_subscribers, publish
from benchmarks.mail.processes import Sender
from practices.models import OutboxMessage

TIME_LIMIT = 120
"""Seconds."""


def run(server, few, many):
    return {number: publish_and_send(server, number, enough=4 * few) for number in (few, many)}


def publish_and_send(server, subscribers, *, enough):
    """Return the seconds to publish, and the peak MiB of a sender that has sent to `enough` subscribers or all."""
    delete_all()
    make_subscribers(subscribers, "many")
    seconds = publish(f"Desk for {subscribers}")
    with server:
        sender = Sender(server.port)
        deadline = time.monotonic() + TIME_LIMIT
        while time.monotonic() < deadline:
            time.sleep(0.5)
            if OutboxMessage.objects.exclude(sent_at=None).count() >= min(subscribers, enough):
                break
        memory = sender.memory()
        sender.stop()
    print(f"{subscribers} subscribers: published in {seconds:.3f} s, {memory} MiB", flush=True)
    return {"seconds": seconds, "MiB": memory}
