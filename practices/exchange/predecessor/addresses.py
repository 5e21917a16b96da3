"""Addresses of a predecessor, which lead to the practice that their page became."""

from collections.abc import Iterable

from practices.models import FormerAddress, Practice
from practices.models.former_address import LONGEST_PATH, normal_path


def keep_addresses(practice: Practice, paths: Iterable[str]) -> int:
    """Have paths lead to a practice, and return how many are new. Those that lead to another one keep doing so."""
    wanted = {path for path in map(normal_path, paths) if len(path) <= LONGEST_PATH}
    known = FormerAddress.objects.filter(path__in=wanted).values_list("path", flat=True)
    rows = [FormerAddress(path=path, practice=practice) for path in sorted(wanted.difference(known))]
    FormerAddress.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
