"""Erasure of personal data."""

import dataclasses
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q

from practices import clock, workflow
from practices.choices import AuditAct, State
from practices.core import audit, catalogue_version
from practices.discovery import search
from practices.models import (
    ModerationEvent,
    Practice,
    Revision,
    Submission,
    Submitter,
    delete_dumps,
    revision_notes,
)
from practices.models.submission import new_token
from practices.notifications import subscriptions
from practices.personal_data.held import Held
from practices.personal_data.kept_credit import key_of

RETENTION = "retention"
"""`by` of an erasure whose time has come. Published answers then stay: they name nobody."""


@dataclasses.dataclass(frozen=True)
class Erased:
    """Numbers of what an erasure has deleted and kept, for the page that tells it."""

    contacts: int
    submissions: int
    """Deleted, as they were not published."""
    practices: int
    """Still in the catalogue."""
    left: int
    """Kept for moderators, though no longer in the catalogue."""
    translations: int
    """Kept, in the catalogue or not."""
    subscriptions: int
    messages: int
    credits_kept: int
    questions: int
    """Questions that they asked or answered."""
    credits_removed: int
    """Practices with a public credit."""


@transaction.atomic
def erase(
    held: Held, *, keep_credit: bool, way: str = "link", by: str = "", now: datetime | None = None
) -> Erased:
    """Erase what is held, and return the numbers of it. Idempotent.

    In the audit log, `way` says by which page or command, and `by` names the account of staff.

    What is not published is deleted. Published practices stay; unless `keep_credit`, the public credit that these
    submissions brought is removed from every revision. An anonymous row stays behind published practices, so that
    decisions on them stay on record; while the credit stays, the row keeps a keyed hash of the address, by which its
    owner can have the credit removed later.
    """
    if not keep_credit or _shows_questions(held):
        catalogue_version.bump()
    now = now or clock.now()
    # Subscribers first, then submissions, then submitters: every step locks them in this order.
    subscribers = list(held.subscribers.select_for_update().order_by("pk"))
    submissions = _locked_submissions(held, keep_credit=keep_credit)
    submitters = list(held.submitters.select_for_update().order_by("pk"))
    credited = set(held.credited.values_list("pk", flat=True))
    erased = _count(held, keep_credit=keep_credit)
    workflow.keep_reminders(held.messages, submissions, held.contacts)
    held.messages.delete()
    workflow.forget_askers(held.asked)
    own_contacts = held.contacts.select_for_update().order_by("pk")
    workflow.forget_recipients(submissions, own_contacts, keep_published=by == RETENTION, now=now)
    for subscriber in subscribers:
        subscriptions.erase(subscriber, now=now)
    held.requests.delete()
    delete_log_entries(Submitter, submitters)
    delete_log_entries(Submission, submissions)
    if not keep_credit:
        _remove_credits(held, held.credited_practices, now=now)
        held.erased.update(erased_key="")
    for submission in submissions:
        if submission.state != State.PUBLISHED:
            submission.delete()
            continue
        is_removed = not keep_credit and submission.pk in credited
        _anonymise_submission(submission, keep_credit=not is_removed)
    _record(held, submitters, erased, way=way, by=by)
    for submitter in submitters:
        keeps = keep_credit and any(
            one.submitter_id == submitter.pk and one.pk in credited for one in submissions
        )
        _anonymise_submitter(submitter, submissions, key=key_of(submitter.email) if keeps else "", now=now)
    return erased


def _shows_questions(held: Held) -> bool:
    """Return whether a page shows questions or answers of theirs, or offers to ask them."""
    return held.asked.exists() or held.contacts.exists() or held.published.exists()


def _record(held: Held, submitters: list[Submitter], erased: Erased, *, way: str, by: str) -> None:
    """Record an erasure in the audit log, under the hash of the address that it is about."""
    address = held.address or next((one.email for one in submitters if one.email), "")
    numbers = f"submissions: {erased.submissions}, practices: {erased.practices}, subscriptions: {erased.subscriptions}"
    audit.record(AuditAct.DATA_ERASED, by=by, address=address, what=f"{way}: {numbers}")


def _count(held: Held, *, keep_credit: bool) -> Erased:
    credited = len(held.credited_practices)
    return Erased(
        contacts=held.submitters.exclude(honorific="", name="", organisation="", email="").count(),
        submissions=held.unpublished.count(),
        practices=held.published.filter(withdrawn_at=None).count(),
        left=held.published.exclude(withdrawn_at=None).count(),
        translations=len(held.published_translations),
        subscriptions=held.subscriptions.count(),
        messages=held.personal_messages.count(),
        questions=held.asked.count() + held.answered.exclude(answer="").count(),
        credits_kept=credited if keep_credit else 0,
        credits_removed=0 if keep_credit else credited,
    )


