"""Cutting a feed into documents: the newest practices, and archives of all the rest (RFC 5005 §4).

An archive is named by its first practice and goes on, newest first, to the next practice whose number divides by
ARCHIVE_STEP, or to FEED_LENGTH practices. So it never changes when new ones come, whatever the filter; each costs
the same however deep it lies; and a reader that has kept one need not fetch it again.
"""

import dataclasses
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404

from practices.models import Practice

ARCHIVE_STEP = 29
"""A prime, so that no other pattern in the numbers of practices goes along with it."""


@dataclasses.dataclass(frozen=True)
class Part:
    """One document of a feed. `older` and `newer` are the numbers that name the archives beside it."""

    practices: list[Practice]
    archive: int | None = None
    older: int | None = None
    newer: int | None = None


def newest(practices: QuerySet[Practice]) -> Part:
    """Return the newest practices and the name of the archive that continues them."""
    found = list(_in_order(practices)[: settings.FEED_LENGTH + 1])
    shown = found[: settings.FEED_LENGTH]
    if len(found) == len(shown):
        return Part(shown)
    ends = [place for place, practice in enumerate(shown) if _ends_archive(practice)]
    return Part(shown, older=found[ends[-1] + 1 if ends else settings.FEED_LENGTH].pk)


def archive(practices: QuerySet[Practice], name: int) -> Part:
    """Return the archive of that name. Raises Http404 if there is none."""
    first = Practice.objects.filter(pk=name).only("published_at").first()
    if first is None:
        raise Http404
    same_instant = Q(published_at=first.published_at)
    found = list(
        _in_order(practices).filter(
            Q(published_at__lt=first.published_at) | (same_instant & Q(pk__lte=name))
        )[: settings.FEED_LENGTH + 1]
    )
    if not found:
        raise Http404
    length = settings.FEED_LENGTH
    for place, practice in enumerate(found[:length]):
        if _ends_archive(practice):
            length = place + 1
            break
    above = list(
        _in_order(practices)
        .filter(Q(published_at__gt=first.published_at) | (same_instant & Q(pk__gt=name)))
        .reverse()[: settings.FEED_LENGTH + 1]
    )
    return Part(
        found[:length],
        archive=name,
        older=found[length].pk if len(found) > length else None,
        newer=_newer(above),
    )


def _newer(above: list[Practice]) -> int | None:
    """The name of the archive before one, from the practices that are newer, oldest first; None at the top."""
    for before, practice in pairwise(above):
        if _ends_archive(practice):
            return before.pk
    return above[-2].pk if len(above) > settings.FEED_LENGTH else None


def _ends_archive(practice: Practice) -> bool:
    return practice.pk % ARCHIVE_STEP == 0


def _in_order(practices: Any) -> QuerySet[Practice]:
    """Newest first, each with the number of its latest revision and its versions, by which its entry is stored."""
    return practices.with_versions().order_by("-published_at", "-pk").only("published_at", "revision_number")
