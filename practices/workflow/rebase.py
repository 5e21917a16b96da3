"""Rebasing an update whose practice was revised since it was begun, so that nothing published is undone unseen."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from practices import clock, documents
from practices.choices import Act
from practices.documents import three_way_merge
from practices.models import Submission, revision_notes
from practices.workflow.attachments import replace_attachments
from practices.workflow.errors import RevisedMeanwhile
from practices.workflow.transitions import Staff, lock, record


@transaction.atomic
def rebase(
    submission: Submission,
    *,
    to: int,
    published: Iterable[str] = (),
    by: Staff,
    seen: str | None = None,
    now: datetime | None = None,
) -> None:
    """Rebase an update onto the newest revision; `to` is its number as `by` has read it.

    Where both changed a field, those in `published` stay as published, the others as the update has them. Raises
    RevisedMeanwhile if there is a newer revision by now, and TransitionNotAllowed.
    """
    lock(submission, "rebase", by=by, seen=seen)
    newer = three_way_merge.merge_newest(submission)
    if newer is None:
        return
    if newer.revision.number != to:
        raise RevisedMeanwhile(newer)
    before, after = documents.complete(submission.document), newer.resolve(published=set(published))
    follow_files(submission, newer, published=set(published))
    note = revision_notes.REBASED % {"base": submission.based_on, "to": to}
    # The version changes, so that a browser of the submitter that still shows the old text cannot restore it.
    submission.document, submission.based_on = after, to
    submission.typed, submission.version = {}, submission.version + 1
    submission.save(update_fields=["document", "based_on", "typed", "version"])
    fields = documents.changed_fields(before, after)
    changes = {name: [before[name], after[name]] for name in fields}
    record(submission, Act.REBASED, by=by, at=now or clock.now(), internal_note=note, changes=changes)


def follow_files(
    submission: Submission, newer: three_way_merge.Merge, *, published: Iterable[str] = ()
) -> None:
    """Give an update the files of the newest revision where it left them alone, or `published` names them."""
    if three_way_merge.FILES in {*newer.incoming, *published}:
        replace_attachments(submission, newer.published_files)


def rebased_columns(submission: Submission) -> dict[str, Any]:
    """Return the columns of an update rebased onto the newest revision, whose files it follows; empty if there is none.

    Call it where no other publication can come between. Raises RevisedMeanwhile.
    """
    newer = three_way_merge.merge_newest(submission)
    if newer is None:
        return {}
    if newer.conflicts:
        raise RevisedMeanwhile(newer)
    follow_files(submission, newer)
    return {"document": newer.document, "based_on": newer.revision.number}
