"""Requests of submitters to withdraw their practice from the catalogue. Moderators decide on them."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext, override

from practices import clock
from practices.choices import Kind, State
from practices.core import catalogue_version
from practices.models import Practice, Submission, ThreadMessage
from practices.workflow.errors import PracticeRevisedMeanwhile, SubmissionErased
from practices.workflow.messages import cancel_waiting, notify_moderators, notify_submitter
from practices.workflow.publishing import lock_practice, standing
from practices.workflow.transitions import Staff, check


@transaction.atomic
def request_withdrawal(submission: Submission, *, reason: str, now: datetime | None = None) -> None:
    """Ask the moderators to withdraw the practice of a published submission; the reason joins their messages.

    The request of this submission that is open already stays as it is. Raises TransitionNotAllowed, also if another
    submission of the practice asks: a practice has one request at most.
    """
    row = _locked(submission)
    if row.withdrawal_requested_at is not None:
        return
    check(row, "request_withdrawal")
    now = now or clock.now()
    with override(row.language):
        text = gettext("Please withdraw this practice from the catalogue: %(reason)s") % {"reason": reason}
    ThreadMessage.objects.create(submission=row, from_staff=False, text=text, at=now)
    _set(submission, now)
    notify_submitter(row, Kind.WITHDRAWAL_REQUESTED)
    notify_moderators(row, text=text, requests_withdrawal=True)


@transaction.atomic
def cancel_withdrawal_request(submission: Submission, *, now: datetime | None = None) -> None:
    """Take the request back, also one made by another submission that speaks for the practice.

    Raises TransitionNotAllowed if there is none, or if it has been decided on.
    """
    row = _locked(submission)
    check(row, "cancel_withdrawal_request")
    asking = Submission.objects.requesting_withdrawal().filter(practice=row.practice_id)
    for request in asking.select_related("submitter").order_by("pk"):
        with override(request.language):
            text = gettext("Please do not withdraw this practice any more.")
        ThreadMessage.objects.create(submission=request, from_staff=False, text=text, at=now or clock.now())
        _set(request, None)
        cancel_waiting(request, [Kind.WITHDRAWAL_REQUESTED])
        notify_moderators(request, text=text)
    submission.withdrawal_requested_at = None


@transaction.atomic
def decline_withdrawal(
    practice: Practice, *, by: Staff, reason: str, seen: str | None = None, now: datetime | None = None
) -> None:
    """Keep a practice public against the requests to withdraw it, and tell the reason to those who asked.

    `seen` is the `withdrawal_standing` that the page has shown: a request that arrives later has not been read. Raises
    TransitionNotAllowed if nobody asks any more, and PracticeRevisedMeanwhile.
    """
    catalogue_version.lock()  # steps that publish lock a practice before its submissions, and this the other way round
    requests = lock_requests(practice)
    row = lock_practice(practice, "decline_withdrawal", by=by)
    if seen is not None and seen != withdrawal_standing(row):
        raise PracticeRevisedMeanwhile(row.revision_number)
    for submission in requests:
        ThreadMessage.objects.create(
            submission=submission, by=by, from_staff=True, text=reason, at=now or clock.now()
        )
        _set(submission, None)
        notify_submitter(submission, Kind.WITHDRAWAL_DECLINED, reason=reason)


def withdrawal_standing(practice: Practice) -> str:
    """Return a string that identifies what decides on requests: the `standing` of the practice, and the requests."""
    requests = practice.submissions.requesting_withdrawal().order_by("pk")
    asked = [f"{pk} {at.isoformat()}" for pk, at in requests.values_list("pk", "withdrawal_requested_at")]
    return "/".join([standing(practice), *asked])


def withdrawal_reason(submission: Submission) -> str:
    """Return the message with which a submitter asks for the withdrawal; empty if nothing is asked."""
    if submission.withdrawal_requested_at is None:
        return ""
    asked = submission.thread.filter(from_staff=False, at=submission.withdrawal_requested_at).order_by("-pk")
    return asked.values_list("text", flat=True).first() or ""


def lock_requests(practice: Practice) -> list[Submission]:
    """Return the submissions of a practice with an open request, and keep others from asking meanwhile.

    Locks all its published submissions, before the practice itself: a request waits for the decision that is under way.
    """
    published = Submission.objects.filter(practice=practice, state=State.PUBLISHED)
    locked = list(published.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    rows = Submission.objects.filter(pk__in=locked).requesting_withdrawal()
    return list(rows.select_related("submitter").order_by("pk"))


def _locked(submission: Submission) -> Submission:
    """Lock a submission and the others of its practice, as `lock_requests` does, then read it with its practice.

    A decision may have changed both while this waited.
    """
    practice = Submission.objects.filter(pk=submission.pk).values("practice")
    rows = Submission.objects.filter(Q(practice__in=practice, state=State.PUBLISHED) | Q(pk=submission.pk))
    list(rows.select_for_update().order_by("pk").values_list("pk"))
    row = Submission.objects.select_related("submitter", "practice").filter(pk=submission.pk).first()
    if row is None or row.token != submission.token:
        raise SubmissionErased(submission)
    return row


def _set(submission: Submission, requested_at: datetime | None) -> None:
    submission.withdrawal_requested_at = requested_at
    Submission.objects.filter(pk=submission.pk).update(withdrawal_requested_at=requested_at)
