"""The ways a message reaches a person. A new one is a module with `open_channel` and its line in CHANNELS."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from practices.models import OutboxMessage
from practices.notifications.channels import email
from practices.notifications.channels.errors import PermanentFailure, TemporaryFailure

type Send = Callable[[OutboxMessage, Callable[[], None]], None]
"""Sends one message, having called its second argument just before the message can have gone.

Raises TemporaryFailure (worth another try) or PermanentFailure (never will be).
"""

CHANNELS: dict[str, Callable[[], AbstractContextManager[Send]]] = {
    "email": email.open_channel,
}
"""Name → a context manager that yields a Send; whatever it keeps open serves many messages."""

__all__ = ["CHANNELS", "PermanentFailure", "Send", "TemporaryFailure"]
