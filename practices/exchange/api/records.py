"""Practices as the API gives them: a published one as exports write it, a withdrawn one as a tombstone."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language

from practices.core.http.guards import site_address
from practices.documents import FIELDS, for_readers
from practices.documents.files import of_revision
from practices.documents.translations import translated
from practices.exchange.exports.columns import MEMBERS, in_utc, item
from practices.exchange.exports.records import Record, records
from practices.models import Practice, Revision, text_direction

type Json = dict[str, Any]

NAMES = ("id", "status", "changed_at", *(name for name in MEMBERS if name != "id"), "display")
"""Fields of a published practice, in their order."""


def practice_records(keys: Sequence[int]) -> list[Json]:
    """Return the record of each practice, in order; a key without a practice has none.

    Two queries, and one for translations if there are any. A record of a public practice says what to `display`.
    """
    found = {record.practice.pk: record for record in records(Practice.objects.filter(pk__in=keys))}
    return [
        practice_record(record) | ({"display": _display(record)} if record.practice.is_public else {})
        for record in (found[key] for key in keys if key in found)
    ]


def _display(record: Record) -> Json:
    """Return the texts of a practice for readers of the active language."""
    translation = record.translation_into(get_language())
    texts = translated(record.document, translation) if translation else record.document
    language = translation.language if translation else record.document["language"]
    return {
        "language": language,
        "direction": text_direction(language),
        "title": texts["title"],
        "summary": texts["summary"],
    }


def practice_record(record: Record) -> Json:
    """Return the record of a practice; of one that is not public, its tombstone."""
    practice = record.practice
    if not practice.is_public:
        return tombstone(practice)
    return {
        "id": practice.pk,
        "status": "published",
        "changed_at": in_utc(practice.changed_at),
        **item(record),
    }


def tombstone(practice: Practice) -> Json:
    """Return the record of a practice that was withdrawn, or merged into another one."""
    return {
        "id": practice.pk,
        "status": "withdrawn" if practice.merged_into_id is None else "merged",
        "changed_at": in_utc(practice.changed_at),
        "url": site_address(practice.get_permanent_url()),
        "withdrawn_at": practice.withdrawn_at and in_utc(practice.withdrawn_at),
        "reason": practice.public_reason,
        "merged_into": practice.merged_into_id,
    }


def _redaction(revision: Revision) -> Json | None:
    """Return what was removed from a revision for good, when and why; None if nothing was."""
    if revision.redacted_at is None:
        return None
    return {
        "at": in_utc(revision.redacted_at),
        "note": revision.redaction_note,
        "fields": revision.redacted_fields,
    }


def revision_record(revision: Revision, practice: Practice) -> Json:
    """Return the record of one revision of a public practice. Its `files` are null if they were not recorded."""
    files = of_revision(revision)
    record = Record(practice, for_readers(revision.document), [file for file in files or [] if file.name])
    return {
        "id": practice.pk,
        "revision": revision.number,
        "published_at": in_utc(revision.published_at),
        "note": revision.local_note,
        "redaction": _redaction(revision),
        "document": {name: MEMBERS[name].value(record) for name in FIELDS},
        "files": None if files is None else MEMBERS["files"].value(record),
    }
