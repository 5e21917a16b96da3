"""Practices as the API gives them: a published one with its document and files, a withdrawn one as a tombstone."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F

from practices.core.http.guards import site_address
from practices.documents import FIELDS, for_readers
from practices.documents.files import Files, of_practice, of_revision
from practices.models import Practice, Revision
from practices.models.attachment import public_url

type Record = dict[str, Any]

DATES = ("published_at", "revised_at", "changed_at", "checked_on")
NAMES = ("id", "status", "url", "permanent_url", *DATES, "revision", *FIELDS, "files")
"""Fields of a published practice, in their order."""


def records(keys: Sequence[int]) -> list[Record]:
    """Return the record of each practice, in order; a key without a practice has none. Two queries."""
    latest = (
        Revision.objects.filter(practice__in=keys, number=F("practice__revision_number"))
        .select_related("practice")
        .prefetch_related("files")
    )
    found = {revision.practice_id: revision for revision in latest}
    return [practice_record(found[key]) for key in keys if key in found]


def practice_record(latest: Revision) -> Record:
    """Return the record of a practice by its latest revision."""
    practice = latest.practice
    if not practice.is_public:
        return tombstone(practice)
    files = of_revision(latest)
    return {
        "id": practice.pk,
        "status": "published",
        "url": site_address(practice.get_absolute_url()),
        "permanent_url": site_address(f"/p/{practice.pk}"),
        **{name: getattr(practice, name) for name in DATES},
        "revision": latest.number,
        **for_readers(latest.document),
        "files": file_records(practice, of_practice(practice) if files is None else files),
    }


def tombstone(practice: Practice) -> Record:
    """Return the record of a practice that was withdrawn, or merged into another one."""
    return {
        "id": practice.pk,
        "status": "withdrawn" if practice.merged_into_id is None else "merged",
        "permanent_url": site_address(f"/p/{practice.pk}"),
        "changed_at": practice.changed_at,
        "withdrawn_at": practice.withdrawn_at,
        "reason": practice.withdrawal_reason,
        "merged_into": practice.merged_into_id,
    }


def revision_record(revision: Revision, practice: Practice) -> Record:
    """Return the record of one revision of a public practice. Its `files` are null if they were not recorded."""
    files = of_revision(revision)
    return {
        "id": practice.pk,
        "revision": revision.number,
        "published_at": revision.published_at,
        "note": revision.note,
        "document": for_readers(revision.document),
        "files": None if files is None else file_records(practice, files),
    }


def file_records(practice: Practice, files: Files) -> list[Record]:
    """Return the files of a practice that are still public."""
    return [
        {
            "name": file.name,
            "description": file.description,
            "content_type": file.content_type,
            "size": file.size,
            "sha256": file.sha256,
            "url": site_address(public_url(practice.pk, file)),
        }
        for file in files
        if file.name
    ]
