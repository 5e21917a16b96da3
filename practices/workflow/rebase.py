"""Updates of what has been revised since they were begun. Nothing published is overwritten unseen."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from practices import documents
from practices.choices import Act, State
from practices.documents import three_way_merge
from practices.documents.three_way_merge import Newer
from practices.models import Submission
from practices.workflow.transitions import Staff, TransitionNotAllowed, lock, record


class RevisedMeanwhile(Exception):
    """A newer revision changed what this update changes: somebody has to say which stays."""

    def __init__(self, newer: Newer):
        self.newer = newer
        super().__init__(f"revision {newer.revision.number}: {', '.join(newer.disputed)}")


@transaction.atomic
def catch_up(
    submission: Submission, *, to: int, published: Iterable[str] = (), by: Staff, now: datetime | None = None
) -> None:
    """Lay an update on top of the newest revision; `to` is its number, as `by` has read it.

    Of the fields that both changed, those in `published` stay as they are published and the others as the update
    has them. Raises RevisedMeanwhile if there is a newer one by now, and TransitionNotAllowed if anything has
    happened to the update.
    """
    if submission.state not in (State.SUBMITTED, State.IN_REVIEW):
        raise TransitionNotAllowed(submission, State(submission.state))
    lock(submission, State(submission.state))
    newer = three_way_merge.newer(submission)
    if newer is None:
        return
    if newer.revision.number != to:
        raise RevisedMeanwhile(newer)
    before, after = documents.complete(submission.document), newer.settled(published=set(published))
    note = gettext("from revision %(base)s to %(to)s") % {"base": submission.based_on, "to": to}
    # A browser of the submitter's that still shows the text before must not bring it back.
    submission.document, submission.based_on = after, to
    submission.typed, submission.version = {}, submission.version + 1
    submission.save(update_fields=["document", "based_on", "typed", "version"])
    fields = documents.changed_fields(before, after)
    changes = {name: [before[name], after[name]] for name in fields}
    record(submission, Act.CAUGHT_UP, by=by, at=now or timezone.now(), internal_note=note, changes=changes)


def on_top(submission: Submission) -> dict:
    """The columns of an update that may be published now: on top of the newest revision.

    To be asked where no other publication can come between. Raises RevisedMeanwhile.
    """
    newer = three_way_merge.newer(submission)
    if newer is None:
        return {}
    if newer.disputed:
        raise RevisedMeanwhile(newer)
    return {"document": newer.document, "based_on": newer.revision.number}
