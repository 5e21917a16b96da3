"""Subscriptions to e-mail updates: signing up, confirming, changing, unsubscribing, and fanning out news."""

from practices.notifications.signed_links import (
    LinkNotValid,
    preferences_path,
    read_confirm_token,
    read_preferences_token,
    read_unsubscribe_token,
    shown_code,
)
from practices.notifications.subscriptions.broadcasts import (
    announce,
    announce_restoration,
    announce_withdrawal,
    fan_out,
)
from practices.notifications.subscriptions.digests import build_digests
from practices.notifications.subscriptions.estimate import Estimate, estimate, estimate_of
from practices.notifications.subscriptions.preferences import (
    SubscriptionChanged,
    TooManySubscriptions,
    add,
    change,
    change_cadence,
    change_schedule,
    lift_suspension,
    merge,
    overlaps,
    pause,
    resume,
)
from practices.notifications.subscriptions.signup import (
    confirm,
    delete_expired_requests,
    expired_requests,
    send_preferences_link,
    subscribe,
    unconfirmed_with,
)
from practices.notifications.subscriptions.times import how_often
from practices.notifications.subscriptions.unsubscription import erase, erase_for_owner, unsubscribe

__all__ = [
    "Estimate",
    "LinkNotValid",
    "SubscriptionChanged",
    "TooManySubscriptions",
    "add",
    "announce",
    "announce_restoration",
    "announce_withdrawal",
    "build_digests",
    "change",
    "change_cadence",
    "change_schedule",
    "confirm",
    "delete_expired_requests",
    "erase",
    "erase_for_owner",
    "estimate",
    "estimate_of",
    "expired_requests",
    "fan_out",
    "how_often",
    "lift_suspension",
    "merge",
    "overlaps",
    "pause",
    "preferences_path",
    "read_confirm_token",
    "read_preferences_token",
    "read_unsubscribe_token",
    "resume",
    "send_preferences_link",
    "shown_code",
    "subscribe",
    "unconfirmed_with",
    "unsubscribe",
]
