"""Likely duplicates of submissions that moderators found to be none, so that they are not named again."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from practices.models import DismissedDuplicate, Practice, Submission


@dataclass(frozen=True)
class Dismissed:
    """Primary keys of what is no duplicate of a submission."""

    practices: set[int] = field(default_factory=set)
    """Also those that another submission, found to be none, has become or updates."""
    submissions: set[int] = field(default_factory=set)


def dismissed_for_each(submissions: Iterable[Submission]) -> Mapping[int, Dismissed]:
    """Return what was dismissed for each of these submissions, by key. One query.

    A pair counts in both directions, and for all submissions of the same practice: an update is no duplicate of what
    its practice is none of.
    """
    keys: set[int] = set()
    of_practice: defaultdict[int, set[int]] = defaultdict(set)
    for each in submissions:
        keys.add(each.pk)
        if each.practice_id is not None:
            of_practice[each.practice_id].add(each.pk)
    found: defaultdict[int, Dismissed] = defaultdict(Dismissed)
    columns = "submission", "submission__practice", "other", "other__practice", "practice"
    rows = DismissedDuplicate.objects.filter(concerns(keys, of_practice)).order_by().values_list(*columns)
    for submission, its_practice, other, practice_of_other, practice in rows:
        first, second = (submission, its_practice), (other, practice or practice_of_other)
        for near, far in ((first, second), (second, first)):
            for key in keys & {near[0]} | of_practice.get(near[1], set()):
                _add(found[key], far)
    return found


def concerns(submissions: Collection[int], practices: Collection[int]) -> Q:
    """Return the condition that one of a pair is one of these submissions, or of these practices."""
    return _is_first(submissions, practices) | _is_second(submissions, practices)


def is_between(submission: Submission, other: Practice | Submission) -> Q:
    """Return the condition that a pair is of these two, from whichever it was said."""
    near, far = _names(submission), _names(other)
    return _is_first(*near) & _is_second(*far) | _is_first(*far) & _is_second(*near)


def _names(one: Practice | Submission) -> tuple[list[int], list[int]]:
    if isinstance(one, Practice):
        return [], [one.pk]
    return [one.pk], [one.practice_id] if one.practice_id else []


def _is_first(submissions: Collection[int], practices: Collection[int]) -> Q:
    return Q(submission__in=submissions) | Q(submission__practice__in=practices)


def _is_second(submissions: Collection[int], practices: Collection[int]) -> Q:
    return Q(other__in=submissions) | Q(other__practice__in=practices) | Q(practice__in=practices)


def _add(dismissed: Dismissed, far: tuple[int | None, int | None]) -> None:
    submission, practice = far
    if submission is not None:
        dismissed.submissions.add(submission)
    if practice is not None:
        dismissed.practices.add(practice)
