"""Queueing, claiming, delivering and retrying messages.

A row is written in the transaction of what it tells of. A sender claims rows with a lease, commits, sends
outside any transaction, and records each result before the next message goes. The lease of a sender that died
runs out and its rows are taken up again, so nothing is lost; only a death between the server's "250 OK" and the
record can send one message twice, and both copies then carry the same Message-ID.
"""

from practices.notifications.outbox.delivery import claim, deliver_due, wait_after
from practices.notifications.outbox.queue import (
    Figures,
    cancel,
    cancel_about,
    cancel_repeated,
    figures,
    oldest_due_age,
    queue,
    restore_about,
    retry,
)

__all__ = [
    "Figures",
    "cancel",
    "cancel_about",
    "cancel_repeated",
    "claim",
    "deliver_due",
    "figures",
    "oldest_due_age",
    "queue",
    "restore_about",
    "retry",
    "wait_after",
]
