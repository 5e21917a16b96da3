"""The yearly question to submitters whether their practice is still as published, and the answers."""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from practices import clock
from practices.choices import Act, Kind, State, StillTrue
from practices.core import catalogue_version, isolation
from practices.models import Check, Practice, Submission, revision_notes
from practices.workflow.errors import TransitionNotAllowed
from practices.workflow.messages import notify_submitter
from practices.workflow.publishing import lock_practice, publish_document


def ask_if_still_true(*, now: datetime | None = None) -> int:
    """Ask about every practice not asked about for CHECK_AFTER_DAYS. Returns how many. Idempotent.

    Skips practices that are withdrawn or ended, or whose submitter cannot be reached.
    """
    if not settings.CHECK_AFTER_DAYS:
        return 0
    now = now or clock.now()
    long_ago = now - timedelta(days=settings.CHECK_AFTER_DAYS)
    due = (
        Practice.objects.published()
        .filter(Q(end_year=None) | Q(end_year__gte=now.year), published_at__lte=long_ago)
        .filter(Exists(Submission.objects.of_owners().filter(practice=OuterRef("pk"))))
        .exclude(checks__asked_at__gt=long_ago)
    )
    return isolation.each(due, partial(_ask, now=now), what="question about practice")


def _ask(practice: Practice, *, now: datetime) -> bool:
    try:
        return send_check(practice, now=now)
    except TransitionNotAllowed:
        return False  # withdrawn meanwhile


@transaction.atomic
def send_check(practice: Practice, *, now: datetime | None = None) -> bool:
    """Ask the submitter of a practice, once a year. Returns whether somebody was asked. Idempotent.

    Raises TransitionNotAllowed.
    """
    now = now or clock.now()
    lock_practice(practice, "send_check")
    step = Max("events__pk", filter=Q(events__act=Act.STEP, events__to_state=State.PUBLISHED))
    # The answer “ended” is published without a moderator, so only those are asked who speak for the practice.
    askable = Submission.objects.of_owners().filter(practice=practice).annotate(published_by=step)
    # By the order of the steps, as the clock may have been set back between two of them.
    submission = askable.order_by(F("published_by").desc(nulls_last=True), "-pk").first()
    if submission is None:
        return False
    check, is_new = Check.objects.get_or_create(
        practice=practice, year=now.year, defaults={"submission": submission, "asked_at": now}
    )
    if is_new:
        notify_submitter(
            submission,
            Kind.PRACTICE_CHECK,
            check_path=reverse("practices:practice-check", args=[check.token]),
        )
    return is_new


@transaction.atomic
def confirm_still_true(check: Check, *, seen: str | None = None, now: datetime | None = None) -> None:
    """Record that the practice is still as published. Idempotent.

    `seen` is the `standing` of the practice that the page has shown. Raises PracticeRevisedMeanwhile if it is another by
    now, by an answer in another window or by a moderator, and TransitionNotAllowed if nobody sees it any more.
    """
    now = now or clock.now()
    catalogue_version.bump()
    lock_practice(check.practice, "confirm_still_true", seen=seen)
    _record(check, StillTrue.YES, now=now)
    Practice.objects.filter(pk=check.practice_id).update(
        checked_on=timezone.localdate(now), changed_at=clock.now()
    )
    check.practice.checked_on = timezone.localdate(now)


@transaction.atomic
def mark_ended(check: Check, *, year: int, now: datetime | None = None) -> None:
    """Publish a revision that says the practice ended in `year`. Idempotent. Raises TransitionNotAllowed."""
    now = now or clock.now()
    catalogue_version.bump()
    lock_practice(check.practice, "mark_ended")
    _record(check, StillTrue.ENDED, now=now)
    document = check.practice.document
    if document["end_year"] != year:
        note = revision_notes.ENDED % {"year": year}
        publish_document(document | {"end_year": year}, to=check.practice, note=note, now=now)
    Practice.objects.filter(pk=check.practice_id).update(
        checked_on=timezone.localdate(now), changed_at=clock.now()
    )
    check.practice.refresh_from_db()


@transaction.atomic
def mark_outdated(check: Check, *, now: datetime | None = None) -> None:
    """Record that the submitter wants to update the practice. Raises TransitionNotAllowed."""
    lock_practice(check.practice, "mark_outdated")
    _record(check, StillTrue.UPDATE, now=now or clock.now())


def _record(check: Check, answer: StillTrue, *, now: datetime) -> None:
    check.answer, check.answered_at = answer, now
    Check.objects.filter(pk=check.pk).update(answer=answer, answered_at=now)
