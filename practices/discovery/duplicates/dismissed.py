"""Likely duplicates of submissions that moderators found to be none, so that they are not named again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from practices.models import DismissedDuplicate, Submission


@dataclass(frozen=True)
class Dismissed:
    """Primary keys of what is no duplicate of a submission."""

    practices: set[int] = field(default_factory=set)
    """Also those that another submission, found to be none, has become or updates."""
    submissions: set[int] = field(default_factory=set)


def dismissed_for_each(submissions: Iterable[Submission]) -> Mapping[int, Dismissed]:
    """Return what was dismissed for each of these submissions, by key. A pair counts in both directions. One query."""
    keys = {submission.pk for submission in submissions}
    found: defaultdict[int, Dismissed] = defaultdict(Dismissed)
    rows = DismissedDuplicate.objects.filter(Q(submission__in=keys) | Q(other__in=keys)).order_by()
    columns = "submission", "practice", "other", "submission__practice", "other__practice"
    for submission, practice, other, first_practice, second_practice in rows.values_list(*columns):
        _add(found[submission], practice or second_practice, other)
        if other is not None:
            _add(found[other], first_practice, submission)
    return found


def _add(dismissed: Dismissed, practice: int | None, submission: int | None) -> None:
    if practice is not None:
        dismissed.practices.add(practice)
    if submission is not None:
        dismissed.submissions.add(submission)
