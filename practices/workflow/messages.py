"""Messages that steps queue, to submitters and to moderators."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import override

from practices import clock, documents
from practices.choices import CONCEALED, TRUE_IN, Kind, State
from practices.models import Adaptation, OutboxMessage, Practice, Revision, Submission, Translation
from practices.notifications import outbox
from practices.workflow.moderators import language_of, moderators


def notify_moderators(
    submission: Submission, *, text: str = "", is_sent_again: bool = False, requests_withdrawal: bool = False
) -> None:
    """Queue a message to the moderators who should know: the submitter has answered, or done what the flags say."""
    for moderator in _recipients(submission):
        outbox.enqueue(
            Kind.MODERATION_ANSWER,
            address=moderator.email,
            language=language_of(moderator),
            submission=submission,
            context={
                "reason": text,
                "is_sent_again": is_sent_again,
                "requests_withdrawal": requests_withdrawal,
                "is_assigned": moderator.pk == submission.assignee_id,
                "review_path": reverse("admin:practices_submission_change", args=[submission.pk]),
                "preferences_path": reverse("admin:practices_staffprofile_mine"),
            },
        )


def _recipients(submission: Submission) -> list[User]:
    """Return the assignee; else those who want the nightly summary; else all moderators, so that somebody knows.

    What comes from submissions marked as spam goes to their assignee only.
    """
    reachable = moderators().exclude(email="")
    assignee = reachable.filter(pk=submission.assignee_id or 0).exclude(profile__answers=False)
    if found := list(assignee):
        return found
    if submission.state in CONCEALED:
        return []
    return list(reachable.filter(profile__nightly_summary=True)) or list(reachable)


_LEFT = (
    Kind.SUBMISSION_PUBLISHED,
    Kind.PRACTICE_RESTORED,
    Kind.PRACTICE_REVISED,
    Kind.PRACTICE_CHECK,
    Kind.WITHDRAWAL_REQUESTED,
    Kind.WITHDRAWAL_DECLINED,
    Kind.TRANSLATION_RESTORED,
    Kind.ADAPTATION_RESTORED,
)
_GONE = (Kind.PRACTICE_WITHDRAWN, Kind.PRACTICE_MERGED)
_STILL_NEWS = (Kind.SUBMISSION_PUBLISHED, Kind.PRACTICE_REVISED)
"""Kinds that are true again once a practice is back which, as far as its submitter knows, has never left."""
OVERTAKEN = {
    Kind.PRACTICE_WITHDRAWN: _LEFT,
    Kind.PRACTICE_MERGED: (*_LEFT, Kind.PRACTICE_WITHDRAWN),
    Kind.PRACTICE_RESTORED: _GONE,
    Kind.WITHDRAWAL_DECLINED: (Kind.WITHDRAWAL_REQUESTED,),
}
"""Kind of message about a practice → kinds that are no longer true once it is queued."""


def notify_submitter(submission: Submission, kind: Kind, **context: Any) -> None:
    """Queue a message to the submitter, if there is an address. `context` fills its template without empty values.

    Messages to the same address that still wait and that this one contradicts are cancelled.
    """
    if not submission.submitter.email:
        return
    if kind in OVERTAKEN:
        replaced = cancel_waiting(submission, OVERTAKEN[kind])
        context["instead_of"] = replaced if kind in _GONE else []
    outbox.enqueue(
        kind,
        address=submission.submitter.email,
        language=submission.language,
        submission=submission,
        context={name: value for name, value in context.items() if value},
    )


def tell_reopened(submission: Submission) -> None:
    """Tell the submitter of a rejected submission that it is open again, unless the rejection has not been mailed yet.

    The e-mail about the rejection is then cancelled. One that a sender has claimed counts as mailed.
    """
    if not _unclaimed(submission, Kind.SUBMISSION_REJECTED).update(cancelled_at=clock.now()):
        is_asked = submission.state == State.CHANGES_REQUESTED
        notify_submitter(submission, Kind.SUBMISSION_REOPENED, is_asked=is_asked)


def tell_restored(practice: Practice, *, reason: str) -> None:
    """Tell each submitter who speaks for a practice that it is public again, unless they do not know that it had left.

    The e-mail which says that it has left is then cancelled before it was sent, and those that it replaced are sent. One
    who asked for the withdrawal is told in any case.
    """
    for submission in owners(practice):
        about = _about_practice(submission)
        unsent = list(OutboxMessage.objects.waiting().filter(about, _is_unclaimed(), kind__in=_GONE))
        claimed_or_sent = Q(sent_at__isnull=False) | Q(leased_until__gte=clock.now())
        told = (*_GONE, Kind.SUBMISSION_PUBLISHED, Kind.PRACTICE_RESTORED)
        last = OutboxMessage.objects.filter(about, claimed_or_sent, kind__in=told).order_by("pk").last()
        knows = last is not None and last.kind in _GONE
        if knows or not unsent or any(message.context.get("asked") for message in unsent):
            notify_submitter(submission, Kind.PRACTICE_RESTORED, reason=reason)
            continue
        replaced = cancel_waiting(submission, _GONE)
        outbox.restore(OutboxMessage.objects.filter(about, pk__in=replaced, kind__in=_STILL_NEWS))


def tell_scheduled(submission: Submission, *, day: str, told_day: str) -> None:
    """Tell the submitter the day of publication, and that it was to be `told_day` unless that is empty.

    One e-mail for several changes: the one that has not been sent yet is cancelled, and so nobody was told of its day.
    """
    if day == told_day:
        return
    unsent = _unclaimed(submission, Kind.SUBMISSION_SCHEDULED)
    if told_day and (last := unsent.order_by("pk").last()):
        told_day = last.context.get("told_day", "")
    unsent.update(cancelled_at=clock.now())
    if day != told_day:
        notify_submitter(submission, Kind.SUBMISSION_SCHEDULED, day=day, told_day=told_day)


def _unclaimed(submission: Submission, kind: Kind) -> QuerySet[OutboxMessage]:
    """Filter messages of a kind to those that wait to be sent and that no sender has claimed."""
    messages = submission.messages.filter(kind=kind).values("pk")
    return OutboxMessage.objects.waiting().filter(_is_unclaimed(), pk__in=messages)


def _is_unclaimed() -> Q:
    return Q(leased_until=None) | Q(leased_until__lt=clock.now())


_REMINDERS = (Kind.SUBMISSION_EXPIRES, Kind.SUBMISSION_UNANSWERED)


def cancel_overtaken(submission: Submission) -> None:
    """Cancel messages that wait to be sent and that its new state makes untrue, to either side."""
    _cancel(submission, kind__in=[kind for kind, states in TRUE_IN.items() if submission.state not in states])


def cancel_reminders(submission: Submission) -> None:
    """Cancel reminders that wait to be sent: what they announce for lack of an answer, an answer has put off."""
    _cancel(submission, kind__in=_REMINDERS)


def cancel_to_address(submission: Submission, address: str) -> None:
    """Cancel what waits to be sent to an address that is not the submitter's any more, maybe a stranger's."""
    _cancel(submission, address=address)


def _cancel(submission: Submission, **which: Any) -> None:
    messages = submission.messages.filter(**which).values("pk")
    OutboxMessage.objects.waiting().filter(pk__in=messages).update(cancelled_at=clock.now())


def cancel_waiting(submission: Submission, kinds: Iterable[Kind]) -> list[int]:
    """Cancel messages of these kinds about its practice that wait to be sent to the submitter; return their keys.

    Among the keys are those of messages which the cancelled ones had replaced.
    """
    messages = OutboxMessage.objects.waiting().filter(_about_practice(submission), kind__in=kinds)
    rows = list(messages.values_list("pk", "context"))
    OutboxMessage.objects.filter(pk__in=[pk for pk, _context in rows]).update(cancelled_at=clock.now())
    return [key for pk, context in rows for key in (pk, *context.get("instead_of", []))]


def _about_practice(submission: Submission) -> Q:
    """Filter messages to those to the submitter about the practice of a submission."""
    return Q(submission__practice=submission.practice_id, address=submission.submitter.email)


class Cause(StrEnum):
    """Causes of a revision that the owners of a practice did not send in themselves."""

    EDITED = "edited"
    CORRECTION = "correction"
    FILE_REMOVED = "file"
    TRANSLATED = "translation"
    ADAPTED = "adaptation"


def owners(practice: Practice) -> list[Submission]:
    """Return the latest submission of each address whose owner speaks for the practice."""
    rows = Submission.objects.of_owners().filter(practice=practice).select_related("submitter", "practice")
    return list({row.submitter.email: row for row in rows.order_by("pk")}.values())


def notify_revised(revision: Revision, cause: Cause, *, fields: Iterable[str], sender: str = "") -> None:
    """Tell the owners of a public practice of a new revision, apart from the address `sender`, which sent it in.

    `fields` are those whose values changed.
    """
    for submission in owners(revision.practice):
        if submission.submitter.email == sender:
            continue
        with override(submission.language):
            notify_submitter(
                submission,
                Kind.PRACTICE_REVISED,
                cause=cause,
                note=revision.local_note,
                fields=labels(fields),
                revision_path=revision.get_absolute_url(),
            )


def notify_beside(
    row: Translation | Adaptation, cause: Cause, *, sender: str, named: Callable[[], dict[str, str]]
) -> None:
    """Tell the owners of a practice what stands beside it now, apart from the address `sender`, which sent it in.

    The e-mail links to the row and says what `named` returns in the language of the owner. It does not name the sender,
    who may have the name removed.
    """
    for submission in owners(row.practice):
        if submission.submitter.email == sender:
            continue
        with override(submission.language):
            words = named()
        notify_submitter(
            submission, Kind.PRACTICE_REVISED, cause=cause, revision_path=row.get_absolute_url(), **words
        )


def labels(fields: Iterable[str]) -> list[str]:
    """Return the labels of fields of a document, in the active language."""
    return [str(documents.label(name)) for name in fields]