@transaction.atomic
def remove_credit(held: Held, practice: Practice, *, now: datetime | None = None) -> bool:
    """Remove the public credit that came with these submissions from a practice, its revisions and translations.

    Returns False if they brought it none, as after the same form was sent before.
    """
    catalogue_version.bump()
    if practice not in held.credited_practices:
        return False
    audit.record(AuditAct.CREDIT_REMOVED, address=held.address, what=f"link: practice {practice.pk}")
    _remove_credits(held, [practice], now=now or clock.now())
    kept = list(held.credited.values_list("submitter", flat=True))
    held.erased.exclude(pk__in=kept).update(erased_key="")
    return True


def _locked_submissions(held: Held, *, keep_credit: bool) -> list[Submission]:
    """Lock the submissions and return them. Without `keep_credit`, lock beside them all whose credit is removed.

    In one go, in the order of their keys, as every step that needs several: so two of them cannot deadlock.

    A step that held one of the locks may have begun an update meanwhile, which the query could not see yet. Once all
    are locked, no step adds another.
    """
    which = Q(pk__in=held.submissions.values("pk"))
    if not keep_credit:
        which |= Q(practice__in=held.credited.values("practice"))
    rows = Submission.objects.filter(which).select_for_update(of=["self"]).select_related("practice")
    locked: list[Submission] = []
    while len(found := list(rows.order_by("pk"))) != len(locked):
        locked = found
    own = set(held.submissions.values_list("pk", flat=True))
    return [submission for submission in found if submission.pk in own]


def delete_log_entries(model: type[Any], rows: Iterable[Any]) -> None:
    """Delete the admin's log of these rows, which names them by their title or name."""
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=kind, object_id__in=[str(row.pk) for row in rows]).delete()


def _remove_credits(held: Held, practices: list[Practice], *, now: datetime) -> None:
    """Remove the credits that these submissions brought from practices, and from what stands beside them."""
    originals, translations = held.credited_originals, held.credited_translations
    adaptations = held.credited_adaptations
    for practice in practices:
        if practice.pk in originals:
            _remove_credit(practice, now=now)
    for translation in translations:
        if translation.practice in practices:
            own = held.credited.filter(practice=translation.practice_id, translates_into=translation.language)
            for submission in own:
                document = submission.document | {"credit": ""}
                Submission.objects.filter(pk=submission.pk).update(document=document)
            workflow.remove_translator(translation.practice, language=translation.language)
    for adaptation in adaptations:
        if adaptation.practice in practices:
            for submission in held.credited.filter(adaptation=adaptation):
                document = submission.document | {"credit": ""}
                Submission.objects.filter(pk=submission.pk).update(document=document)
            workflow.remove_teller(adaptation)


def _remove_credit(practice: Practice, *, now: datetime) -> None:
    """Remove the credit from a practice and all its revisions, whatever moderators have made of it.

    The removal is a new revision.
    """
    if practice.document["credit"]:
        workflow.publish_document(
            practice.document | {"credit": ""},
            to=practice,
            note=revision_notes.CREDIT_REMOVED,
            now=now,
        )
    Practice.objects.filter(pk=practice.pk).update(changed_at=clock.now())  # earlier revisions change too
    removed: set[str] = set()
    # Corrections by readers, too. Locked, so that what one of them saves meanwhile is neither lost nor brings it back.
    updates = practice.submissions.revising().select_for_update().order_by("pk")
    rows: list[Revision | Submission] = [*practice.revisions.all(), *updates]
    for row in rows:
        if credit := row.document["credit"]:
            removed.add(credit)
            type(row).objects.filter(pk=row.pk).update(document=row.document | {"credit": ""})
    for event in ModerationEvent.objects.filter(submission__in=updates):
        if changed := event.changes.pop("credit", []):
            removed.update(changed)
            event.save(update_fields=["changes"])
    for credit in removed:
        search.remove_unused_words(credit)
    delete_dumps()


def _anonymise_submission(submission: Submission, *, keep_credit: bool) -> None:
    """Reduce a published submission to the decisions and their dates; its private link ends."""
    submission.events.update(reason="", internal_note="", field_reasons={}, changes={}, files=None)
    submission.thread.all().delete()
    submission.checks.all().delete()
    submission.attachments.filter(practice=None).delete()
    document = submission.document if keep_credit else submission.document | {"credit": ""}
    Submission.objects.filter(pk=submission.pk).update(
        token=new_token(), form_key=new_token(), typed={}, document=document, withdrawal_requested_at=None
    )


def _anonymise_submitter(submitter: Submitter, erased: list[Submission], *, key: str, now: datetime) -> None:
    """Empty the row of a submitter but for the `key`, or delete it if nothing is left of theirs.

    A row that also stands behind submissions that are not `erased` is left to them.
    """
    published = Submission.objects.filter(
        pk__in=[submission.pk for submission in erased], submitter=submitter
    )
    if submitter.submissions.exclude(pk__in=published.values("pk")).exists():
        if published.exists():
            published.update(submitter=Submitter.objects.create(erased_at=now, erased_key=key))
    elif published.exists():
        nothing = {"honorific": "", "name": "", "organisation": "", "email": "", "verified_at": None}
        Submitter.objects.filter(pk=submitter.pk).update(erased_at=now, erased_key=key, **nothing)
    else:
        submitter.delete()
