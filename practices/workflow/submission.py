"""Steps of the submitter."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from practices import clock, documents
from practices.choices import Kind, PracticeState, State
from practices.core import catalogue_version
from practices.core.addresses import canonical
from practices.core.sent_forms import is_repeat
from practices.documents import Document, files
from practices.models import Practice, Revision, StoredFile, Submission, Submitter
from practices.models.submission import new_token
from practices.notifications import suspensions
from practices.workflow import spam
from practices.workflow.attachments import copy_attachments, replace_attachments
from practices.workflow.criteria_ticks import date_ticks_before
from practices.workflow.errors import SavedMeanwhile, SubmissionErased, TransitionNotAllowed
from practices.workflow.messages import (
    cancel_reminders,
    cancel_to_address,
    notify_moderators,
    notify_submitter,
)
from practices.workflow.publishing import lock_practice
from practices.workflow.thread import add_message
from practices.workflow.transitions import check, lock, move

type Typed = dict[str, list[str]]
"""Field of the form → the values typed there."""

CONFIRM_SALT = "practices.submission.confirm"


@transaction.atomic
def begin(
    document: Document,
    *,
    submitter: Submitter,
    form_key: str,
    language: str,
    typed: Typed | None = None,
    practice: Practice | None = None,
    based_on: int | None = None,
    begun_from: Submission | None = None,
    translates_into: str = "",
    machine: str = "",
    is_adaptation: bool = False,
    trapped: bool = False,
    now: datetime | None = None,
) -> Submission:
    """Create a draft, however incomplete: its valid part is the `document`, all of it is kept as `typed`.

    A submission `trapped` by the honeypot is marked as spam. Idempotent per `form_key`: the first submission is
    returned again. `based_on` is the number of the revision an update was made from, `begun_from` the published
    submission by whose private link it was begun. A translation has the language that it `translates_into`, and the
    name of the `machine` that made its first version, if one did.
    With `is_adaptation`, it tells where the practice was used elsewhere.
    """
    now = now or clock.now()
    key_hash = hashlib.sha256(form_key.encode()).hexdigest()[:40]  # it is only looked up
    try:
        with transaction.atomic():
            submitter.save()
            submission = Submission.objects.create(
                form_key=key_hash,
                submitter=submitter,
                practice=practice,
                based_on=based_on,
                begun_from=begun_from,
                translates_into=translates_into,
                machine=machine,
                is_adaptation=is_adaptation,
                document=documents.complete(document),
                typed=typed or {},
                language=language,
                created_at=now,
                saved_at=now,
            )
    except IntegrityError:
        return Submission.objects.get(form_key=key_hash)
    if practice is not None and submission.is_revising:
        copy_attachments(practice, to=submission)
    if trapped:
        signs = [spam.TRAP.name]
        move(submission, "mark_spam", at=now, spam_signs=signs, internal_note=_spam_note(signs))
    return submission


@transaction.atomic
def begin_correction(
    practice: Practice,
    document: Document,
    *,
    submitter: Submitter,
    form_key: str,
    language: str,
    typed: Typed | None = None,
    based_on: int | None = None,
    trapped: bool = False,
    now: datetime | None = None,
) -> Submission:
    """Create a reader's correction of a practice, as `begin` does. Raises TransitionNotAllowed if it is not public.

    Fields that no update may change are those of the practice now: its credit may have been removed since the page of
    the form was read.
    """
    practice = lock_practice(practice, "begin_correction")
    return begin(
        documents.complete(document) | _kept(practice.document),
        submitter=submitter,
        form_key=form_key,
        language=language,
        typed=typed,
        practice=practice,
        based_on=based_on,
        trapped=trapped,
        now=now,
    )


@transaction.atomic
def save(
    submission: Submission,
    *,
    typed: Typed,
    seen: int,
    document: Document,
    submitter: dict[str, str],
    machine: str = "",
    based_on: int | None = None,
    files: Iterable[StoredFile] | None = None,
    now: datetime | None = None,
) -> None:
    """Save the form as typed. A draft's document and contact follow at once, those of an answer when it is sent.

    `seen` is the version the browser had loaded, `based_on` the newer revision an update was rebased onto, `files`
    those it takes from there. Raises SavedMeanwhile if `seen` is not the latest version, and TransitionNotAllowed.
    """
    check(submission, "save")
    changes: dict[str, Any] = {
        "typed": typed,
        "version": seen + 1,
        "saved_at": now or clock.now(),
        "warned_at": None,
    }
    if submission.state == State.DRAFT:
        changes |= {"document": _of_draft(submission, document), "machine": machine}
    if based_on is not None:
        changes["based_on"] = based_on
    same = Submission.objects.filter(pk=submission.pk, version=seen, state=submission.state)
    if (
        based_on is not None
    ):  # a number of this practice, not of the one it may have been merged into meanwhile
        same = same.filter(practice=submission.practice_id)
    if files is not None:
        same = same.filter(file_changes=submission.file_changes)
    if not same.update(**changes):
        state = submission.state
        try:
            submission.refresh_from_db()
        except Submission.DoesNotExist:
            raise SubmissionErased(submission) from None
        if submission.state != state:
            raise TransitionNotAllowed(submission, State(state))
        raise SavedMeanwhile(submission)
    if submission.warned_at is not None:
        cancel_reminders(submission)
    for name, value in changes.items():
        setattr(submission, name, value)
    if files is not None:
        replace_attachments(submission, files)
    if submission.state == State.DRAFT and submitter:
        _save_contact(submission, submitter)


def _of_draft(submission: Submission, document: Document) -> Document:
    """Return the whole document of a draft. An update keeps what its submitter cannot change."""
    is_update = submission.practice_id and submission.is_revising
    return documents.complete(document) | (_kept(_stored(submission)) if is_update else {})


def _save_contact(submission: Submission, contact: dict[str, str]) -> None:
    """Save the contact of a draft. Another address is not confirmed, and what waits for the former one is not sent."""
    before, unconfirmed = submission.submitter.email, {}
    if canonical(contact.get("email", before)) != canonical(before):
        unconfirmed = {"verified_at": None}
        cancel_to_address(submission, before)
    Submitter.objects.filter(pk=submission.submitter_id).update(**contact, **unconfirmed)
    submission.submitter.refresh_from_db()


def _stored(submission: Submission) -> Document:
    """Lock the row of a submission, and return the document that is stored: a removed credit is gone from it."""
    rows = Submission.objects.select_for_update().filter(pk=submission.pk)
    return documents.complete(rows.values_list("document", flat=True).first() or {})


def _kept(document: Document) -> Document:
    """Return the fields of a document that its submitter cannot change later."""
    return {name: document[name] for name in documents.NOT_UPDATABLE}


@transaction.atomic
def send(
    submission: Submission, *, seen: int | None = None, form_key: str = "", now: datetime | None = None
) -> None:
    """Ask the submitter of a complete draft to confirm the address, which submits it to the moderators.

    `seen` is the content version that the submitter read before sending it. The same form sent again mails nothing more.
    Raises SavedMeanwhile if `seen` is not the latest, and TransitionNotAllowed.
    """
    lock(submission, "send", seen=seen)
    if is_repeat(form_key, "send", submission.pk):
        return
    now = now or clock.now()
    _keep_draft(submission, now=now, sent_at=now)
    notify_submitter(submission, Kind.SUBMISSION_CONFIRM, confirm_path=confirm_path(submission))


def _keep_draft(submission: Submission, *, now: datetime, **changes: Any) -> None:
    """Begin the days anew for which a draft is kept (DRAFT_DAYS). `changes` are further columns to write."""
    changes |= {"saved_at": now, "warned_at": None}
    if submission.warned_at is not None:
        cancel_reminders(submission)
    Submission.objects.filter(pk=submission.pk).update(**changes)
    for field, value in changes.items():
        setattr(submission, field, value)


def confirm_path(submission: Submission) -> str:
    """Return the link that confirms the submitter's address. It is only mailed, and ends if the address changes."""
    return reverse("practices:submission-confirm", args=[submission.token, _signature(submission)])


