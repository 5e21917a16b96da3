"""The nightly e-mail to moderators who asked for one."""

import re
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.db.models.lookups import LessThan
from django.urls import reverse

from practices import clock
from practices.choices import Kind
from practices.core import isolation
from practices.models import Question, StaffProfile, Submission
from practices.models.submission import WAITING_SINCE
from practices.notifications import outbox
from practices.workflow.moderators import language_of, moderators
from practices.workflow.spam import spam_reasons

OLD = timedelta(days=14)
SHOWN = 5
"""Submissions named in the e-mail."""
ADDRESS = re.compile(r"(?<=\w)(?:(://)|\.(?=[^\W\d_]{2}))")
"""The points of a text that make e-mail programs turn it into a link."""


def send_summaries(*, now: datetime | None = None) -> int:
    """Queue tonight's summary for each moderator who wants it and has an address. Returns how many were queued.

    Sends nothing while no submission or question awaits a decision, no possible spam a check and no request for
    withdrawal an answer.
    Idempotent for a night, also when run concurrently.
    """
    now = now or clock.now()
    context = _summary(now)
    if not any(context[name] for name in ("waiting", "unchecked", "withdrawals", "questions")):
        return 0
    wanted = StaffProfile.objects.filter(nightly_summary=True, user__in=moderators().order_by())
    return isolation.each(
        wanted.exclude(user__email="").select_related("user").order_by("pk"),
        partial(_queue, context=context, now=now),
        what="summary for moderator",
    )


def _summary(now: datetime) -> dict:
    """Return the template context that all summaries share: the numbers, the oldest, and what needs a check."""
    queue, unchecked = Submission.objects.awaiting_moderation(), Submission.objects.unchecked_spam()
    withdrawals = Submission.objects.requesting_withdrawal().order_by("withdrawal_requested_at", "pk")
    return {
        "waiting": queue.count(),
        "new": queue.filter(submitted_at__gt=now - timedelta(days=1)).count(),
        "old": queue.filter(LessThan(WAITING_SINCE, now - OLD)).count(),
        "unassigned": queue.filter(assignee=None).count(),
        "oldest": [
            {
                **_linked(submission),
                "days": (now - submission.waiting_since).days,
            }
            for submission in queue.order_by(WAITING_SINCE, "pk")[:SHOWN]
        ],
        "withdrawals": withdrawals.count(),
        "to_withdraw": [_linked(submission) for submission in withdrawals[:SHOWN]],
        "unchecked": unchecked.count(),
        "possible_spam": [
            {**_linked(submission), "reasons": " ".join(spam_reasons(submission))}
            for submission in unchecked[:SHOWN]
        ],
        "questions": Question.objects.held().count() + Question.objects.publishable().count(),
        "questions_path": reverse("admin:practices_question_changelist") + "?todo=any",
        "queue_path": reverse("admin:practices_submission_changelist"),
        "preferences_path": reverse("admin:practices_staffprofile_mine"),
    }


def _linked(submission: Submission) -> dict:
    path = reverse("admin:practices_submission_change", args=[submission.pk])
    return {"title": _without_links(submission.title), "path": path}


def _without_links(text: str) -> str:
    """Defang web addresses, so that e-mail programs do not make links of what nobody has checked."""
    return ADDRESS.sub(lambda found: "[://]" if found[1] else "[.]", text)


@transaction.atomic
def _queue(profile: StaffProfile, *, context: dict, now: datetime) -> bool:
    """Queue tonight's summary for one moderator. Returns whether it was still to be queued."""
    night = now.date()
    before = Q(summarised_on=None) | Q(summarised_on__lt=night)
    if not StaffProfile.objects.filter(before, pk=profile.pk).update(summarised_on=night):
        return False
    mine = Submission.objects.awaiting_moderation().filter(assignee=profile.user_id).count()
    outbox.enqueue(
        Kind.MODERATION_SUMMARY,
        address=profile.user.email,
        language=language_of(profile.user),
        context={**context, "mine": mine},
    )
    return True
