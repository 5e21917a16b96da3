"""Failures of sending, shared by all channels."""


class TemporaryFailure(Exception):
    """The server is unreachable, busy, or asks to wait: another attempt may succeed."""


class PermanentFailure(Exception):
    """The recipient or the message was refused for good: no other attempt will succeed."""


class ServerUnavailable(TemporaryFailure):
    """The server hangs before it was told of the message, so the others would only wait for it too."""