def is_confirm_key(submission: Submission, key: str) -> bool:
    """Return whether `key` comes from the e-mail that asked to confirm this submission."""
    address = canonical(submission.submitter.email)
    # Links mailed by release 0.2.0 and earlier sign the row number instead of the token.
    return any(_is_signed(f"{row} {address}", key) for row in (submission.token, submission.pk))


def _is_signed(text: str, signature: str) -> bool:
    try:
        Signer(salt=CONFIRM_SALT).unsign(f"{text}:{signature}")
    except BadSignature:
        return False
    return True


def _signature(submission: Submission) -> str:
    text = f"{submission.token} {canonical(submission.submitter.email)}"
    return Signer(salt=CONFIRM_SALT).sign(text).rpartition(":")[2]


@transaction.atomic
def mail_link(submission: Submission, *, form_key: str = "", now: datetime | None = None) -> None:
    """Mail the submitter the private link of a draft; the same form sent again does not. Raises TransitionNotAllowed."""
    lock(submission, "mail_link")
    if is_repeat(form_key, "mail_link", submission.pk):
        return
    _keep_draft(submission, now=now or clock.now())
    notify_submitter(submission, Kind.SUBMISSION_LINK, draft_days=settings.DRAFT_DAYS)


@transaction.atomic
def submit(submission: Submission, *, seen: int, now: datetime | None = None) -> None:
    """Put a draft into the queue, now that its submitter has confirmed the address.

    `seen` is the content version that the submitter read before confirming. Possible spam goes to a list of its own,
    where moderators check it; its submitter is told the same. A complaint of the address ends, as its owner asks for an
    answer from the mailbox. Raises SavedMeanwhile if `seen` is not the latest version, and TransitionNotAllowed.
    """
    # Before the submission is locked: every step locks subscribers first.
    suspensions.lift(submission.submitter.email)
    lock(submission, "submit", seen=seen)
    now = now or clock.now()
    document = documents.complete(submission.document)
    # An update keeps the day its practice was first offered.
    if submission.practice_id is None or submission.is_adaptation:
        document["submitted_on"] = timezone.localdate(now).isoformat()
    note = _note(submission)
    signs = spam.signs_of(submission, now=now)
    is_spam = spam.is_possible_spam(submission, signs)
    move(
        submission,
        "mark_spam" if is_spam else "submit",
        at=now,
        internal_note=_spam_note(signs) if is_spam else "",
        spam_signs=signs,
        submitted_at=now,
        document=document,
        typed={},
    )
    if note:
        add_message(submission, note, now=now)
    Submitter.objects.filter(pk=submission.submitter_id, verified_at=None).update(verified_at=now)
    notify_submitter(submission, Kind.SUBMISSION_RECEIVED)


