"""The key by which somebody whose personal data was deleted can still have their public credit removed.

It is a keyed hash of the address: it recognises the address when its owner enters it again, and says nothing else.
"""

from django.conf import settings
from django.utils.crypto import salted_hmac

from practices.core.addresses import canonical


def key_of(address: str) -> str:
    """Return the key to store for an address; empty for none."""
    address = canonical(address)
    return _hash(address, settings.SECRET_KEY) if address else ""


def keys_of(address: str) -> list[str]:
    """Return the keys under which an address may be stored: with the secret key or an earlier one."""
    address = canonical(address)
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_hash(address, secret) for secret in secrets] if address else []


def _hash(address: str, secret: str) -> str:
    return salted_hmac("practices.kept_credit", address, secret=secret, algorithm="sha256").hexdigest()
