"""What is published, changed, withdrawn and restored. Every publication ends in `publish_document`."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from practices import documents
from practices.choices import State
from practices.core import catalogue_version
from practices.discovery import indexing
from practices.documents import Document
from practices.models import ModerationEvent, Practice, Revision
from practices.notifications import outbox, subscriptions, websub
from practices.workflow.transitions import Staff


@transaction.atomic
def publish_document(
    document: Document,
    *,
    to: Practice | None = None,
    by: Staff | None = None,
    note: str = "",
    announce: bool = True,
    material: bool = False,
    now: datetime | None = None,
) -> Practice:
    """Publish a valid document as a new practice, or as the next revision of `to`. Every publication ends here.

    A new practice is announced to its subscribers unless `announce` is false, as for a bulk import. A later
    revision is told of when it is `material`: what changed matters to those who read the practice before.
    """
    now = now or timezone.now()
    with catalogue_version.reading(catalogue_version.bump()):
        if to is not None:
            # Two revisions at once queue up here, so that each gets a number of its own. What is read anew also
            # knows of a withdrawal since.
            to = Practice.objects.select_for_update().get(pk=to.pk)
        practice = documents.apply(document, to=to, at=now)
        is_first = practice.revision_number == 1
        revision = Revision.objects.create(
            practice=practice,
            number=practice.revision_number,
            document=documents.complete(document),
            note=note or (gettext("First published") if is_first else ""),
            published_at=now,
            by=by,
        )
        if practice.withdrawn_at is None:
            indexing.index_practice(practice, revision.document)
        if announce if is_first else material:
            subscriptions.announce(revision)
        if announce:
            websub.enqueue(practice, now=now)
        return practice


@transaction.atomic
def withdraw_practice(practice: Practice, *, by: Staff, reason: str, now: datetime | None = None) -> None:
    """Take a practice out of every public place; its address stays and says so. Doing it twice is a success."""
    now = now or timezone.now()
    catalogue_version.bump()
    if not Practice.objects.filter(pk=practice.pk, withdrawn_at=None).update(
        withdrawn_at=now, withdrawal_reason=reason
    ):
        return
    practice.withdrawn_at, practice.withdrawal_reason = now, reason
    indexing.remove_from_index(practice)
    outbox.cancel_announcements(practice, now=now)
    _record(practice, State.PUBLISHED, State.WITHDRAWN, by=by, reason=reason, at=now)


@transaction.atomic
def restore_practice(practice: Practice, *, by: Staff, reason: str = "", now: datetime | None = None) -> None:
    """Make a withdrawn or merged practice public again, at its old place. Doing it twice is a success.

    Anybody may read the reason, beside that of the withdrawal.

    News of it that had not gone out when it was withdrawn goes out now.
    """
    now = now or timezone.now()
    catalogue_version.bump()
    withdrawn_at = Practice.objects.select_for_update().get(pk=practice.pk).withdrawn_at
    if withdrawn_at is None:
        return
    Practice.objects.filter(pk=practice.pk).update(withdrawn_at=None, withdrawal_reason="", merged_into=None)
    practice.withdrawn_at, practice.withdrawal_reason, practice.merged_into = None, "", None
    indexing.index_practice(practice, practice.document)
    outbox.restore_announcements(practice, cancelled_at=withdrawn_at)
    _record(practice, State.WITHDRAWN, State.PUBLISHED, by=by, reason=reason, at=now)


def _record(practice: Practice, before: State, after: State, *, by: Staff, reason: str, at: datetime) -> None:
    ModerationEvent.objects.create(
        practice=practice, from_state=before, to_state=after, by=by, reason=reason, at=at
    )
