"""E-mails: rendering their templates and building their messages."""

from practices.notifications.emails.message import as_bytes, compose, envelope_recipient, envelope_sender
from practices.notifications.emails.rendering import Rendered, sample

__all__ = ["Rendered", "as_bytes", "compose", "envelope_recipient", "envelope_sender", "sample"]
