"""Expiry of drafts that nobody edits any more."""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from practices import clock
from practices.choices import Kind, State
from practices.core import isolation, rate_limits
from practices.models import Submission, Submitter
from practices.workflow.messages import notify_submitter

WARNING = timedelta(days=14)
"""Time between the warning and the deletion of a draft."""


def expire_drafts(*, now: datetime | None = None) -> tuple[int, int]:
    """Warn of drafts that expire soon and delete expired ones. Returns (warned, deleted). Idempotent.

    A submitter with an address is warned at least WARNING before the deletion, however late this runs. Where an address
    has had its SUBMISSION_MAILS_PER_DAY, the warnings and deletions of its other drafts wait for the next day.
    """
    now = now or clock.now()
    end = now - timedelta(days=settings.DRAFT_DAYS)
    drafts = Submission.objects.filter(state=State.DRAFT)
    over = drafts.filter(saved_at__lte=end)
    deleted = isolation.each(over.filter(submitter__email=""), _delete, what="draft")
    deleted += isolation.each(over.filter(warned_at__lte=now - WARNING), _delete, what="draft")
    ending = drafts.filter(saved_at__lte=end + WARNING, warned_at=None).exclude(submitter__email="")
    warned = isolation.each(ending.select_related("submitter"), partial(_warn, now=now), what="draft")
    return warned, deleted


@transaction.atomic
def _warn(draft: Submission, *, now: datetime) -> int:
    try:
        rate_limits.count_mail_to_submitter(draft.submitter.email, asked_from="", now=now)
    except rate_limits.LimitReached:
        return 0
    if not _untouched(draft).update(warned_at=now):
        return 0
    last = max(now + WARNING, draft.saved_at + timedelta(days=settings.DRAFT_DAYS))
    with override(draft.language):
        day = date_format(timezone.localtime(last), "DATE_FORMAT")
    notify_submitter(draft, Kind.SUBMISSION_EXPIRES, day=day)
    return 1


@transaction.atomic
def _delete(draft: Submission) -> int:
    if not _untouched(draft).select_for_update().exists():
        return 0
    Submission.objects.filter(pk=draft.pk).delete()
    Submitter.objects.filter(pk=draft.submitter_id, submissions=None).delete()
    return 1


def _untouched(draft: Submission) -> QuerySet[Submission]:
    """Filter to a draft unless it was edited, given a file, sent or mailed meanwhile: each sets `saved_at`."""
    return Submission.objects.filter(
        pk=draft.pk, state=State.DRAFT, saved_at=draft.saved_at, warned_at=draft.warned_at
    )
