"""Requests for changes that nobody answers: a reminder first, then the submission is closed as withdrawn."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, F, Max, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import ngettext, override

from practices import clock
from practices.choices import Kind, State
from practices.core import isolation
from practices.models import ModerationEvent, Submission, ThreadMessage
from practices.workflow.messages import notify_submitter
from practices.workflow.transitions import move

WARNING = timedelta(days=30)
"""Time between the reminder and the end of a submission."""


def close_unanswered(*, now: datetime | None = None) -> tuple[int, int]:
    """Remind of requests for changes nobody answers, and close old ones. Returns (reminded, closed). Idempotent.

    A submitter with an address is reminded at least WARNING before the end, however late this runs.
    """
    now = now or clock.now()
    end = now - timedelta(days=settings.UNANSWERED_DAYS)
    waiting = _waiting()
    over = waiting.filter(since__lte=end)
    unreachable = over.filter(submitter__email="")
    closed = isolation.each(unreachable, partial(_close, rows=unreachable, now=now), what="submission")
    reminded_long_ago = over.filter(warned_at__gte=F("since"), warned_at__lte=now - WARNING)
    closed += isolation.each(
        reminded_long_ago, partial(_close, rows=reminded_long_ago, now=now), what="submission"
    )
    ending = waiting.filter(since__lte=end + WARNING).exclude(submitter__email="")
    ending = ending.exclude(warned_at__isnull=False, warned_at__gte=F("since"))
    reminded = isolation.each(ending, partial(_remind, rows=ending, now=now), what="submission")
    return reminded, closed


def _waiting() -> QuerySet[Any]:
    """Filter submissions that wait for an answer, with the instant `since` when anybody last did something.

    A reminder from before that does not count: it was of a draft, or of an earlier request.
    """
    latest = [Coalesce(_latest(rows), F("saved_at")) for rows in (ModerationEvent, ThreadMessage)]
    since = Greatest(F("saved_at"), *latest, output_field=DateTimeField())
    return Submission.objects.filter(state=State.CHANGES_REQUESTED).annotate(since=since)


def _latest(rows: type[Model]) -> Subquery:
    of_submission = rows._default_manager.filter(submission=OuterRef("pk")).order_by().values("submission")
    return Subquery(of_submission.annotate(latest=Max("at")).values("latest"))


def _remind(submission: Submission, *, rows: QuerySet[Any], now: datetime) -> int:
    fresh = _locked(submission, rows)
    if fresh is None:
        return 0
    Submission.objects.filter(pk=fresh.pk).update(warned_at=now)
    last = max(now + WARNING, fresh.since + timedelta(days=settings.UNANSWERED_DAYS))
    with override(fresh.language):
        day = date_format(timezone.localtime(last), "DATE_FORMAT")
    notify_submitter(fresh, Kind.SUBMISSION_UNANSWERED, day=day)
    return 1


def _close(submission: Submission, *, rows: QuerySet[Any], now: datetime) -> int:
    fresh = _locked(submission, rows)
    if fresh is None:
        return 0
    close(fresh, now=now)
    return 1


def _locked(submission: Submission, rows: QuerySet[Any]) -> Any:
    """Lock a submission and read it again; None unless it is still among `rows`, as every step locks it first."""
    list(Submission.objects.select_for_update().filter(pk=submission.pk).order_by().values_list("pk"))
    return rows.select_related("submitter").filter(pk=submission.pk).order_by().first()


@transaction.atomic
def close(submission: Submission, *, now: datetime | None = None) -> None:
    """Withdraw a submission whose submitter did not answer a request for changes. Raises TransitionNotAllowed."""
    days = settings.UNANSWERED_DAYS
    with override(submission.language):
        reason = ngettext(
            "The request for changes was not answered within %(days)s day, so the submission was closed.",
            "The request for changes was not answered within %(days)s days, so the submission was closed.",
            days,
        ) % {"days": days}
    move(submission, "close", at=now or clock.now(), reason=reason)
    notify_submitter(submission, Kind.SUBMISSION_CLOSED)
