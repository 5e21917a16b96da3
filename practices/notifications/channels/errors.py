"""How sending can fail, whatever the channel."""


class TemporaryFailure(Exception):
    """It may work later: the server is away, busy, or asks to wait."""


class PermanentFailure(Exception):
    """It will not work however often it is tried: the address is refused for good."""
