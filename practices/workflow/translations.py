"""Translations of practices: begun by readers, moderated like any submission, published beside the original."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from practices import clock, documents
from practices.choices import Kind, State
from practices.core import catalogue_version
from practices.documents import Document
from practices.documents.translations import has_changed
from practices.models import Practice, Submission, Submitter, Translation, revision_notes
from practices.workflow.errors import PracticeRevisedMeanwhile
from practices.workflow.messages import Cause, notify_beside, notify_submitter
from practices.workflow.publishing import lock_practice, record_step, renew
from practices.workflow.submission import Typed, begin
from practices.workflow.transitions import Staff


@transaction.atomic
def begin_translation(
    practice: Practice,
    document: Document,
    *,
    submitter: Submitter,
    form_key: str,
    language: str,
    typed: Typed | None = None,
    based_on: int,
    machine: str = "",
    trapped: bool = False,
    now: datetime | None = None,
) -> Submission:
    """Create a draft of a translation into the language of `document`, as `begin` does.

    `document` is that of revision `based_on` with the translated texts, and the credit of the translator. Raises
    TransitionNotAllowed if the practice is not public.
    """
    practice = lock_practice(practice, "begin_translation")
    return begin(
        document,
        submitter=submitter,
        form_key=form_key,
        language=language,
        typed=typed,
        practice=practice,
        based_on=based_on,
        translates_into=document["language"],
        machine=machine,
        trapped=trapped,
        now=now,
    )


def publish_translation(submission: Submission, *, now: datetime) -> Translation:
    """Publish the texts of a submission as the translation into its language, in place of the one there is.

    Call it after `catalogue_version.bump`, in the transaction of the step.
    """
    practice = Practice.objects.select_for_update(no_key=True).get(submissions=submission)
    number = submission.based_on or practice.revision_number
    translated = practice.revisions.filter(number=number).first()
    values: dict[str, Any] = {
        "texts": documents.texts_of(submission.document),
        "translator": submission.document["credit"],
        "machine": submission.machine,
        "of_revision": number,
        "is_outdated": translated is not None and has_changed(translated.document, practice.document),
        "revised_at": now,
        "withdrawn_at": None,
        "withdrawal_reason": "",
    }
    translation, is_new = Translation.objects.get_or_create(
        practice=practice, language=submission.translates_into, defaults={**values, "published_at": now}
    )
    if not is_new:
        values |= {"number": translation.number + 1, "revised_at": max(now, translation.published_at)}
        Translation.objects.filter(pk=translation.pk).update(**values)
        translation.refresh_from_db()
    renew([practice.pk])
    notify_beside(
        translation,
        Cause.TRANSLATED,
        sender=submission.submitter.email,
        named=lambda: {"language": translation.language_name},
    )
    return translation


@dataclasses.dataclass(frozen=True)
class NewTranslation:
    """A valid translation from elsewhere, to be published with its practice."""

    language: str
    texts: dict[str, Any]
    translator: str
    machine: str
    of_revision: int
    is_outdated: bool


def missing_translations(practice: Practice, new: Sequence[NewTranslation]) -> list[NewTranslation]:
    """Return those into languages that a practice has no translation into yet, not even a withdrawn one."""
    present = set(practice.translations.values_list("language", flat=True)) if new else set()
    return [each for each in new if each.language not in present | {practice.language}]


@transaction.atomic
def add_translations(practice: Practice, new: Sequence[NewTranslation], *, at: datetime) -> int:
    """Publish translations into languages that a practice lacks, and return their number. Those there are stay.

    `at` is when they were published. Translations of a revision that the practice has not had are of its latest one.
    """
    if not (added := missing_translations(practice, new)):
        return 0
    catalogue_version.bump()
    Translation.objects.bulk_create(
        Translation(
            practice=practice,
            published_at=at,
            revised_at=at,
            **dataclasses.asdict(each) | {"of_revision": min(each.of_revision, practice.revision_number)},
        )
        for each in added
    )
    renew([practice.pk])
    return len(added)


@transaction.atomic
def withdraw_translation(
    practice: Practice,
    *,
    language: str,
    by: Staff,
    reason: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> bool:
    """Take a translation out of the catalogue; readers of its language see the original. Its translators are told why.

    `seen` is the version that the moderator has read. Returns False if it is withdrawn already. Raises
    PracticeRevisedMeanwhile if there is another version by now, and TransitionNotAllowed.
    """
    return _set_withdrawn(
        practice, "withdraw_translation", language=language, by=by, reason=reason, seen=seen, now=now
    )


@transaction.atomic
def restore_translation(
    practice: Practice,
    *,
    language: str,
    by: Staff,
    reason: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> bool:
    """Show a translation again that was withdrawn, and tell its translators. As `withdraw_translation` otherwise."""
    return _set_withdrawn(
        practice, "restore_translation", language=language, by=by, reason=reason, seen=seen, now=now
    )


def _set_withdrawn(
    practice: Practice,
    name: str,
    *,
    language: str,
    by: Staff,
    reason: str,
    seen: int | None,
    now: datetime | None,
) -> bool:
    now, withdraws = now or clock.now(), name == "withdraw_translation"
    catalogue_version.bump()
    practice = lock_practice(practice, name, by=by)
    translation = practice.translations.select_related("practice").get(language=language)
    if seen not in (None, translation.number):
        raise PracticeRevisedMeanwhile(practice.revision_number)
    if (translation.withdrawn_at is not None) == withdraws:
        return False
    translation.withdrawn_at = now if withdraws else None
    translation.withdrawal_reason = reason if withdraws else ""
    translation.save(update_fields=["withdrawn_at", "withdrawal_reason"])
    renew([practice.pk])
    note = revision_notes.TRANSLATION_WITHDRAWN if withdraws else revision_notes.TRANSLATION_RESTORED
    public = set(practice.translations.published().values_list("language", flat=True))
    record_step(
        practice,
        name,
        before=practice.state,
        by=by,
        reason=reason,
        internal_note=note % {"language": language},
        changes={"translations": [sorted(public ^ {language}), sorted(public)]},
        at=now,
    )
    kind = Kind.TRANSLATION_WITHDRAWN if withdraws else Kind.TRANSLATION_RESTORED
    for submission in translators(translation):
        notify_submitter(submission, kind, reason=reason)
    return True


@transaction.atomic
def remove_translator(practice: Practice, *, language: str) -> None:
    """Remove the name of the translator for good; the translation stays."""
    practice = Practice.objects.select_for_update(no_key=True).get(pk=practice.pk)
    practice.translations.filter(language=language).update(translator="", number=F("number") + 1)
    renew([practice.pk])


def translators(translation: Translation) -> list[Submission]:
    """Return the submission that brought a translation as it is, if its address is confirmed; none after its erasure."""
    rows = Submission.objects.filter(
        practice=translation.practice_id, translates_into=translation.language, state=State.PUBLISHED
    )
    latest = rows.select_related("submitter").order_by("decided_at", "pk").last()
    is_reachable = latest and latest.submitter.email and latest.submitter.verified_at
    return [latest] if latest and is_reachable else []
