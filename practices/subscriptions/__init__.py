"""Following practices by e-mail: asking, confirming, hearing, changing, leaving.

Every link in an e-mail is signed, bound to its one purpose and holds no address. GET shows, POST acts.
"""

from practices.links import LinkNotValid, preferences_path, subscriber_behind
from practices.subscriptions.announcing import (
    announce,
    announce_again,
    due_anew,
    put_digests_together,
    spread,
)
from practices.subscriptions.asking import (
    awaiting_confirmation,
    confirm,
    expire_requests,
    expired_requests,
    pending_with,
    send_link,
    subscribe,
)
from practices.subscriptions.leaving import behind, erase, leave
from practices.subscriptions.preferences import (
    change_cadence,
    change_clock,
    export,
    merge,
    overlaps,
    pause,
    resume,
    take_up_again,
)

__all__ = [
    "LinkNotValid",
    "announce",
    "announce_again",
    "awaiting_confirmation",
    "behind",
    "change_cadence",
    "change_clock",
    "confirm",
    "due_anew",
    "erase",
    "expire_requests",
    "expired_requests",
    "export",
    "leave",
    "merge",
    "overlaps",
    "pause",
    "pending_with",
    "preferences_path",
    "put_digests_together",
    "resume",
    "send_link",
    "spread",
    "subscribe",
    "subscriber_behind",
    "take_up_again",
]
