"""Signs: a character for every facet key, so that the keys of a practice are one short text.

Databases go through such texts in a fraction of the time that rows take, and Python counts them as quickly.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from practices.core import catalogue_version
from practices.models import ALL_PRACTICES, FacetKey

SUBMITTER_PREFIX = "submitter:"
"""How keys begin that have no sign: there may be more submitters than characters, and lists are not of them."""
_ZERO = ord("`")
"""What follows it means nothing in a pattern."""
_FIRST_SURROGATE, _SURROGATES = 0xD800, 0x800
"""Where the code points lie that are no characters, and how many they are."""


def has_code(key: str) -> bool:
    return key != ALL_PRACTICES and not key.startswith(SUBMITTER_PREFIX)


def assign(keys: Iterable[str], *, existing: str = "") -> dict[str, str]:
    """Key → sign of those that have one; those nobody had yet are made known. And of the signs `existing` them.

    Called in the transaction that publishes, after `catalogue_version.bump`, so no two do it at once.
    """
    wanted = [key for key in keys if has_code(key)]
    given = FacetKey.objects.filter(Q(key__in=wanted) | Q(pk__in=[_number_of(code) for code in existing]))
    known = list(given)
    there = {row.key for row in known}
    if new := [FacetKey(key=key) for key in wanted if key not in there]:
        known += FacetKey.objects.bulk_create(new)
    return {row.key: _code_of(row.pk) for row in known}


def keys_by_code() -> dict[str, str]:
    """Sign → key of all that were ever given."""
    return catalogue_version.cached("signs", _all)


def _all() -> dict[str, str]:
    return {_code_of(number): key for number, key in FacetKey.objects.values_list("pk", "key")}


def encode(keys: Sequence[str]) -> str:
    """The signs of those keys that a practice has or had; none has any of the others."""
    wanted = set(keys)
    return "".join(code for code, key in keys_by_code().items() if key in wanted)


def _code_of(number: int) -> str:
    """Raises ValueError beyond a million."""
    code = _ZERO + number
    return chr(code if code < _FIRST_SURROGATE else code + _SURROGATES)


def _number_of(sign: str) -> int:
    code = ord(sign)
    return (code if code < _FIRST_SURROGATE else code - _SURROGATES) - _ZERO
