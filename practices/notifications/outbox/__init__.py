"""Outbox: messages are written in the transaction they report on and delivered by senders.

A sender claims messages with a lease, commits, sends outside any transaction, and records each result before the
next message leaves. When a sender dies, its leases run out and other senders claim its messages, so none is lost.
Only a death between the server's "250 OK" and the record can send a message twice; both copies then carry the same
Message-ID.
"""

from practices.notifications.outbox.delivery import claim, deliver, deliver_due, retry_delay
from practices.notifications.outbox.queue import (
    Metrics,
    cancel,
    cancel_announcements,
    cancel_duplicate_announcements,
    enqueue,
    metrics,
    oldest_due_age,
    restore,
    restore_announcements,
    retry,
)

__all__ = [
    "Metrics",
    "cancel",
    "cancel_announcements",
    "cancel_duplicate_announcements",
    "claim",
    "deliver",
    "deliver_due",
    "enqueue",
    "metrics",
    "oldest_due_age",
    "restore",
    "restore_announcements",
    "retry",
    "retry_delay",
]
