"""Channels: the ways to deliver a message. A new one is a module with `open_channel` and its line in CHANNELS."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from practices.models import OutboxMessage
from practices.notifications.channels import email
from practices.notifications.channels.email import reply_to_sender
from practices.notifications.channels.errors import PermanentFailure, ServerUnavailable, TemporaryFailure

type Send = Callable[[OutboxMessage, Callable[[], None]], None]
"""Function that sends one message and calls its second argument just before the message can leave.

Raises TemporaryFailure if another attempt may succeed, ServerUnavailable if the server hangs before it is told of the
message, and PermanentFailure if no attempt will succeed.
"""

CHANNELS: dict[str, Callable[[], AbstractContextManager[Send]]] = {
    "email": email.open_channel,
}
"""Name → context manager that yields a Send and may keep a connection open for many messages."""

__all__ = ["CHANNELS", "PermanentFailure", "Send", "ServerUnavailable", "TemporaryFailure", "reply_to_sender"]
