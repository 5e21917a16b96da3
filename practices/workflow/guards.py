"""Conditions of steps beyond the state of the submission.

A guard returns False where the step is impossible, or raises the StepRefused that says why.
"""

from django.contrib.auth.models import User

from practices import documents
from practices.choices import State
from practices.documents import three_way_merge
from practices.models import Adaptation, Practice, Submission
from practices.workflow import approvals
from practices.workflow.errors import ApprovalOfOwnText, ApprovalRefused, PracticeWithdrawn, RevisedMeanwhile


def always(submission: Submission, by: User | None) -> bool:
    return True


def is_complete(submission: Submission, by: User | None) -> bool:
    """Require every field that a published practice needs."""
    return not documents.lacking(submission.document)


def is_unchecked(submission: Submission, by: User | None) -> bool:
    """Require that no moderator has said yet whether it is spam."""
    return submission.spam_checked_at is None


def is_outdated(submission: Submission, by: User | None) -> bool:
    """Require that the practice was revised since its update was begun."""
    return three_way_merge.merge_newest(submission) is not None


def has_no_conflict(submission: Submission, by: User | None) -> bool:
    """Require that no newer revision changed the same fields. Raises RevisedMeanwhile."""
    newer = three_way_merge.merge_newest(submission)
    if newer and newer.conflicts:
        raise RevisedMeanwhile(newer)
    return True


def is_publishable(submission: Submission, by: User | None) -> bool:
    """Require that the practice of an update is public, enough approvals, and no conflict with a newer revision.

    Raises PracticeWithdrawn, ApprovalRefused, ApprovalsMissing and RevisedMeanwhile.
    """
    if submission.practice_id and not Practice.objects.published().filter(pk=submission.practice_id).exists():
        raise PracticeWithdrawn
    if submission.state != State.SCHEDULED:  # approvals were checked when it was scheduled
        approvals.check_approvals(submission, by=by)
    return has_no_conflict(submission, by)


def may_declare(submission: Submission, by: User | None) -> bool:
    """Require that approvals are needed and that `by` has made no declaration about the current document."""
    return approvals.are_needed() and not approvals.judgement(submission).has_declared(by)


def may_approve(submission: Submission, by: User | None) -> bool:
    """Require the same, and that `by` is neither an author of the text nor a colleague of the submitter.

    Raises ApprovalOfOwnText and ApprovalRefused.
    """
    if not may_declare(submission, by):
        return False
    judgement = approvals.judgement(submission)
    if by in judgement.authors:
        raise ApprovalOfOwnText
    if by is None or not judgement.is_independent(by):
        raise ApprovalRefused
    return True


def may_request_withdrawal(submission: Submission, by: User | None) -> bool:
    """Require that the practice is public, that its submitter speaks for it, and that nobody has asked for it yet."""
    practice = submission.practice
    if practice is None or not practice.is_public or has_withdrawal_request(practice, by):
        return False
    return _speaks_for_its_practice(submission)


def may_cancel_withdrawal_request(submission: Submission, by: User | None) -> bool:
    """Require an open request to withdraw the practice, made here or by another submission that speaks for it."""
    practice = submission.practice
    if practice is None or not has_withdrawal_request(practice, by):
        return False
    return submission.withdrawal_requested_at is not None or _speaks_for_its_practice(submission)


def _speaks_for_its_practice(submission: Submission) -> bool:
    return Submission.objects.of_owners().filter(pk=submission.pk).exists()


def has_withdrawal_request(practice: Practice, by: User | None) -> bool:
    """Require that a submitter asks for the withdrawal of the practice."""
    return practice.submissions.requesting_withdrawal().exists()


def may_have_files(submission: Submission, by: User | None) -> bool:
    """Require that it becomes a revision: a translation has the files of its practice, a use elsewhere has none."""
    return submission.is_revising


def has_public_practice(submission: Submission, by: User | None) -> bool:
    """Require that the practice, or the one it was merged into, is public, and that it has become a revision of it."""
    practice = submission.practice
    return practice is not None and practice.remaining.is_public and submission.is_revising


def has_public_adaptation(submission: Submission, by: User | None) -> bool:
    """Require that it has told of a use elsewhere that anyone may read."""
    return submission.is_adaptation and Adaptation.objects.published().filter(submission=submission).exists()
