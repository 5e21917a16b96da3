"""Likely duplicates of a submission, as rows of its page."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from practices.admin.submission.next import NextAdmin
from practices.choices import UNDECIDED
from practices.discovery import duplicates
from practices.models import Practice, Submission


@dataclass(frozen=True)
class DuplicateRow:
    """A published practice or an open submission that may be the same, or that a moderator found not to be."""

    title: str
    status: str
    address: str
    compare: str
    reason: str = ""


def likely_duplicates(submission):
    """Return the practices and, while it has to be decided which of them to publish, open submissions."""
    [found] = duplicates.likely_duplicates_of_submissions([submission])
    others = []
    if submission.state in UNDECIDED:
        [others] = duplicates.likely_duplicate_submissions([submission])
    pairs = [(one.practice, one.reason) for one in found] + [(one.submission, one.reason) for one in others]
    return [_as_duplicate(submission, same, reason) for same, reason in pairs]


def dismissed(submission):
    """Return what moderators found to be no duplicate of a submission, from its page or that of the other."""
    known = duplicates.dismissed_for_each([submission])[submission.pk]
    practices = Practice.objects.published().filter(pk__in=known.practices).order_by("pk")
    others = Submission.objects.filter(pk__in=known.submissions, state__in=UNDECIDED).order_by("pk")
    return [_as_duplicate(submission, same) for same in (*practices, *others)]


def _status_of(same):
    return gettext("published") if isinstance(same, Practice) else same.get_state_display()


def facts_of(same):
    """Return what tells a practice or a submission from another of the same title: number, state, date and sender."""
    if isinstance(same, Practice):
        number, at = gettext("Practice %(number)s"), same.published_at
        original = same.submissions.original().select_related("submitter").order_by("pk").first()
        submitter = original and original.submitter
    else:
        number, at = gettext("Submission %(number)s"), same.submitted_at or same.created_at
        submitter = same.submitter
    sender = [submitter.name, submitter.organisation, submitter.email] if submitter else []
    return {"number": number % {"number": same.pk}, "status": _status_of(same), "at": at, "sender": sender}


def _as_duplicate(submission, same, reason=""):
    kind = "practice" if isinstance(same, Practice) else "submission"
    return DuplicateRow(
        same.title,
        _status_of(same),
        address_of(same),
        reverse("admin:practices_submission_compare", args=[submission.pk, kind, same.pk]),
        str(reason),
    )


def address_of(same):
    """Return the address at which `same_at` finds a practice or a submission again."""
    if isinstance(same, Practice):
        return same.get_absolute_url()
    return NextAdmin.address(same)
