"""Redaction: removing texts from the earlier revisions of a practice for good."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from practices import clock, documents
from practices.choices import DECIDED
from practices.core import catalogue_version
from practices.discovery import indexing
from practices.models import ModerationEvent, Practice, Revision, Submission, delete_dumps
from practices.workflow.errors import StillPublished
from practices.workflow.publishing import lock_practice, record_step
from practices.workflow.transitions import Staff


def redactable(revision: Revision) -> list[str]:
    """Return the names of the fields of free text in which a revision says anything."""
    return [
        name for name, field in documents.FIELDS.items() if field.is_free_text and revision.document.get(name)
    ]


@transaction.atomic
def redact_revision(
    practice: Practice,
    number: int,
    *,
    fields: Collection[str],
    by: Staff,
    reason: str,
    seen: str | None = None,
    now: datetime | None = None,
) -> bool:
    """Remove the texts of these fields from an earlier revision; `reason` is its public note.

    The same text goes from all earlier revisions and from submissions to the practice, so that no comparison shows it,
    and what translates it from translations of these revisions.
    Submissions that are undecided get the latest text in its place. The fingerprint stays: an import recognises the
    text by it, and does not bring it back. Returns False if there is nothing to remove. Raises StillPublished, and
    PracticeRevisedMeanwhile unless the `standing` is as `seen`.
    """
    now = now or clock.now()
    catalogue_version.bump()
    practice = lock_practice(practice, "redact_revision", by=by, seen=seen)
    latest = practice.document
    revision = practice.revisions.get(number=number)
    removed = {name: revision.document[name] for name in redactable(revision) if name in fields}
    if same := [name for name, text in removed.items() if latest[name] == text]:
        raise StillPublished(same)
    if not removed:
        return False
    earlier = list(practice.revisions.exclude(number=practice.revision_number))
    having = {each.number: has for each in earlier if (has := _having(each.document, removed))}
    for each in earlier:
        _redact(each, removed, reason=reason, now=now)
    for submission in practice.submissions.select_for_update().order_by("pk"):
        _remove_from_submission(submission, removed, latest)
        if submission.is_translation and submission.based_on in having:
            _remove_translated(submission, having[submission.based_on])
    if _redact_translations(practice, having, reason=reason, now=now) and practice.is_public:
        indexing.index_practice(practice, latest)
    Practice.objects.filter(pk=practice.pk).update(changed_at=clock.now())
    delete_dumps()
    names = ", ".join(sorted(removed))
    record_step(
        practice,
        "redact_revision",
        before=practice.state,
        by=by,
        internal_note=f"{number}: {names}. {reason}",
        at=now,
    )
    return True


def _redact(revision: Revision, removed: dict[str, Any], *, reason: str, now: datetime) -> None:
    """Remove from a revision what it has of these texts."""
    if not (names := _having(revision.document, removed)):
        return
    revision.document |= {name: _blank(name) for name in names}
    revision.redacted_fields = sorted({*revision.redacted_fields, *names})
    revision.redacted_at, revision.redaction_note = now, reason
    revision.save(update_fields=["document", "redacted_fields", "redacted_at", "redaction_note"])


def _remove_from_submission(submission: Submission, removed: dict[str, Any], latest: dict[str, Any]) -> None:
    """Remove what a submission has of these texts, and what was recorded of their corrections."""
    for event in ModerationEvent.objects.filter(submission=submission).exclude(changes={}):
        kept = {
            name: values
            for name, values in event.changes.items()
            if name not in removed or removed[name] not in values
        }
        if kept != event.changes:
            event.changes = kept
            event.save(update_fields=["changes"])
    if not (names := _having(submission.document, removed)):
        return
    is_decided = submission.state in DECIDED
    document = submission.document | {name: _blank(name) if is_decided else latest[name] for name in names}
    Submission.objects.filter(pk=submission.pk).update(document=document, version=F("version") + 1)


def _remove_translated(submission: Submission, names: Collection[str]) -> None:
    """Remove from the submission of a translation what it has of these fields, in its own language."""
    submission.refresh_from_db()
    for event in submission.events.exclude(changes={}):
        event.changes = {name: values for name, values in event.changes.items() if name not in names}
        event.save(update_fields=["changes"])
    document = submission.document | {name: _blank(name) for name in names}
    Submission.objects.filter(pk=submission.pk).update(document=document, typed={}, version=F("version") + 1)


def _redact_translations(
    practice: Practice, having: Mapping[int, Collection[str]], *, reason: str, now: datetime
) -> bool:
    """Remove fields from the translations of the revisions that had them; one without its title is withdrawn.

    Returns whether there was any.
    """
    found = list(practice.translations.filter(of_revision__in=having))
    for translation in found:
        names = having[translation.of_revision]
        translation.texts = {name: text for name, text in translation.texts.items() if name not in names}
        lacking = [name for name in documents.NEEDED if name in names]
        translation.texts |= {name: _blank(name) for name in lacking}
        if lacking and translation.is_public:
            translation.withdrawn_at, translation.withdrawal_reason = now, reason
        translation.number += 1
        translation.save(update_fields=["texts", "withdrawn_at", "withdrawal_reason", "number"])
    return bool(found)


def _having(document: dict[str, Any], removed: dict[str, Any]) -> list[str]:
    return [name for name, text in removed.items() if document.get(name) == text]


def _blank(name: str) -> Any:
    """Return what stands in the place of a text: nothing, or a word where the field cannot be empty."""
    field = documents.FIELDS[name]
    return gettext("[removed]") if field.required else field.empty
