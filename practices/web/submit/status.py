"""What a submitter does with a submission through its private link besides writing it."""

from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from practices import documents, workflow
from practices.choices import Act, State
from practices.core.http.guards import limit_visitor, mailbox_path, private, public_form, waiting_time
from practices.models import Submission, Submitter
from practices.models.submission import new_token
from practices.web.submit.forms import ThreadForm
from practices.web.submit.private_page import private_submission

MESSAGES_PER_HOUR = 20


@private
@require_safe
def submission_detail(request, token):
    return _status_page(request, private_submission(token), refused="refused" in request.GET)


def _status_page(request, submission, *, status=200, refused=False, thread_form=None):
    state = submission.state
    context = {
        "submission": submission,
        "reading": documents.read(submission.document),
        "events": submission.events.filter(act=Act.STEP).exclude(to_state=State.SPAM),
        "thread": submission.thread.all(),
        "thread_form": thread_form or ThreadForm(),
        "is_draft": state == State.DRAFT,
        "is_sent": state == State.DRAFT and submission.sent_at,
        "waits": state in (State.SUBMITTED, State.SPAM),  # spam is not told that it was seen
        "in_review": state == State.IN_REVIEW,
        "can_answer": state == State.CHANGES_REQUESTED,
        "can_write": state not in (State.DRAFT, State.WITHDRAWN),
        "can_withdraw": workflow.allowed(submission, State.WITHDRAWN),
        "can_update": state == State.PUBLISHED
        and submission.practice
        and not submission.practice.withdrawn_at,
        "is_over": state in (State.PUBLISHED, State.REJECTED, State.WITHDRAWN),
        "steps": _steps(submission),
        "usual_wait": waiting_time(Submission.objects.usual_wait()),
        "refused": refused,
        "mailed": "mailed" in request.GET,
        "mailbox_path": mailbox_path(),
    }
    return TemplateResponse(request, "web/submit/submission_detail.html", context, status=status)


WAY = [
    (_("You write it"), [State.DRAFT]),
    (_("You confirm your address"), []),
    (_("A moderator reads it"), [State.SUBMITTED, State.IN_REVIEW, State.CHANGES_REQUESTED, State.SPAM]),
    (_("It is in the catalogue, and its followers hear of it"), [State.SCHEDULED, State.PUBLISHED]),
]
"""(What happens, the states it lasts) of the way a submission goes when all is well."""


def _steps(submission):
    """[(what happens, "done", "now" or "")] of the way through; nothing of it is left once it was declined."""
    if submission.state in (State.REJECTED, State.WITHDRAWN):
        return []
    now = next(number for number, (_label, states) in enumerate(WAY) if submission.state in states)
    if submission.state == State.DRAFT and submission.sent_at:
        now = 1
    marks = ["done"] * now + ["done" if submission.state == State.PUBLISHED else "now"] + [""] * len(WAY)
    return [(label, mark) for (label, _states), mark in zip(WAY, marks, strict=False)]


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_write(request, token):
    """The submitter writes to the moderators."""
    submission = private_submission(token)
    if request.method != "POST" or submission.state in (State.DRAFT, State.WITHDRAWN):
        return redirect(submission.get_private_url())
    limit_visitor(request, "thread", per_hour=MESSAGES_PER_HOUR)
    form = ThreadForm(request.POST)
    if not form.is_valid():
        return _status_page(request, submission, status=422, thread_form=form)
    if not form.trapped:
        workflow.write(submission, form.cleaned_data["text"])
    return HttpResponseRedirect(submission.get_private_url() + "#thread")


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_withdraw(request, token):
    submission = private_submission(token)
    if request.method != "POST" or submission.state == State.WITHDRAWN:
        return redirect(submission.get_private_url())
    try:
        workflow.withdraw(submission)
    except workflow.TransitionNotAllowed:
        return _status_page(request, submission, status=409, refused=True)
    return redirect(submission.get_private_url())


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_update(request, token):
    """POST begins an update of what was published, filled with its latest revision, or goes on with one."""
    published = private_submission(token)
    practice = published.practice
    if request.method != "POST" or published.state != State.PUBLISHED or practice.withdrawn_at:
        return redirect(published.get_private_url())
    who = published.submitter
    begun = practice.submissions.filter(state=State.DRAFT, submitter__email=who.email).first()
    if begun is None:
        latest = practice.revisions.latest("number")
        begun = workflow.begin(
            latest.document,
            submitter=Submitter(
                honorific=who.honorific, name=who.name, organisation=who.organisation, email=who.email
            ),
            form_key=new_token(),
            language=get_language(),
            practice=practice,
            based_on=latest.number,
        )
    return redirect("practices:submission-edit", begun.token)
