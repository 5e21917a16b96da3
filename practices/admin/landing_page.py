"""The landing page of the admin: what is waiting, what to review next, and what was decided."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from practices import workflow
from practices.admin import system
from practices.admin.submission.filters import counted_tabs
from practices.admin.submission.rows import described
from practices.choices import AWAITING_MODERATION, Act
from practices.core import maintenance
from practices.core.findings import Severity
from practices.core.http.guards import waiting_time
from practices.models import ModerationEvent, OutboxMessage, Question, Submission
from practices.notifications import hold

register = template.Library()

ROWS = 10
"""Submissions of the queue that are shown."""
DECISIONS = 5
"""Recent decisions that are shown."""
LISTS = {
    "queue": _("to review"),
    "answered": _("answered by the submitter"),
    "mine": _("assigned to you"),
    "waiting": _("waiting for the submitter"),
    "withdrawal": _("withdrawal requested"),
    "scheduled": _("scheduled"),
    "spam": _("spam"),
}
"""Tab of the queue → what its number counts."""


@register.inclusion_tag("admin/landing_page.html", takes_context=True)
def landing_page(context):
    """Show numbers that link to their lists, the submission to review next, the queue and recent decisions."""
    request = context["request"]
    shown = {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "counts": [],
        "hold": hold.current(),
        "maintenance": maintenance.is_on(),
        "too_few": workflow.too_few_moderators(),
        "approvals_needed": settings.APPROVALS_NEEDED,
        "sees_outbox": request.user.has_perm("practices.view_outboxmessage"),
        "moderates": request.user.has_perm(workflow.MODERATE),
    }
    if request.user.has_perm("practices.view_submission"):
        shown |= _queue(request)
    if request.user.has_perm("practices.view_question"):
        shown["counts"] = [*shown["counts"], *_questions()]
    if request.user.has_perm("practices.view_jobrun"):
        wrong = sum(each.state is not Severity.OK for each in system.statuses())
        address = reverse("admin:practices_jobrun_changelist")
        label = ngettext("warning about the system", "warnings about the system", wrong)
        shown["counts"] = [*shown["counts"], (wrong, label, address)]
    if shown["sees_outbox"]:
        failed = OutboxMessage.objects.given_up().count()
        address = f"{reverse('admin:practices_outboxmessage_changelist')}?became=failed"
        shown["counts"] = [
            *shown["counts"],
            (failed, ngettext("e-mail failed", "e-mails failed", failed), address),
        ]
    return shown


def _questions():
    """Return (number, what it counts, address of the list) of questions that need a decision; none without any."""
    path = reverse("admin:practices_question_changelist")
    held, answered = Question.objects.held().count(), Question.objects.publishable().count()
    counts = [
        (held, ngettext("question to release", "questions to release", held), f"{path}?todo=held"),
        (
            answered,
            ngettext("answer to publish", "answers to publish", answered),
            f"{path}?todo=publish",
        ),
    ]
    return [count for count in counts if count[0]]


def _queue(request):
    rows = Submission.objects.awaiting_moderation().select_related("submitter", "assignee")
    queue, first = described(rows[:ROWS]), workflow.first_for(rows, request.user)
    found = next((one for one in queue if one == first), None)
    following = found or (described([first])[0] if first else None)
    return {
        "sees_queue": True,
        "counts": _counts(request),
        "queue": queue,
        "next": following,
        "can_start": following and "start_review" in workflow.available(following, by=request.user),
        "decisions": _decisions(),
        "usual_wait": waiting_time(Submission.objects.usual_wait()),
    }


def _counts(request):
    """Return (number, what it counts, address of the list). One query."""
    path = reverse("admin:practices_submission_changelist")
    return [
        (number, _with_unchecked(LISTS[name], unchecked), f"{path}?pile={name}")
        for name, _label, number, unchecked in counted_tabs(LISTS, request)
    ]


def _with_unchecked(label, unchecked):
    if not unchecked:
        return label
    return gettext("%(list)s (%(count)d new)") % {"list": label, "count": unchecked}


def _decisions():
    """Return the latest decisions of moderators on submissions."""
    events = ModerationEvent.objects.filter(submission__isnull=False, by__isnull=False, act=Act.STEP)
    events = events.exclude(to_state__in=AWAITING_MODERATION)
    return events.select_related("submission", "by").order_by("-at", "-pk")[:DECISIONS]
