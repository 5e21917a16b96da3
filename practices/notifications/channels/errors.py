"""Failures of sending, shared by all channels."""


class TemporaryFailure(Exception):
    """The server is unreachable, busy, or asks to wait: another attempt may succeed."""


class PermanentFailure(Exception):
    """The recipient or the message was refused for good: no other attempt will succeed."""
