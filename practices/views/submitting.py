"""Submitting a practice, and what its submitter does afterwards through the private link."""

import json
from datetime import timedelta

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from practices import documents, limits, workflow
from practices.choices import Act, State
from practices.forms import AnswerForm, SubmissionForm, bound_sections
from practices.models import Submission
from practices.views.helpers import limit_visitor, mailbox_path, private, public_form


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request):
    form = SubmissionForm(
        request.POST if request.method == "POST" else None,
        initial={"objective": request.GET.get("objective")},
    )
    if request.method == "POST":
        limit_visitor(request, "form", per_hour=settings.SUBMISSIONS_PER_HOUR * 10)
        if form.is_valid():
            _limit_submissions(request, form.cleaned_data["email"])
            workflow.save_draft(
                form.document(),
                submitter=form.submitter(),
                form_key=_form_key(form),
                language=get_language(),
                trapped=form.trapped,
            )
            return redirect("practices:submission-sent")
    return _form_page(request, "practices/submission_form.html", form)


def _form_key(form):
    """The same for a form that is sent twice; another once somebody went back and changed it, say the address."""
    said = json.dumps([form.form_key, form.cleaned_data], sort_keys=True)
    return salted_hmac("practices.views.submitting", said, algorithm="sha256").hexdigest()[:40]


def _limit_submissions(request, email):
    hour, now = timedelta(hours=1), timezone.now()
    limit_visitor(request, "submission", per_hour=settings.SUBMISSIONS_PER_HOUR)
    limits.count("submitter", email.lower(), limit=settings.SUBMISSIONS_PER_HOUR, window=hour, now=now)


def _form_page(request, template, form, **context):
    context |= {"form": form, "sections": list(bound_sections(form))}
    return TemplateResponse(request, template, context, status=422 if form.errors else 200)


@private
@require_safe
def submission_sent(request):
    return TemplateResponse(request, "practices/submission_sent.html", {"mailbox_path": mailbox_path()})


@private
@require_safe
def submission_detail(request, token):
    submission = _submission(token)
    return _status_page(request, submission)


def _submission(token):
    return get_object_or_404(Submission.objects.select_related("submitter", "practice"), token=token)


def _status_page(request, submission, *, status=200, refused=False):
    context = {
        "submission": submission,
        "reading": documents.read(submission.document),
        "events": submission.events.filter(act=Act.STEP).exclude(to_state=State.SPAM),
        "is_draft": submission.state == State.DRAFT,
        "waits": submission.state in (State.SUBMITTED, State.SPAM),  # spam is not told that it was seen
        "can_answer": submission.state == State.CHANGES_REQUESTED,
        "can_withdraw": workflow.allowed(submission, State.WITHDRAWN),
        "refused": refused,
    }
    return TemplateResponse(request, "practices/submission_detail.html", context, status=status)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_confirm(request, token):
    """POST puts the draft into the queue; a second time it is already there, which is fine."""
    submission = _submission(token)
    if request.method == "POST" and submission.state == State.DRAFT:
        _step(workflow.submit, submission)
    return redirect(submission)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_withdraw(request, token):
    submission = _submission(token)
    if request.method != "POST" or submission.state == State.WITHDRAWN:
        return redirect(submission)
    if _step(workflow.withdraw, submission):
        return redirect(submission)
    return _status_page(request, submission, status=409, refused=True)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_edit(request, token):
    """Change a submission a moderator has sent back, and send it in again."""
    submission = _submission(token)
    if submission.state != State.CHANGES_REQUESTED:
        return redirect(submission)
    data = request.POST if request.method == "POST" else None
    form = AnswerForm(data, initial=AnswerForm.values_from(submission.document))
    if request.method == "POST" and form.is_valid():
        if _step(workflow.answer, submission, form.document()):
            return redirect(submission)
        return _status_page(request, submission, status=409, refused=True)
    asked = submission.events.filter(act=Act.STEP, to_state=State.CHANGES_REQUESTED).last()
    return _form_page(request, "practices/submission_edit.html", form, submission=submission, asked=asked)


def _step(step, submission, *args):
    """Make a step; false when somebody else made another one meanwhile."""
    try:
        step(submission, *args)
    except workflow.TransitionNotAllowed:
        return False
    return True
