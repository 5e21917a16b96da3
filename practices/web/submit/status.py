"""The status page of a submission, and the steps its submitter makes there."""

from django.conf import settings
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from practices import workflow
from practices.choices import DECLINED, Actor, Phase, State
from practices.core.http.guards import limit_visitor, mailbox_path, private, public_form, waiting_time
from practices.models import Adaptation, Submission
from practices.web.submit import published
from practices.web.submit.forms import ThreadForm, WithdrawalForm
from practices.web.submit.private_page import (
    has_unsent_changes,
    private_submission,
    reading_of,
    redirect_to_status,
    steps_of_submitter,
    submission_form,
    told_by,
)


@private
@require_safe
def submission_detail(request, token):
    said = {"refused": "refused" in request.GET, "closed": "closed" in request.GET}
    return _status_page(request, private_submission(token), **said)


def _status_page(
    request, submission, *, status=200, refused=False, closed=False, thread_form=None, withdrawal_form=None
):
    traits = State(submission.state).for_submitter.traits
    steps = steps_of_submitter(submission)
    headline, explanation = traits.told(
        is_change=submission.is_change,
        is_translation=submission.is_translation,
        is_adaptation=submission.is_adaptation,
    )
    context = {
        "submission": submission,
        "traits": traits,
        "headline": headline,
        "explanation": explanation,
        "reading": reading_of(submission),
        "told": told_by(submission),
        "history": published.history(submission),
        "thread": submission.thread.all(),
        "thread_form": thread_form or ThreadForm(),
        "is_sent": _is_sent(submission),
        "is_published": submission.state == State.PUBLISHED,
        "is_declined": State(submission.state).for_submitter in DECLINED,
        "can_edit": "save" in steps,
        "can_resubmit": "resubmit" in steps,
        "has_unsent_changes": "resubmit" in steps
        and has_unsent_changes(submission, submission_form(submission)),
        "can_write": "write" in steps,
        "can_withdraw": "withdraw" in steps,
        "can_discard": "discard" in steps,
        "can_update": "begin_update" in steps,
        "can_retract": "retract_adaptation" in steps,
        "can_request_withdrawal": "request_withdrawal" in steps,
        "can_cancel_request": "cancel_withdrawal_request" in steps,
        "withdrawal_form": withdrawal_form or WithdrawalForm(),
        **published.context(submission),
        "phases": _phases(submission),
        "usual_wait": waiting_time(Submission.objects.usual_wait()) if traits.turn is Actor.STAFF else "",
        "refused": refused,
        "is_closed": closed and "save" not in steps,
        "mailed": "mailed" in request.GET,
        "mailbox_path": mailbox_path(),
    }
    return TemplateResponse(request, "web/submit/submission_detail.html", context, status=status)


def _is_sent(submission):
    """Return whether a draft only lacks the confirmation of its submitter's address."""
    return submission.state == State.DRAFT and submission.sent_at is not None


def _is_gone(submission):
    """Return whether what it has told of a use elsewhere is withdrawn already."""
    return (
        submission.is_adaptation
        and not Adaptation.objects.filter(submission=submission, withdrawn_at=None).exists()
    )


def _phases(submission):
    """Return [(label, "done", "now" or "")] of the phases to publication; [] once it was decided."""
    traits = State(submission.state).for_submitter.traits
    current = Phase.CONFIRMATION if _is_sent(submission) else traits.phase
    if current is None or traits.decided_by:
        return []
    left_out = set() if current is Phase.CHANGES else {Phase.CHANGES}
    if submission.submitter.verified_at and submission.sent_at is None:  # it was confirmed before
        left_out.add(Phase.CONFIRMATION)
    phases = [phase for phase in Phase if phase not in left_out]
    before = phases.index(current)
    marks = ["done"] * before + ["now"] + [""] * (len(phases) - before - 1)
    return [(phase.label, mark) for phase, mark in zip(phases, marks, strict=True)]


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_write(request, token):
    """POST adds a message of the submitter to the thread."""
    submission = private_submission(token)
    if request.method != "POST":
        return redirect(submission.get_private_url())
    limit_visitor(request, "thread", per_hour=settings.MESSAGES_PER_HOUR, person=submission.token)
    form = ThreadForm(request.POST)
    if "write" not in steps_of_submitter(submission):
        return _status_page(request, submission, status=409, refused=True, thread_form=form)
    if not form.is_valid():
        return _status_page(request, submission, status=422, thread_form=form)
    if not form.trapped:
        cleaned = form.cleaned_data
        try:
            workflow.write(submission, cleaned["text"], form_key=cleaned["form_key"])
        except workflow.TransitionNotAllowed:
            return _status_page(
                request, private_submission(token), status=409, refused=True, thread_form=form
            )
    return HttpResponseRedirect(submission.get_private_url() + "#thread")


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_withdraw(request, token):
    """POST withdraws what moderators have; the step “discard” deletes a draft, “retract” withdraws a published report."""
    submission = private_submission(token)
    is_draft = request.POST.get("step") == "discard"
    is_retracted = request.POST.get("step") == "retract"
    if (
        request.method != "POST"
        or submission.state == State.WITHDRAWN
        or (is_retracted and _is_gone(submission))
    ):
        return redirect(submission.get_private_url())
    try:
        if is_draft:
            workflow.discard(submission)
        elif is_retracted:
            workflow.retract_adaptation(submission)
        else:
            workflow.withdraw(submission)
    except workflow.TransitionNotAllowed:
        return _status_page(request, submission, status=409, refused=True)
    if is_draft:
        return redirect(reverse("practices:submit") + "?discarded")
    return redirect(submission.get_private_url())


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_questions(request, token):
    """POST turns questions of readers about the practice on or off, if its submitter speaks for it."""
    submission = private_submission(token)
    if request.method == "POST" and "takes_questions" in published.context(submission):
        workflow.turn_questions(submission.practice, on=request.POST.get("questions") == "on")
    return redirect(submission.get_private_url() + "#questions")


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_request_withdrawal(request, token):
    """Ask the moderators, by POST, to withdraw the published practice, or cancel the request."""
    submission = private_submission(token)
    if request.method != "POST":
        return redirect(submission.get_private_url())
    limit_visitor(request, "thread", per_hour=settings.MESSAGES_PER_HOUR, person=submission.token)
    is_cancelled = request.POST.get("step") == "cancel"
    form = WithdrawalForm(request.POST)
    if not is_cancelled and not form.is_valid():
        return _status_page(request, submission, status=422, withdrawal_form=form)
    try:
        if is_cancelled:
            workflow.cancel_withdrawal_request(submission)
        else:
            workflow.request_withdrawal(submission, reason=form.cleaned_data["reason"])
    except workflow.TransitionNotAllowed:
        return _status_page(
            request, private_submission(token), status=409, refused=True, withdrawal_form=form
        )
    return redirect(submission.get_private_url())


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_update(request, token):
    """POST begins an update of a published practice, or opens the one already begun."""
    published = private_submission(token)
    if request.method != "POST":
        return redirect(published.get_private_url())
    if "begin_update" not in steps_of_submitter(published):
        return redirect_to_status(request, published, status=409)
    try:
        update = workflow.begin_update(published, language=get_language())
    except workflow.TransitionNotAllowed:
        return redirect_to_status(request, published, status=409)
    return redirect("practices:submission-edit", update.token)
