"""The nightly e-mail to moderators who want one."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from practices.choices import Kind, State
from practices.models import StaffProfile, Submission
from practices.notifications import outbox

OLD = timedelta(days=14)
SHOWN = 5


def send_summaries(*, now: datetime | None = None) -> int:
    """Queue tonight's summaries: one to each moderator who wants it and has an address. Returns how many.

    Nothing awaits a decision, nothing is sent. Run twice in a night, or twice at once, each goes once.
    """
    now = now or timezone.now()
    context = _summary(now)
    if not context["waiting"]:
        return 0
    may_decide = User.objects.with_perm(
        "practices.change_submission", backend="django.contrib.auth.backends.ModelBackend"
    )
    wanted = StaffProfile.objects.filter(nightly_summary=True, user__in=may_decide.filter(is_staff=True))
    queued = 0
    for profile in wanted.exclude(user__email="").select_related("user").order_by("pk"):
        queued += _queue(profile, context, now=now)
    return queued


def _summary(now: datetime) -> dict:
    """What all of them read: how much awaits a decision, and the oldest of it."""
    queue = Submission.objects.awaiting_moderation()
    return {
        "waiting": queue.count(),
        "new": queue.filter(submitted_at__gt=now - timedelta(days=1)).count(),
        "old": queue.filter(submitted_at__lt=now - OLD).count(),
        "unassigned": queue.filter(assignee=None).count(),
        "oldest": [
            {
                "title": submission.title,
                "path": reverse("admin:practices_submission_change", args=[submission.pk]),
                "days": (now - submission.submitted_at).days if submission.submitted_at else 0,
            }
            for submission in queue[:SHOWN]
        ],
        "queue_path": reverse("admin:practices_submission_changelist"),
        "preferences_path": reverse("admin:practices_staffprofile_mine"),
    }


@transaction.atomic
def _queue(profile: StaffProfile, context: dict, *, now: datetime) -> bool:
    """Whether tonight's summary of this moderator was still to be queued."""
    night = now.date()
    before = Q(summarised_on=None) | Q(summarised_on__lt=night)
    if not StaffProfile.objects.filter(before, pk=profile.pk).update(summarised_on=night):
        return False
    mine = Submission.objects.filter(
        state__in=[State.SUBMITTED, State.IN_REVIEW], assignee=profile.user_id
    ).count()
    outbox.enqueue(
        Kind.MODERATION_SUMMARY,
        address=profile.user.email,
        language=settings.LANGUAGE_CODE,
        context={**context, "mine": mine},
    )
    return True
