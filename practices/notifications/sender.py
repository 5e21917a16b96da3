"""The sender: turns broadcasts into messages and delivers the messages that are due."""

from collections.abc import Callable

from practices.core import maintenance
from practices.notifications import hold, outbox, subscriptions

MESSAGES_PER_ROUND = 1000
"""Messages delivered between two batches of announcements, so that neither waits for all of the other."""


def send_due(*, channel: str | None = None, stopped: Callable[[], bool] = lambda: False) -> int:
    """Run the sender until nothing is due or `stopped()`; return the number of messages attempted.

    Each round fans out a batch of announcements, builds digests, then delivers due messages, of one channel or of
    all. Ends too when a server hangs before it lets us in, so that a caller can do something else meanwhile, and when
    maintenance begins.
    """
    attempted = 0
    if hold.is_held():
        return attempted

    def is_to_end() -> bool:
        return stopped() or maintenance.is_on()

    while not is_to_end():
        fanned_out = subscriptions.fan_out()
        built = subscriptions.build_digests()
        limit = MESSAGES_PER_ROUND if fanned_out or built else None
        progress = outbox.deliver(channel=channel, limit=limit, stopped=is_to_end)
        attempted += progress.attempted
        if progress.unavailable or not (fanned_out or built):
            break
    return attempted


def fan_out_all() -> None:
    """Turn all broadcasts and due announcements into messages, without delivering any."""
    while subscriptions.fan_out() or subscriptions.build_digests():
        pass
