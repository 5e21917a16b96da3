"""Views that preview, send and confirm a submission, and mail its private link."""

from datetime import timedelta

from django.conf import settings
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from practices import clock, workflow
from practices.core import rate_limits
from practices.core.addresses import canonical
from practices.core.http.guards import (
    private,
    public_form,
    site_address,
    too_many_requests,
    typed_person,
    visitor_address,
)
from practices.core.http.numbers import whole_number
from practices.core.http.public_forms import IdempotencyKey
from practices.discovery import duplicates
from practices.web.submit.private_page import (
    checklist,
    has_unsent_changes,
    private_submission,
    published_since,
    reading_of,
    redirect_to_status,
    steps_of_submitter,
    submission_form,
    told_by,
)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_send(request, token):
    """Show the preview; POST sends a draft to its submitter to confirm, or requested changes to the moderators."""
    submission = private_submission(token)
    if "save" not in steps_of_submitter(submission):
        return redirect_to_status(request, submission)
    form = submission_form(submission)
    if not form.is_valid():
        return redirect(reverse("practices:submission-edit", args=[token]) + "?all")
    changed_meanwhile = False
    if request.method == "POST":
        try:
            return _send(request, submission, form)
        except rate_limits.LimitReached as reached:
            return _preview_page(request, submission, form, reached=reached)
        except workflow.SavedMeanwhile:
            changed_meanwhile = True
            form = submission_form(submission)
            if not form.is_valid():
                return redirect(reverse("practices:submission-edit", args=[token]) + "?all")
    return _preview_page(request, submission, form, changed_meanwhile=changed_meanwhile)


def _preview_page(request, submission, form, *, changed_meanwhile=False, reached=None):
    """Show the preview with its button; `reached` is the limit because of which a draft was not sent just now."""
    document = form.document(submission.document)
    newer = published_since(submission, document)
    if newer:  # fields the submitter left alone follow what was published since
        document = newer.document
    attachments = newer.merged_files if newer else submission.attachments.all()
    context = {
        "submission": submission,
        "reading": reading_of(submission, document),
        "adaptation": told_by(submission, document),
        "detected_language": form.detected_language,
        "duplicates": duplicates.likely_duplicates(document, exclude=submission.practice),
        "checklist": checklist(form, has_files=bool(attachments)),
        "needed": form.needed,
        "round": _round_of(submission, form),
        "changed_meanwhile": changed_meanwhile,
        "has_unsent_changes": has_unsent_changes(submission, form),
        "newer": newer,
        "attachments": attachments,
        "idempotency_key": IdempotencyKey(),
        "link": site_address(submission.get_private_url()),
    }
    template = "web/submit/submission_preview.html"
    if reached:
        return too_many_requests(request, reached.retry_after, template=template, **context)
    return TemplateResponse(request, template, context, status=409 if changed_meanwhile else 200)


def _round_of(submission, form):
    """Return a string that identifies what a preview answers: the last request for changes, and the practice it updates.

    A page from before either may have the same text, but whoever sends it has not read what should change, or sees
    another practice, which that one has been merged into since.
    """
    return f"{form.asked.pk if form.asked else ''}/{submission.practice_id or ''}"


def _send(request, submission, form):
    """Make the step. Raises workflow.SavedMeanwhile unless it is the version whose preview was read.

    A draft whose address is confirmed already, as that of an update, goes to the moderators at once.
    """
    seen = whole_number(request.POST.get("version")) or 0
    steps = steps_of_submitter(submission)
    if request.POST.get("round") not in (None, _round_of(submission, form)):
        return redirect_to_status(request, submission, status=409)
    try:
        if "submit" in steps and submission.submitter.verified_at:
            # Apart from what strangers send in its name, which would keep its owner from sending.
            _limit("confirmed submitter", canonical(submission.submitter.email))
            workflow.submit(submission, seen=seen)
        elif "send" in steps:
            limit_address(request, submission.submitter.email)
            workflow.send(submission, seen=seen, form_key=request.POST.get("form_key", ""))
        else:
            workflow.resubmit(submission, form.document(submission.document), seen=seen)
    except workflow.SavedMeanwhile:
        raise
    except workflow.TransitionNotAllowed:
        return redirect_to_status(request, submission, status=409)
    return redirect(submission.get_private_url())


def limit_address(request, address):
    """Count an e-mail to an address that a visitor typed. Raises rate_limits.LimitReached."""
    _limit("submitter", typed_person(request, address))
    rate_limits.count_mail_to_submitter(address, asked_from=visitor_address(request), now=clock.now())


def _limit(scope, person):
    rate_limits.count(
        scope,
        person,
        limit=settings.SUBMISSIONS_PER_HOUR,
        window=timedelta(hours=1),
        now=clock.now(),
    )


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_confirm(request, token, key):
    """Open the link of the confirmation e-mail: GET shows the practice and one button, POST submits it.

    POST counts for the version it names, which its page has shown; for any other one the page is shown again.
    """
    submission = private_submission(token)
    if "submit" not in steps_of_submitter(submission) or not workflow.is_confirm_key(submission, key):
        return redirect(submission.get_private_url())
    form = submission_form(submission)
    if not form.is_valid():
        return redirect(reverse("practices:submission-edit", args=[token]) + "?all")
    if request.method == "POST":
        try:
            workflow.submit(submission, seen=whole_number(request.POST.get("version")) or 0)
        except workflow.SavedMeanwhile:
            return _confirm_page(request, submission, status=409)
        except workflow.TransitionNotAllowed:
            return redirect_to_status(request, submission, status=409)
        return redirect(submission.get_private_url())
    return _confirm_page(request, submission)


def _confirm_page(request, submission, *, status=200):
    newer = published_since(submission)
    document = newer.document if newer else submission.document
    context = {
        "submission": submission,
        "reading": reading_of(submission, document),
        "adaptation": told_by(submission, document),
        "attachments": newer.merged_files if newer else submission.attachments.all(),
        "changed_meanwhile": status == 409,
        "changed_since_sent": submission.sent_at and submission.saved_at > submission.sent_at,
    }
    return TemplateResponse(request, "web/submit/submission_confirm.html", context, status=status)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_link(request, token):
    """POST mails the private link of a draft, or its confirmation again, to the address given in it."""
    submission = private_submission(token)
    address = submission.submitter.email
    if request.method == "POST":
        if not address or "mail_link" not in steps_of_submitter(submission):
            return redirect_to_status(request, submission, status=409)
        limit_address(request, address)
        form_key = request.POST.get("form_key", "")
        try:
            if submission.sent_at:
                workflow.send(submission, form_key=form_key)
            else:
                workflow.mail_link(submission, form_key=form_key)
        except workflow.TransitionNotAllowed:
            return redirect_to_status(request, submission, status=409)
        return redirect(reverse("practices:submission-detail", args=[token]) + "?mailed")
    return redirect(submission.get_private_url())
