"""The rule of two (or more) persons: who approves of a submission, and whether that is enough."""

import hashlib
import json
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from practices.choices import Act, State
from practices.documents import Document
from practices.models import Approval, StaffProfile, Submission
from practices.workflow.transitions import Staff, TransitionNotAllowed, lock, record


class ApprovalRefused(Exception):
    """They must not approve of this submission: it comes from their own organisation, or from themselves."""


class ApprovalsMissing(Exception):
    """More people have to approve of the submission before it is published."""

    def __init__(self, missing: int):
        self.missing = missing
        super().__init__(f"{missing} approvals are missing")


@transaction.atomic
def approve(submission: Submission, *, by: Staff, conflict: str = "", now: datetime | None = None) -> None:
    """Declare that `by` has no conflict of interest and approves of the submission as it stands.

    With a `conflict`, which says what it is, they declare that they must not decide on it. Once said of a
    document it stays said. Raises ApprovalRefused, and TransitionNotAllowed if it has changed meanwhile.
    """
    if submission.state not in (State.SUBMITTED, State.IN_REVIEW):
        raise TransitionNotAllowed(submission, State(submission.state))
    lock(submission, State(submission.state))
    now = now or timezone.now()
    if not conflict and not is_independent(submission, by):
        raise ApprovalRefused
    _said, created = Approval.objects.get_or_create(
        submission=submission,
        by=by,
        document_hash=document_hash(submission.document),
        defaults={"conflict": conflict, "at": now},
    )
    if created:
        act = Act.CONFLICT if conflict else Act.APPROVED
        record(submission, act, by=by, at=now, internal_note=conflict)


def document_hash(document: Document) -> str:
    """The same for documents that say the same."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def is_independent(submission: Submission, person: Staff) -> bool:
    """Whether a member of staff is neither the submitter nor of the submitter's organisation."""
    profile = StaffProfile.objects.filter(user=person).first()
    submitter = submission.submitter
    same_place = (
        _folded(submitter.organisation)
        and profile
        and _folded(profile.organisation) == _folded(submitter.organisation)
    )
    return not same_place and _folded(person.email) != _folded(submitter.email)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def said_of(submission: Submission) -> list[Approval]:
    """What was declared of the document as it stands, approvals and conflicts."""
    of_this = Approval.objects.filter(document_hash=document_hash(submission.document))
    return list(of_this.filter(submission=submission).select_related("by"))


def approvals_missing(submission: Submission) -> int:
    """How many people have still to approve; 0 where one moderator decides alone."""
    if settings.APPROVALS_NEEDED <= 1:
        return 0
    valid = [
        said for said in said_of(submission) if not said.conflict and is_independent(submission, said.by)
    ]
    return max(0, settings.APPROVALS_NEEDED - len(valid))


def check_approvals(submission: Submission, *, by: Staff | None) -> None:
    """Raises ApprovalsMissing; and ApprovalRefused if `by` has declared a conflict of interest."""
    if settings.APPROVALS_NEEDED <= 1:
        return
    if any(said.conflict and said.by == by for said in said_of(submission)):
        raise ApprovalRefused
    if missing := approvals_missing(submission):
        raise ApprovalsMissing(missing)
