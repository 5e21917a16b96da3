"""Rate limits for visitors and addresses.

Requests are counted where all processes see them: in the shared cache named by CACHE_URL, and in the database if there
is none or while it is unavailable. So a cache that is down neither lifts the limits nor locks anybody out.
"""

import logging
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.models import F
from django.utils.crypto import salted_hmac

from practices.core.addresses import canonical
from practices.core.network import parse_address
from practices.models import LimitBucket

GRACE = 60  # seconds that a counter outlives its window, so that it does not expire between add() and incr()

_TABLE = LimitBucket._meta.db_table
_ONE_MORE = (  # in one statement, or others could count between our counting and our reading
    f"INSERT INTO {_TABLE} (key, count, expires_at) VALUES (%s, 1, %s) "  # noqa: S608 - our own names
    f"ON CONFLICT (key) DO UPDATE SET count = {_TABLE}.count + 1 RETURNING count"
)
_log = logging.getLogger(__name__)


class LimitReached(Exception):
    """Too many requests. `retry_after` is the span until the next one may succeed."""

    def __init__(self, retry_after: timedelta):
        super().__init__(f"try again in {retry_after}")
        self.retry_after = retry_after


class NetworkLimitReached(LimitReached):
    """Too many requests from the visitor's network, whoever sent them."""


def address_and_network(address: str) -> tuple[str, str]:
    """Return the networks that count as one visitor and as their surroundings: IPv4 /32 and /24, IPv6 /64 and /48.

    A household or a rented server has a whole /64, so that counting single IPv6 addresses would count nothing.
    """
    ip = parse_address(address)
    if ip is None:
        return address, address
    one, around = (32, 24) if ip.version == 4 else (64, 48)
    return str(ip_network((ip, one), strict=False)), str(ip_network((ip, around), strict=False))


def count(scope: str, who: str, *, limit: int, window: timedelta, now: datetime) -> None:
    """Count one request of `who` within `scope`. Raises LimitReached after `limit` of them in a window.

    Windows are fixed spans since the epoch. `who` is stored as a keyed hash, and hardly longer than the window
    lasts.
    """
    key, expires_at = _bucket(scope, who, window=window, now=now)
    if _one_more(key, expires_at, now=now) > limit:
        raise LimitReached(expires_at - now)


def refund(scope: str, who: str, *, window: timedelta, now: datetime) -> None:
    """Take back one request counted at `now`, as one that turned out not to count, such as a sign-in that succeeded."""
    key, _expires_at = _bucket(scope, who, window=window, now=now)
    if settings.CACHE_URL:
        try:
            caches["counts"].decr(key)
        except ValueError:
            pass  # counted by the database, or expired
        except Exception as error:
            _log.info("The shared cache does not count, so the database does: %s", error)
        else:
            return
    LimitBucket.objects.filter(key=key, count__gt=0).update(count=F("count") - 1)


def is_first(scope: str, what: str, *, remembered: timedelta, now: datetime) -> bool:
    """Return whether `what` happens for the first time within `scope`, as far as that is `remembered`.

    Noted in the database and in the caller's transaction, so that what fails may happen again.
    """
    key = salted_hmac("practices.limits", f"{scope}|{what}", algorithm="sha256").hexdigest()
    return _one_more_in_database(key, now + remembered, now=now) == 1


def _one_more(key: str, expires_at: datetime, *, now: datetime) -> int:
    """Increment the counter atomically and return it: each of several concurrent requests gets another number."""
    if settings.CACHE_URL:
        try:
            counts = caches["counts"]
            counts.add(key, 0, timeout=int((expires_at - now).total_seconds()) + GRACE)
            return counts.incr(key)
        except Exception as error:
            _log.info("The shared cache does not count, so the database does: %s", error)
    return _one_more_in_database(key, expires_at, now=now)


def _one_more_in_database(key: str, expires_at: datetime, *, now: datetime) -> int:
    LimitBucket.objects.filter(expires_at__lte=now).delete()
    with connection.cursor() as cursor:
        cursor.execute(_ONE_MORE, [key, connection.ops.adapt_datetimefield_value(expires_at)])
        return cursor.fetchone()[0]


def _bucket(scope: str, who: str, *, window: timedelta, now: datetime) -> tuple[str, datetime]:
    """Return the key of the window that contains `now`, and its end."""
    number, passed = divmod(now - datetime.fromtimestamp(0, UTC), window)
    key = salted_hmac("practices.limits", f"{scope}|{who}|{number}", algorithm="sha256").hexdigest()
    return key, now - passed + window


def count_mail(scope: str, address: str, *, asked_from: str, per_day: int, now: datetime) -> None:
    """Count an e-mail that anybody can have sent to an address by typing it. Raises LimitReached.

    `asked_from` is the network address of the visitor; "" if nobody knows it, or if it is sent unasked. One network may
    cause `per_day` such e-mails, all together NETWORK_FACTOR times as many. So a stranger elsewhere does not use up what
    the owner of the mailbox may ask for.
    """
    day, mailbox = timedelta(days=1), canonical(address)
    _visitor, network = address_and_network(asked_from)
    count(f"{scope} from network", f"{mailbox} {network}", limit=per_day, window=day, now=now)
    count(scope, mailbox, limit=per_day * settings.NETWORK_FACTOR, window=day, now=now)


def count_mail_to_submitter(address: str, *, asked_from: str, now: datetime) -> None:
    """Count an e-mail to the address given in a draft, which may be a stranger's. Raises LimitReached."""
    per_day = settings.SUBMISSION_MAILS_PER_DAY
    count_mail("mail to submitter", address, asked_from=asked_from, per_day=per_day, now=now)
