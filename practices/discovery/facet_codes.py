"""Signs: a character for every facet key, so that the keys of a practice are one short text.

Databases go through such texts in a fraction of the time that rows take, and Python counts them as quickly.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from practices.core import catalogue_version
from practices.models import EVERYTHING, FacetKey

SUBMITTER = "submitter:"
"""How keys begin that have no sign: there may be more submitters than characters, and lists are not of them."""
_ZERO = ord("`")
"""What follows it means nothing in a pattern."""
_FIRST_SURROGATE, _SURROGATES = 0xD800, 0x800
"""Where the code points lie that are no characters, and how many they are."""


def has_sign(key: str) -> bool:
    return key != EVERYTHING and not key.startswith(SUBMITTER)


def give(keys: Iterable[str], *, beside: str = "") -> dict[str, str]:
    """Key → sign of those that have one; those nobody had yet are made known. And of the signs `beside` them.

    Called in the transaction that publishes, after `catalogue_version.bump`, so no two do it at once.
    """
    wanted = [key for key in keys if has_sign(key)]
    given = FacetKey.objects.filter(Q(key__in=wanted) | Q(pk__in=[_number_of(sign) for sign in beside]))
    known = list(given)
    there = {row.key for row in known}
    if new := [FacetKey(key=key) for key in wanted if key not in there]:
        known += FacetKey.objects.bulk_create(new)
    return {row.key: _sign_of(row.pk) for row in known}


def known() -> dict[str, str]:
    """Sign → key of all that were ever given."""
    return catalogue_version.cached("signs", _all)


def _all() -> dict[str, str]:
    return {_sign_of(number): key for number, key in FacetKey.objects.values_list("pk", "key")}


def of(keys: Sequence[str]) -> str:
    """The signs of those keys that a practice has or had; none has any of the others."""
    wanted = set(keys)
    return "".join(sign for sign, key in known().items() if key in wanted)


def _sign_of(number: int) -> str:
    """Raises ValueError beyond a million."""
    code = _ZERO + number
    return chr(code if code < _FIRST_SURROGATE else code + _SURROGATES)


def _number_of(sign: str) -> int:
    code = ord(sign)
    return (code if code < _FIRST_SURROGATE else code - _SURROGATES) - _ZERO
