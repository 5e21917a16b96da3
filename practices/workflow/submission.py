"""The submitter's steps."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from practices import documents
from practices.choices import Kind, State
from practices.documents import Document
from practices.models import Practice, Submission, Submitter
from practices.workflow import spam
from practices.workflow.attachments import take_over
from practices.workflow.thread import write
from practices.workflow.transitions import EDITABLE, TransitionNotAllowed, move, tell_assignee, tell_submitter

type Typed = dict[str, list[str]]


CONFIRM_SALT = "practices.submission.confirm"


class SavedMeanwhile(Exception):
    """Another browser has saved the submission since this one read it. `submission` is as it was saved."""

    def __init__(self, submission: Submission):
        super().__init__(f"version {submission.version}")
        self.submission = submission


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
    trapped: bool = False,
    now: datetime | None = None,
) -> Submission:
    """Keep a draft, however incomplete: what of it is valid as `document`, all of it as it was `typed`.

    What was `trapped` in the honeypot goes to the spam pile. The same `form_key` twice is the same submission
    once: the first is returned. `based_on` is the number of the revision an update was made from.
    """
    now = now or timezone.now()
    try:
        with transaction.atomic():
            submitter.save()
            submission = Submission.objects.create(
                form_key=form_key,
                submitter=submitter,
                practice=practice,
                based_on=based_on,
                document=documents.complete(document),
                typed=typed or {},
                language=language,
                created_at=now,
                saved_at=now,
            )
    except IntegrityError:
        return Submission.objects.get(form_key=form_key)
    if practice is not None:
        take_over(submission, practice)
    if trapped:
        move(submission, State.SPAM, at=now)
    return submission


@transaction.atomic
def save(
    submission: Submission,
    *,
    typed: Typed,
    seen: int,
    document: Document,
    submitter: dict[str, str],
    based_on: int | None = None,
    now: datetime | None = None,
) -> None:
    """Keep what its submitter typed; a draft's document and contact follow, those of an answer when it is sent.

    `seen` is the version the browser had read, `based_on` the newer revision of its practice that it was laid on
    top of. Raises SavedMeanwhile when it is not the last any more, and
    TransitionNotAllowed when the submission is not its submitter's to change now.
    """
    if submission.state not in EDITABLE:
        raise TransitionNotAllowed(submission, State.DRAFT)
    changes: dict[str, Any] = {
        "typed": typed,
        "version": seen + 1,
        "saved_at": now or timezone.now(),
        "warned_at": None,
    }
    if submission.state == State.DRAFT:
        changes["document"] = documents.complete(document)
    if based_on is not None:
        changes["based_on"] = based_on
    same = Submission.objects.filter(pk=submission.pk, version=seen, state=submission.state)
    if not same.update(**changes):
        state = submission.state
        submission.refresh_from_db()
        if submission.state != state:
            raise TransitionNotAllowed(submission, State(state))
        raise SavedMeanwhile(submission)
    for name, value in changes.items():
        setattr(submission, name, value)
    if submission.state == State.DRAFT and submitter:
        Submitter.objects.filter(pk=submission.submitter_id).update(**submitter)
        submission.submitter.refresh_from_db()


@transaction.atomic
def send(submission: Submission, *, now: datetime | None = None) -> None:
    """Ask the submitter of a whole draft to confirm the address, after which it goes to the moderators.

    Raises TransitionNotAllowed.
    """
    sent = Submission.objects.filter(pk=submission.pk, state=State.DRAFT)
    submission.sent_at = now or timezone.now()
    if not sent.update(sent_at=submission.sent_at):
        submission.refresh_from_db()
        raise TransitionNotAllowed(submission, State.SUBMITTED)
    tell_submitter(submission, Kind.SUBMISSION_CONFIRM, confirm_path=confirm_path(submission))


def confirm_path(submission: Submission) -> str:
    """The address that only the submitter's mailbox tells, good while the e-mail address stays the same."""
    return reverse("practices:submission-confirm", args=[submission.token, _signature(submission)])


def confirms(submission: Submission, key: str) -> bool:
    """Whether `key` comes from the e-mail that asked to confirm this submission."""
    try:
        Signer(salt=CONFIRM_SALT).unsign(f"{_signed(submission)}:{key}")
    except BadSignature:
        return False
    return True


def _signed(submission: Submission) -> str:
    return f"{submission.pk} {submission.submitter.email.lower()}"


def _signature(submission: Submission) -> str:
    return Signer(salt=CONFIRM_SALT).sign(_signed(submission)).rpartition(":")[2]


def mail_link(submission: Submission) -> None:
    """Send the submitter the private link of a draft, to go on from any browser."""
    tell_submitter(submission, Kind.SUBMISSION_LINK, draft_days=settings.DRAFT_DAYS)


@transaction.atomic
def submit(submission: Submission, *, now: datetime | None = None) -> None:
    """Put a draft into the queue: its submitter has shown that the address is theirs.

    What looks like spam goes to its own pile, where moderators look; its submitter is told nothing else.

    Raises TransitionNotAllowed.
    """
    if submission.state != State.DRAFT:
        raise TransitionNotAllowed(submission, State.SUBMITTED)
    now = now or timezone.now()
    document = documents.complete(submission.document)
    if submission.practice_id is None:  # an update keeps the day its practice was first offered
        document["submitted_on"] = now.date().isoformat()
    note = "".join(submission.typed.get("note", []))
    signs = spam.signs(submission, now=now)
    move(
        submission,
        State.SPAM if signs else State.SUBMITTED,
        at=now,
        internal_note=gettext("Looks like spam: %(signs)s.") % {"signs": ", ".join(signs)} if signs else "",
        submitted_at=now,
        document=document,
        typed={},
    )
    if note:
        write(submission, note, now=now)
    Submitter.objects.filter(pk=submission.submitter_id, verified_at=None).update(verified_at=now)
    tell_submitter(submission, Kind.SUBMISSION_RECEIVED)


@transaction.atomic
def answer(submission: Submission, document: Document, *, now: datetime | None = None) -> None:
    """Put the submitter's changed document back into the queue, at its old place.

    Raises TransitionNotAllowed.
    """
    now = now or timezone.now()
    kept = {name: submission.document[name] for name in ("credit", "submitted_on")}
    if submission.state != State.CHANGES_REQUESTED:
        raise TransitionNotAllowed(submission, State.SUBMITTED)
    move(submission, State.SUBMITTED, at=now, document=documents.complete(document | kept), typed={})
    tell_submitter(submission, Kind.SUBMISSION_RECEIVED)
    tell_assignee(submission)


@transaction.atomic
def withdraw(submission: Submission, *, now: datetime | None = None) -> None:
    """The submitter takes the submission back. Raises TransitionNotAllowed."""
    move(submission, State.WITHDRAWN, at=now or timezone.now())
