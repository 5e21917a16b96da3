"""Following practices by e-mail: asking, confirming, hearing, changing, leaving.

Every link in an e-mail is signed, bound to its one purpose and holds no address. GET shows, POST acts.
"""

from practices.notifications.signed_links import LinkNotValid, preferences_path, subscriber_behind
from practices.notifications.subscriptions.broadcasts import (
    announce,
    announce_again,
    due_anew,
    put_digests_together,
    spread,
)
from practices.notifications.subscriptions.preferences import (
    change_cadence,
    change_clock,
    export,
    merge,
    overlaps,
    pause,
    resume,
    take_up_again,
)
from practices.notifications.subscriptions.signup import (
    awaiting_confirmation,
    confirm,
    expire_requests,
    expired_requests,
    pending_with,
    send_link,
    subscribe,
)
from practices.notifications.subscriptions.unsubscribe import behind, erase, leave

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