def _note(submission: Submission) -> str:
    """Return what the submitter typed to the moderators in the form."""
    return "".join(submission.typed.get("note", [])).strip()


def _spam_note(signs: list[str]) -> str:
    with override("en"):  # not in that of the sender: moderators read it
        return gettext("Possible spam (score %(score)d). %(reasons)s") % {
            "score": spam.score(signs),
            "reasons": " ".join(spam.reasons(signs)),
        }


@transaction.atomic
def resubmit(submission: Submission, document: Document, *, seen: int, now: datetime | None = None) -> None:
    """Put the document that was changed on request back into the queue, at its old place. Its event says what changed.

    `seen` is the content version that the submitter read before sending it. Raises SavedMeanwhile if that is not the
    latest, and TransitionNotAllowed.
    """
    now = now or clock.now()
    before = _stored(submission)
    after = documents.complete(document) | _kept(before)
    changed, note = documents.changed_fields(before, after), _note(submission)
    move(
        submission,
        "resubmit",
        at=now,
        seen=seen,
        event={
            "changes": {name: [before[name], after[name]] for name in changed},
            "files": files.facts(submission.attachments.all()),
        },
        document=after,
        typed={},
        returned_at=now,
    )
    date_ticks_before(submission, now)
    if note:
        add_message(submission, note, now=now)
    notify_submitter(submission, Kind.SUBMISSION_RECEIVED, is_sent_again=True)
    notify_moderators(submission, text=note, is_sent_again=True)


@transaction.atomic
def discard(draft: Submission) -> None:
    """Delete a draft, with its files and contact, which moderators do not have yet. Raises TransitionNotAllowed."""
    lock(draft, "discard")
    Submission.objects.filter(pk=draft.pk).delete()
    Submitter.objects.filter(pk=draft.submitter_id, submissions=None).delete()


@transaction.atomic
def withdraw(submission: Submission, *, now: datetime | None = None) -> None:
    """Withdraw the submission for good. Raises TransitionNotAllowed.

    E-mails that still wait, such as an answer to the moderators, are not sent: there is nothing to decide any more.
    """
    move(submission, "withdraw", at=now or clock.now())


@transaction.atomic
def begin_update(published: Submission, *, language: str) -> Submission:
    """Return the draft begun from this published submission; begin one unless there is one.

    A draft that somebody else began for the same practice is never returned, whatever address it names. An address that
    was confirmed for the published submission stays confirmed, until the draft names another one. A new draft starts
    from the latest revision, after a merge from that of the practice that stays. Raises TransitionNotAllowed.
    """
    catalogue_version.lock()  # steps of practices lock a practice before its submissions, and this the other way round
    # The lock makes concurrent calls run one at a time, so that the second finds the draft of the first.
    row = Submission.objects.select_for_update(no_key=True).filter(pk=published.pk).first()
    if row is None or row.token != published.token:
        raise SubmissionErased(published)
    # That of the practice has a merge take the draft along, and keeps a file from being copied while it is removed.
    locked = Practice.objects.select_for_update(no_key=True, of=("self",))
    remaining = Practice.objects.filter(submissions=row).values_list(Coalesce("merged_into", "pk"), flat=True)
    row.practice = locked.filter(pk__in=list(remaining)).first()
    if row.practice is not None and row.practice.state == PracticeState.MERGED:  # just now
        raise TransitionNotAllowed(row, State(row.state))
    check(row, "begin_update")
    published, practice, submitter = row, row.practice, row.submitter
    if draft := published.updates.filter(practice=practice, state=State.DRAFT).first():
        return draft
    latest = Revision.objects.filter(practice=practice).latest("number")
    return begin(
        latest.document,
        submitter=Submitter(
            honorific=submitter.honorific,
            name=submitter.name,
            organisation=submitter.organisation,
            email=submitter.email,
            verified_at=submitter.verified_at,
        ),
        form_key=new_token(),
        language=language,
        practice=practice,
        based_on=latest.number,
        begun_from=published,
    )
