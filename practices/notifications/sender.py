"""What a sender does: news becomes messages, and messages go."""

from collections.abc import Callable

from django.conf import settings

from practices.notifications import outbox, subscriptions

BETWEEN = 1000
"""Messages that go before the next batch of news is turned into messages."""


def send_due(*, stopped: Callable[[], bool] = lambda: False) -> int:
    """Announce what is news, put digests together and send what is due; the number of messages attempted."""
    attempted = 0
    if settings.OUTBOX_HELD:
        return attempted
    while not stopped():
        spread = subscriptions.spread()
        together = subscriptions.put_digests_together()
        attempted += outbox.deliver_due(limit=BETWEEN if spread or together else None, stopped=stopped)
        if not spread and not together:
            break
    return attempted


def spread_all() -> None:
    """Turn all that is news into messages, without sending any."""
    while subscriptions.spread() or subscriptions.put_digests_together():
        pass
