"""Attached files of a submission, behind its private link."""

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_safe

from practices import workflow
from practices.core.http.files import SANDBOX, file_response, upload_page
from practices.core.http.guards import limit_visitor, private, public_form
from practices.core.http.numbers import whole_number
from practices.core.stored_files import StorageFailed, StorageFull
from practices.web.submit.attachment_form import AttachmentForm, FirstFileForm
from practices.web.submit.private_page import private_submission, redirect_to_status, steps_of_submitter


@private
@public_form(takes_files=True)
@require_http_methods(["GET", "HEAD", "POST"])
def submission_attachments(request, token):
    """Show the files of a submission; POST adds, removes or reorders them."""
    submission = private_submission(token)
    if "attach" not in steps_of_submitter(submission):
        return redirect_to_status(request, submission)
    form = AttachmentForm()
    if request.method == "POST":
        limit_visitor(request, "upload", per_hour=settings.UPLOADS_PER_HOUR, person=submission.token)
        form = AttachmentForm(request.POST, request.FILES)
        try:
            if _change_files(submission, request.POST) or (form.is_valid() and _attach(submission, form)):
                return redirect(request.path)
        except workflow.TransitionNotAllowed:
            return redirect_to_status(request, submission, status=409)
    return _files_page(request, submission, form)


def attach_first_file(request, submission):
    """Attach the file that came with the form of a new draft. Return the page that says why not; None if it was."""
    form = FirstFileForm(request.POST, request.FILES)
    try:
        if form.is_valid() and (not form.cleaned_data["file"] or _attach(submission, form)):
            return None
    except workflow.TransitionNotAllowed:  # a second copy of the form, sent after the first went on
        return redirect_to_status(request, submission, status=409)
    return _files_page(request, submission, form, is_begun=True)


def _files_page(request, submission, form, *, is_begun=False):
    context = {
        "is_begun": is_begun,
        "submission": submission,
        "attachments": submission.attachments.all(),
        "form": form,
        "most": settings.ATTACHMENTS,
        "most_mb": settings.ATTACHMENT_MB,
    }
    return upload_page(request, "web/submit/submission_attachments.html", context, form=form)


def _change_files(submission, sent):
    """Remove a file or move it to the front if its button was pressed. Returns whether one was."""
    for name, step in {"remove": workflow.detach, "first": workflow.put_first}.items():
        if name in sent:
            if pk := whole_number(sent[name]):
                step(submission, pk)
            return True
    return False


def _attach(submission, form):
    """Attach the file. Returns whether it could be stored."""
    try:
        workflow.attach(submission, form.cleaned_data["file"], description=form.cleaned_data["description"])
    except workflow.TooManyAttachments:
        form.add_limit_error(settings.ATTACHMENTS)
        return False
    except StorageFailed as failed:
        form.add_storage_error(full=isinstance(failed, StorageFull))
        return False
    return True


@private
@require_safe
@csp_override(SANDBOX)
def submission_attachment(request, token, attachment):
    submission = private_submission(token)
    return file_response(request, get_object_or_404(submission.attachments, pk=attachment))
