"""Signed links of e-mails. Each is bound to one purpose by its salt, names a row by its random key, and holds no address.

The salts must stay as they are: links that were mailed earlier would otherwise stop working. Links of versions before
0.3 named row numbers, which another row may have after a restored backup. Those to unsubscribe and to the subscriptions
page are still honoured where the row is older than the link.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from practices.models import Subscriber, Subscription

_CONFIRM_SALT = "practices.subscriptions.confirmation"
_UNSUBSCRIBE_SALT = "practices.subscriptions.unsubscribe"
_PREFERENCES_SALT = "practices.subscriptions.own"
_NUMBERED_UNSUBSCRIBE_SALT = "practices.subscriptions.leave"
_NUMBERED_PREFERENCES_SALT = "practices.subscriptions.preferences"

MAX_NAMED = 300
"""Subscriptions that one unsubscribe link can name, so that List-Unsubscribe fits into a line (RFC 5322 §2.1.1)."""
_NAME_BYTES = 600
"""Bytes in a link for the names of all its subscriptions together; each has at least two, at most six."""


class LinkNotValid(Exception):
    """The link was altered, has expired, or its subscription or subscriber no longer exists."""


def confirm_path(subscription: Subscription) -> str:
    """Path that confirms the subscriptions requested for an address; valid for CONFIRMATION_DAYS."""
    token = signing.TimestampSigner(salt=_CONFIRM_SALT).sign(subscription.key)
    return reverse("practices:subscription-confirm", args=[token])


def read_confirm_token(token: str) -> Subscription:
    """Return the subscription of a confirmation link, or the one it was merged into, whether or not it is confirmed.

    Raises LinkNotValid if the link was altered, if its subscription is gone, or if it is older than CONFIRMATION_DAYS
    and was never used.
    """
    signer = signing.TimestampSigner(salt=_CONFIRM_SALT)
    try:
        key = signer.unsign(token)
    except signing.BadSignature as error:
        raise LinkNotValid from error
    named = Subscription.objects.filter(Q(key=key) | Q(former_keys__contains=key)).select_related(
        "subscriber"
    )
    # Checked again, as "contains" ignores case on SQLite.
    subscription = next((each for each in named if key in each.all_keys), None)
    if subscription is None:
        raise LinkNotValid
    if not subscription.confirmed_at:
        _check_age(signer, token, max_age=timedelta(days=settings.CONFIRMATION_DAYS))
    return subscription


def unsubscribe_path(subscriber: Subscriber, subscriptions: Sequence[Subscription]) -> str:
    """Path that ends these subscriptions, or all of the subscriber's if they are more than MAX_NAMED.

    It never expires and is short enough for a header line.
    """
    width = min(6, _NAME_BYTES // len(subscriptions)) if len(subscriptions) <= MAX_NAMED else 0
    names = b"".join(_name(subscription.key, width) for subscription in subscriptions)
    return _unsubscribe_path(subscriber, f"{width}{base64.urlsafe_b64encode(names).decode().rstrip('=')}")


def unsubscribe_all_path(subscriber: Subscriber) -> str:
    """Path that ends all subscriptions of the subscriber, whenever it is opened."""
    return _unsubscribe_path(subscriber, "0")


def _unsubscribe_path(subscriber: Subscriber, names: str) -> str:
    token = signing.Signer(salt=_UNSUBSCRIBE_SALT).sign(f"{subscriber.key}.{names}")
    return reverse("practices:subscription-unsubscribe", args=[token])


def read_unsubscribe_token(token: str) -> list[Subscription]:
    """Return the subscriptions of an unsubscribe link that still exist; none if it was used before.

    A subscription that was merged into another is ended with that one. Raises LinkNotValid if the link was altered.
    """
    try:
        value = signing.Signer(salt=_UNSUBSCRIBE_SALT).unsign(token)
    except signing.BadSignature:
        return _numbered_subscriptions(token)
    key, _dot, names = value.rpartition(".")
    width, encoded = int(names[0]), names[1:]
    packed = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    named = {packed[start : start + width] for start in range(0, len(packed), width)} if width else set()
    following = (
        Subscription.objects.filter(subscriber__key=key).select_related("subscriber").order_by("query")
    )
    return [
        subscription
        for subscription in following
        if not width or named & {_name(each, width) for each in subscription.all_keys}
    ]


def _name(key: str, width: int) -> bytes:
    """Return the first bytes of a hash of the key. Six tell all of a subscriber's subscriptions apart."""
    return hashlib.sha256(key.encode()).digest()[:width]


def _numbered_subscriptions(token: str) -> list[Subscription]:
    """Return what an earlier link may end: its rows, unless they were requested after it was signed."""
    keys, signed_at = _loads(token, salt=_NUMBERED_UNSUBSCRIBE_SALT)
    older = Subscription.objects.filter(pk__in=keys, requested_at__lt=signed_at + timedelta(seconds=1))
    return list(older.select_related("subscriber").order_by("query"))


def preferences_path(subscriber: Subscriber) -> str:
    """Path to the page that lists an address's subscriptions. It never expires."""
    token = signing.Signer(salt=_PREFERENCES_SALT).sign(subscriber.key)
    return reverse("practices:subscriptions", args=[token])


def read_preferences_token(token: str) -> Subscriber:
    """Return the subscriber of a preferences link.

    Raises LinkNotValid if the link was altered or its subscriber has been erased.
    """
    try:
        key = signing.Signer(salt=_PREFERENCES_SALT).unsign(token)
    except signing.BadSignature:
        return _numbered_subscriber(token)
    subscriber = Subscriber.objects.filter(key=key).first()
    if subscriber is None:
        raise LinkNotValid
    return subscriber


def _numbered_subscriber(token: str) -> Subscriber:
    """Return the subscriber of an earlier link, which names the row and the second in which it was created."""
    (number, created), _signed_at = _loads(token, salt=_NUMBERED_PREFERENCES_SALT)
    subscriber = Subscriber.objects.filter(pk=number).first()
    if subscriber is None or int(subscriber.created_at.timestamp()) != created:
        raise LinkNotValid
    return subscriber


def shown_code(subscription: Subscription) -> str:
    """Return a code of a subscription as a page shows it, which changes with what is shown."""
    shown = f"{subscription.key} {subscription.cadence} {subscription.query}"
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def is_shown(subscription: Subscription, codes: Sequence[str]) -> bool:
    """Return whether `codes` has the code of the subscription as it is now."""
    return any(constant_time_compare(code, shown_code(subscription)) for code in codes)


def _check_age(signer: signing.TimestampSigner, token: str, *, max_age: timedelta) -> None:
    try:
        signer.unsign(token, max_age=max_age)
    except signing.SignatureExpired as error:
        raise LinkNotValid from error


def _loads(token: str, *, salt: str) -> tuple[Any, datetime]:
    """Return what an earlier link says, and when it was signed. Raises LinkNotValid."""
    try:
        value = signing.loads(token, salt=salt)
    except signing.BadSignature as error:
        raise LinkNotValid from error
    seconds = signing.b62_decode(token.rsplit(":", 2)[1])
    return value, datetime.fromtimestamp(seconds, UTC)
