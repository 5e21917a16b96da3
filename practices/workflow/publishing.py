"""Publishing a document as a practice or its next revision, and helpers that all steps of practices share."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import connection, transaction

from practices import clock, documents
from practices.choices import PracticeState
from practices.core import catalogue_version
from practices.discovery import indexing
from practices.discovery.indexing import Analysis
from practices.documents import Document
from practices.documents.files import Files, facts, of_practice
from practices.documents.translations import has_changed
from practices.models import ModerationEvent, Practice, Revision, StoredFile, delete_dumps, revision_notes
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
            to = Practice.objects.select_for_update(no_key=True).get(pk=to.pk)
            if seen not in (None, to.revision_number):
                raise PracticeRevisedMeanwhile(to.revision_number)
            present = of_practice(to)
            files = present if files is None else list(files)
            before = to.document
            if _is_same(document, before, files, present=present):
                return to
        practice = documents.apply(document, to=to, at=now)
        is_first = practice.revision_number == 1
        note = note or (revision_notes.FIRST_PUBLISHED if is_first else "")
        if to is not None and has_changed(before, document):
            practice.translations.update(is_outdated=True)
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


@dataclasses.dataclass(frozen=True)
class NewPractice:
    """A valid document with its files, to be published as a new practice."""

    document: Document
    analysis: Analysis
    """The result of `analyse` for the document."""
    files: Sequence[StoredFile] = ()
    origin: Origin | None = None
    """The practice that it was elsewhere, if it keeps its number and dates. No practice may have that number yet."""

    def unsaved(self, *, now: datetime) -> Practice:
        if self.origin is None:
            return Practice(published_at=now)
        return Practice(
            pk=self.origin.pk,
            revision_number=self.origin.revision - 1,
            published_at=self.origin.published_at,
            checked_on=self.origin.checked_on,
            doi=self.origin.doi,
        )


def analyse(whole: Sequence[Document]) -> list[Analysis]:
    """Analyse valid documents before the transaction that publishes them, as this takes longer than the rest."""
    return indexing.analyse([documents.complete(document) for document in whole])


@transaction.atomic
def publish_documents(
    new: Iterable[NewPractice], *, note: str, by: Staff | None = None, now: datetime | None = None
) -> list[Practice]:
    """Publish new practices together, with the same rows as `publish_document` one by one. Nobody is told."""
    now = now or clock.now()
    with catalogue_version.reading(catalogue_version.bump()):
        # Numbers that are given and numbers that are the next ones take turns as the practices do.
        return [
            practice
            for _is_new_here, some in groupby(new, key=lambda each: each.origin is None)
            for practice in _create(list(some), note=note, by=by, now=now)
        ]


def _create(new: list[NewPractice], *, note: str, by: Staff | None, now: datetime) -> list[Practice]:
    """Create practices all of which have an origin, or none."""
    instants = [each.origin.revised_at if each.origin else now for each in new]
    practices = [each.unsaved(now=now) for each in new]
    documents.create(
        [(practice, each.document, at) for practice, each, at in zip(practices, new, instants, strict=True)]
    )
    if numbers := [each.origin.pk for each in new if each.origin]:
        reserve_numbers(max(numbers))
        by = None
    revisions = Revision.objects.bulk_create(
        _revision(practice, each.document, note=note, by=by, at=at)
        for practice, each, at in zip(practices, new, instants, strict=True)
    )
    for revision, each in zip(revisions, new, strict=True):
        if each.files:
            record_files(revision, each.files)
    indexing.index_new(
        [
            (practice, revision.document, each.analysis)
            for practice, revision, each in zip(practices, revisions, new, strict=True)
        ]
    )
    return practices


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
    revision = _revision(practice, document, note=note, by=by, at=at)
    revision.save()
    record_files(revision, files)
    if practice.is_public:
        indexing.index_practice(practice, revision.document)
    return revision


def _revision(
    practice: Practice, document: Document, *, note: str, by: Staff | None, at: datetime
) -> Revision:
    """Build the latest revision of a practice, unsaved."""
    return Revision(
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


def _is_same(document: Document, latest: Document, files: Files, *, present: Files) -> bool:
    return not documents.changed_fields(latest, document) and facts(files) == facts(present)


def standing(practice: Practice) -> str:
    """Return a string that identifies what an editor reads: the latest revision, and whether it is public."""
    return f"{practice.revision_number}/{practice.withdrawn_at or ''}/{practice.merged_into_id or ''}"


def lock_practice(
    practice: Practice, name: str, *, by: Staff | None = None, seen: str | None = None
) -> Practice:
    """Lock a practice until the transaction ends, `check` the step of that name, and return the row as it is.

    Rows may still refer to it meanwhile: a submission that is called a duplicate of it is locked by then.
    Raises TransitionNotAllowed, and PracticeRevisedMeanwhile if `standing` is not as `seen`.
    """
    row = Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
    check(row, name, by=by)
    if seen is not None and seen != standing(row):
        raise PracticeRevisedMeanwhile(row.revision_number)
    return row


def renew(practices: Iterable[int]) -> None:
    """Have lists, search and whoever asks for what has changed find practices with what stands beside them as it is.

    Call it after `catalogue_version.bump`.
    """
    for practice in Practice.objects.filter(pk__in=practices).order_by("pk"):
        Practice.objects.filter(pk=practice.pk).update(changed_at=clock.now())
        if practice.is_public:
            indexing.index_practice(practice, practice.document)
    delete_dumps()


def record_step(
    practice: Practice,
    name: str,
    *,
    before: PracticeState,
    by: Staff,
    at: datetime,
    reason: str = "",
    internal_note: str = "",
    changes: dict[str, Any] | None = None,
) -> None:
    """Record a step of a practice that was in the state `before`, with what it `changes`: name → before and after."""
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
        changes=changes or {},
        at=at,
    )
