"""Suspensions of mailboxes: what keeps e-mail from an address, whoever's form or draft names it.

A suspension of a subscriber stands in its row, where its owner sees it. A complaint, and the suspension of an address
that was erased, are kept as a keyed hash, so that they hold for addresses that are no subscriber.
"""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from practices.choices import Suspension
from practices.core.addresses import canonical, readable
from practices.models import Subscriber, SuspendedAddress


def remember(address: str, because: str, *, at: datetime) -> None:
    """Keep the suspension of an address as a keyed hash. Idempotent."""
    key = _hash(canonical(address), settings.SECRET_KEY)
    _rows([address]).exclude(key=key).delete()
    SuspendedAddress.objects.update_or_create(key=key, defaults={"because": because, "at": at})


def earlier(address: str) -> dict:
    """Return the suspension fields of a subscriber whose address is remembered as suspended; empty if it is not."""
    found = _rows([address]).order_by("at").first()
    return {"suspended_at": found.at, "suspended_because": found.because} if found else {}


def reason(address: str) -> str:
    """Return why an address is suspended, as a value of Suspension; empty if it is not."""
    suspended = Subscriber.objects.filter(address=address).exclude(suspended_at=None).first()
    return suspended.suspended_because if suspended else earlier(address).get("suspended_because", "")


def lift(address: str) -> None:
    """Send to an address again, as its owner has asked to from the mailbox. Idempotent."""
    nothing = {"suspended_at": None, "suspended_because": "", "bounces": 0}
    Subscriber.objects.filter(address=address).exclude(suspended_at=None).update(**nothing)
    _rows([address]).delete()


def complained(addresses: Collection[str]) -> set[str]:
    """Return those of the addresses whose owner marked an e-mail of ours as spam and has not asked for any since."""
    complaints = Subscriber.objects.filter(suspended_because=Suspension.COMPLAINT, address__in=addresses)
    known = set(complaints.values_list("address", flat=True))
    hashes = _rows(addresses).filter(because=Suspension.COMPLAINT)
    keys = set(hashes.values_list("key", flat=True))
    return {each for each in addresses if canonical(each) in known or keys & _hashes(each)}


def _rows(addresses: Collection[str]) -> QuerySet[SuspendedAddress]:
    return SuspendedAddress.objects.filter(key__in=set().union(*map(_hashes, addresses)))


def _hashes(address: str) -> set[str]:
    """Return the keys of an address: with the secret key or an earlier one, in today's spelling or before."""
    address = canonical(address)
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return {_hash(spelling, secret) for spelling in (address, readable(address)) for secret in secrets}


def _hash(address: str, secret: str) -> str:
    return salted_hmac("practices.subscriptions", address, secret=secret, algorithm="sha256").hexdigest()
