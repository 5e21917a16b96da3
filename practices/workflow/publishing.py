"""Publishing, withdrawing and restoring practices. Every publication ends in `publish_document`."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from practices import clock, documents
from practices.choices import State
from practices.core import catalogue_version
from practices.discovery import indexing
from practices.documents import Document
from practices.documents.files import Files, facts, of_practice
from practices.models import ModerationEvent, Practice, Revision, StoredFile
from practices.notifications import outbox, subscriptions, websub
from practices.workflow.attachments import record_files
from practices.workflow.errors import PracticeRevisedMeanwhile
from practices.workflow.transitions import Staff


@transaction.atomic
def publish_document(
    document: Document,
    *,
    files: Iterable[StoredFile] | None = None,
    to: Practice | None = None,
    seen: int | None = None,
    by: Staff | None = None,
    note: str = "",
    announce: bool = True,
    material: bool = False,
    now: datetime | None = None,
) -> Practice:
    """Publish a valid document with its files as a new practice, or as the next revision of `to`.

    Without `files`, a practice keeps those it has. What says and has the same as the latest revision makes no new one:
    `revision_number` tells whether there was anything to publish. `seen` is the number of the revision that an editor
    has read; raises PracticeRevisedMeanwhile if there is a newer one.

    A new practice is announced to subscribers unless `announce` is false, as in a bulk import. A later revision is
    announced if it is `material`, that is of interest to people who have read the practice before.
    """
    now = now or clock.now()
    with catalogue_version.reading(catalogue_version.bump()):
        if to is not None:
            # The lock gives concurrent revisions different numbers; the fresh row shows a withdrawal since.
            to = Practice.objects.select_for_update().get(pk=to.pk)
            if seen not in (None, to.revision_number):
                raise PracticeRevisedMeanwhile(to.revision_number)
            present = of_practice(to)
            files = present if files is None else list(files)
            if _is_same(document, files, to=to, present=present):
                return to
        practice = documents.apply(document, to=to, at=now)
        is_first = practice.revision_number == 1
        revision = Revision.objects.create(
            practice=practice,
            number=practice.revision_number,
            document=documents.complete(document),
            fingerprint=documents.fingerprint(document),
            source_key=documents.source_key(document),
            note=note or (gettext("First published") if is_first else ""),
            published_at=now,
            by=by,
            files_recorded=True,
        )
        record_files(revision, files or [])
        if practice.withdrawn_at is None:
            indexing.index_practice(practice, revision.document)
        if announce if is_first else material:
            subscriptions.announce(revision)
        if announce:
            websub.enqueue(practice, now=now)
        return practice


def _is_same(document: Document, files: Files, *, to: Practice, present: Files) -> bool:
    latest = to.revisions.latest("number").document
    return not documents.changed_fields(latest, document) and facts(files) == facts(present)


@transaction.atomic
def withdraw_practice(practice: Practice, *, by: Staff, reason: str, now: datetime | None = None) -> None:
    """Remove a practice from every public page; its address answers 410 with the reason. Idempotent."""
    now = now or clock.now()
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
    """Publish a withdrawn or merged practice again, at its old address and date. Idempotent.

    The reason is public, as that of the withdrawal. Announcements cancelled by the withdrawal are queued again.
    """
    now = now or clock.now()
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
