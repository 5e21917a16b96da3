"""Texts of staff: published at once or, where publishing takes several people (APPROVALS_NEEDED), proposed."""

from datetime import datetime

from django.db import transaction

from practices.documents import Document
from practices.models import Practice, Submission
from practices.workflow import approvals
from practices.workflow.messages import Cause
from practices.workflow.proposals import propose
from practices.workflow.publishing import publish_document
from practices.workflow.transitions import Staff, check


@transaction.atomic
def add_practice(
    document: Document, *, by: Staff, note: str = "", now: datetime | None = None
) -> Practice | Submission | None:
    """Publish a valid document as a new practice and return it, or return the submission that proposes it."""
    if approvals.are_needed():
        return propose(document, by=by, note=note, now=now)
    return publish_document(document, by=by, note=note, now=now)


@transaction.atomic
def edit_practice(
    practice: Practice,
    document: Document,
    *,
    by: Staff,
    seen: int | None = None,
    note: str = "",
    now: datetime | None = None,
) -> Submission | None:
    """Publish a valid document as the next revision; return the submission if it is proposed instead.

    A document that changes nothing is neither. `seen` is the number of the revision that the editor has read; raises
    PracticeRevisedMeanwhile if there is a newer one.
    """
    check(practice, "edit_practice", by=by)
    if approvals.are_needed():
        return propose(document, practice=practice, seen=seen, by=by, note=note, now=now)
    publish_document(document, to=practice, seen=seen, by=by, note=note, cause=Cause.EDITED, now=now)
    return None
