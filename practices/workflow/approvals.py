"""The rule that several people approve a submission before it is published (APPROVALS_NEEDED)."""

import hashlib
import json

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Max, Q

from practices.choices import UNDECIDED, Act, State
from practices.core.addresses import canonical
from practices.documents import files
from practices.models import Approval, StaffProfile, Submission
from practices.workflow.errors import ApprovalRefused, ApprovalsMissing

REBASED_BEFORE = "caught_up"
"""Value of Act.REBASED until version 0.2.0, whose processes may still record it while a newer one is deployed."""


def content_hash(submission: Submission) -> str:
    """Return a hash that is equal for equal documents with equal files.

    Without files it is that of the document alone, as versions before 0.3.0 have stored it.
    """
    attached = files.facts(submission.attachments.all())
    content = [submission.document, attached] if attached else submission.document
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def is_independent(submission: Submission, person: User) -> bool:
    """Return whether a member of staff is no author of its text, nor the submitter, nor from their organisation."""
    if person in authors(submission):
        return False
    profile = StaffProfile.objects.filter(user=person).first()
    submitter = submission.submitter
    same_organisation = (
        _folded(submitter.organisation)
        and profile
        and _folded(profile.organisation) == _folded(submitter.organisation)
    )
    same_address = submitter.email and canonical(person.email) == canonical(submitter.email)
    return not same_organisation and not same_address


def authors(submission: Submission) -> list[User]:
    """Return the members of staff who have proposed the text, or changed it since its submitter last sent it.

    They cannot approve it. Events count in the order of their keys, as the clock may have been set back meanwhile.
    """
    events = submission.events.filter(by__isnull=False)
    resent = submission.events.filter(
        act=Act.STEP, from_state=State.CHANGES_REQUESTED, to_state=State.SUBMITTED
    ).aggregate(last=Max("pk"))
    changes = Q(act__in=[Act.CORRECTED, Act.REBASED, REBASED_BEFORE], pk__gt=resent["last"] or 0)
    people = events.filter(Q(act=Act.PROPOSED) | changes).values("by")
    return list(User.objects.filter(pk__in=people).order_by("pk"))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def declarations(submission: Submission) -> list[Approval]:
    """Return the approvals and declared conflicts of interest for the current document and files."""
    current = Approval.objects.filter(document_hash=content_hash(submission))
    return list(current.filter(submission=submission).select_related("by"))


def lapsed_approvals(submission: Submission) -> list[Approval]:
    """Return the approvals of an earlier text or other files, of people who have not declared themselves since."""
    now = {declaration.by_id for declaration in declarations(submission)}
    earlier = submission.approvals.filter(conflict="").exclude(document_hash=content_hash(submission))
    latest = {
        approval.by_id: approval for approval in earlier.select_related("by") if approval.by_id not in now
    }
    return list(latest.values())


def has_declared(submission: Submission, person: User | None) -> bool:
    return any(declaration.by == person for declaration in declarations(submission))


def are_needed() -> bool:
    return settings.APPROVALS_NEEDED > 1


def approvals_missing(submission: Submission) -> int:
    """Return how many people have yet to approve; 0 where one moderator decides alone."""
    if not are_needed():
        return 0
    valid = [
        declaration
        for declaration in declarations(submission)
        if not declaration.conflict and is_independent(submission, declaration.by)
    ]
    return max(0, settings.APPROVALS_NEEDED - len(valid))


def is_blind(submission: Submission, *, by: User) -> bool:
    """Return whether `by` may still have to judge, and so is not shown what others think (BLIND_APPROVALS).

    That includes submissions that their submitter, or the undo of spam, may bring back with the same approvals.
    """
    return (
        settings.BLIND_APPROVALS
        and are_needed()
        and submission.state in UNDECIDED | {State.SPAM}
        and not has_declared(submission, by)
        and is_independent(submission, by)
        and approvals_missing(submission) > 0
    )


def check_approvals(submission: Submission, *, by: User | None) -> None:
    """Raises ApprovalRefused if `by` has declared a conflict of interest, ApprovalsMissing if too few approve."""
    if not are_needed():
        return
    if any(declaration.conflict and declaration.by == by for declaration in declarations(submission)):
        raise ApprovalRefused
    if missing := approvals_missing(submission):
        raise ApprovalsMissing(missing)
