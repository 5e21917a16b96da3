"""Publishing a document as a practice or its next revision, and helpers that all steps of practices share."""

import dataclasses
from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext

from practices import clock, documents
from practices.choices import PracticeState
from practices.core import catalogue_version
from practices.discovery import indexing
from practices.documents import Document
from practices.documents.files import Files, facts, of_practice
from practices.models import ModerationEvent, Practice, Revision, StoredFile
from practices.notifications import subscriptions, websub
from practices.workflow.attachments import record_files
from practices.workflow.errors import PracticeRevisedMeanwhile
from practices.workflow.messages import Cause, notify_revised
from practices.workflow.transitions import Staff, check, transition


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
    cause: Cause | None = None,
    sender: str = "",
    now: datetime | None = None,
) -> Practice:
    """Publish a valid document with its files as a new practice, or as the next revision of `to`.

    Without `files`, a practice keeps those it has. What says and has the same as the latest revision makes no new one:
    `revision_number` tells whether there was anything to publish. `seen` is the number of the revision that an editor
    has read; raises PracticeRevisedMeanwhile if there is a newer one.

    A new practice is announced to subscribers unless `announce` is false, as in a bulk import. A later revision is
    announced if it is `material`, that is of interest to people who have read the practice before.

    With a `cause`, the submitters who speak for a public practice are told of a new revision, apart from the address
    `sender`, which has sent it in.
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
            before = to.document
            if _is_same(document, before, files, present=present):
                return to
        practice = documents.apply(document, to=to, at=now)
        is_first = practice.revision_number == 1
        note = note or (gettext("First published") if is_first else "")
        revision = _record(practice, document, files or [], note=note, by=by, at=now)
        if announce if is_first else material:
            subscriptions.announce(revision)
        if announce:
            websub.enqueue(practice, now=now)
        if cause and to is not None and practice.is_public:
            changed = documents.changed_fields(before, revision.document)
            changed += ["files"] if facts(files or []) != facts(present) else []
            notify_revised(revision, cause, fields=changed, sender=sender)
        return practice


@dataclasses.dataclass(frozen=True)
class Origin:
    """Facts about a practice in the catalogue that it was exported from."""

    pk: int
    revision: int
    published_at: datetime
    revised_at: datetime
    checked_on: date | None
    doi: str


@transaction.atomic
def recreate_practice(
    document: Document, *, origin: Origin, files: Iterable[StoredFile] = (), note: str = ""
) -> Practice:
    """Publish a valid document with its files as the practice that it was elsewhere, with its number and dates.

    No practice may have its number yet. Nobody is told.
    """
    with catalogue_version.reading(catalogue_version.bump()):
        before = Practice(
            pk=origin.pk,
            revision_number=origin.revision - 1,
            published_at=origin.published_at,
            checked_on=origin.checked_on,
            doi=origin.doi,
        )
        practice = documents.apply(document, to=before, at=origin.revised_at)
        reserve_numbers(origin.pk)
        _record(practice, document, files, note=note, by=None, at=origin.revised_at)
        return practice


def reserve_numbers(highest: int) -> None:
    """Have the next practice get a number after `highest`. Numbers that were given before stay given."""
    table = Practice._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT %s, 0 "
                "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = %s)",
                [table, table],
            )
            cursor.execute("UPDATE sqlite_sequence SET seq = max(seq, %s) WHERE name = %s", [highest, table])
        else:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
            sequence = cursor.fetchone()[0]
            cursor.execute(
                f"SELECT setval(%s, greatest(%s, (SELECT last_value FROM {sequence})))",  # noqa: S608 - our own name
                [sequence, highest],
            )


def _record(
    practice: Practice,
    document: Document,
    files: Iterable[StoredFile],
    *,
    note: str,
    by: Staff | None,
    at: datetime,
) -> Revision:
    """Create the latest revision of a practice, and index the practice if it is public."""
    revision = Revision.objects.create(
        practice=practice,
        number=practice.revision_number,
        document=documents.complete(document),
        fingerprint=documents.fingerprint(document),
        source_key=documents.source_key(document),
        note=note,
        published_at=at,
        by=by,
        files_recorded=True,
    )
    record_files(revision, files)
    if practice.is_public:
        indexing.index_practice(practice, revision.document)
    return revision


def _is_same(document: Document, latest: Document, files: Files, *, present: Files) -> bool:
    return not documents.changed_fields(latest, document) and facts(files) == facts(present)


def standing(practice: Practice) -> str:
    """Return a string that identifies what an editor reads: the latest revision, and whether it is public."""
    return f"{practice.revision_number}/{practice.withdrawn_at or ''}/{practice.merged_into_id or ''}"


def lock_practice(
    practice: Practice, name: str, *, by: Staff | None = None, seen: str | None = None
) -> Practice:
    """Lock a practice until the transaction ends, `check` the step of that name, and return the row as it is.

    Raises TransitionNotAllowed, and PracticeRevisedMeanwhile if `standing` is not as `seen`.
    """
    row = Practice.objects.select_for_update().get(pk=practice.pk)
    check(row, name, by=by)
    if seen is not None and seen != standing(row):
        raise PracticeRevisedMeanwhile(row.revision_number)
    return row


def record_step(
    practice: Practice,
    name: str,
    *,
    before: PracticeState,
    by: Staff,
    at: datetime,
    reason: str = "",
    internal_note: str = "",
) -> None:
    """Record a step of a practice that was in the state `before`."""
    step = transition(name, by=by)
    if step.act is None:
        raise ValueError(f"{name} records no event")
    ModerationEvent.objects.create(
        practice=practice,
        act=step.act,
        from_state=before.recorded_as,
        to_state=(step.target or before).recorded_as,
        by=by,
        reason=reason,
        internal_note=internal_note,
        at=at,
    )
