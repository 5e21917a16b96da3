"""Texts of moderators that others have to approve, where publishing takes several people (APPROVALS_NEEDED)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from practices import clock, documents
from practices.choices import Act
from practices.core import catalogue_version
from practices.documents import Document
from practices.models import Practice, Submission, Submitter
from practices.models.submission import new_token
from practices.workflow.errors import PracticeRevisedMeanwhile
from practices.workflow.moderators import language_of
from practices.workflow.submission import begin
from practices.workflow.transitions import move, record


@transaction.atomic
def propose(
    document: Document,
    *,
    practice: Practice | None = None,
    seen: int | None = None,
    by: User,
    note: str = "",
    now: datetime | None = None,
) -> Submission | None:
    """Put a moderator's new practice, or change of `practice`, into the queue. Returns None if it changes nothing.

    Whoever proposes a text cannot approve it. `seen` is the number of the revision that they have read; raises
    PracticeRevisedMeanwhile if there is a newer one.
    """
    now = now or clock.now()
    document = documents.complete(document)
    if practice is None:
        document["submitted_on"] = document["submitted_on"] or timezone.localdate(now).isoformat()
    else:
        catalogue_version.bump()  # locks out publications, as if this were one
        practice = Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
        if seen not in (None, practice.revision_number):
            raise PracticeRevisedMeanwhile(practice.revision_number)
        if not documents.changed_fields(practice.document, document):
            return None
    submission = begin(
        document,
        submitter=Submitter(name=by.get_full_name() or by.get_username(), email=by.email),
        form_key=new_token(),
        language=language_of(by),
        practice=practice,
        based_on=practice.revision_number if practice else None,
        now=now,
    )
    move(submission, "submit", at=now, submitted_at=now)
    record(submission, Act.PROPOSED, by=by, at=now, internal_note=note)
    return submission
