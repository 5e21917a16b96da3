"""The spreadsheet template to prepare a practice offline, and the page to upload it."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from practices import workflow
from practices.core.http.files import upload_page
from practices.core.http.guards import indexable, limit_visitor, private, public_form
from practices.core.http.sent_pages import sent_address
from practices.core.upload_checks import XLSX
from practices.exchange.spreadsheets.template import as_csv, as_xlsx
from practices.web.submit.forms import SubmissionForm, form_data, new_submitter
from practices.web.submit.private_page import (
    private_submission,
    redirect_to_status,
    steps_of_submitter,
    submission_form,
)
from practices.web.submit.spreadsheet_form import SpreadsheetForm, template_rows

TEMPLATES = {"xlsx": (as_xlsx, XLSX), "csv": (as_csv, "text/csv; charset=utf-8")}
"""Writers and content types by file extension."""


@indexable
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submit_spreadsheet(request):
    """Turn a filled-in template into a draft, which shows each error at its field."""
    form = SpreadsheetForm(request.POST, request.FILES) if request.method == "POST" else SpreadsheetForm()
    if request.method == "POST":
        limit_visitor(request, "form", per_hour=settings.FORMS_PER_HOUR)
        if form.is_valid():
            limit_visitor(request, "submission", per_hour=settings.SUBMISSIONS_PER_HOUR)
            return _begin(form)
    return upload_page(request, "web/submit/submission_spreadsheet.html", {"form": form}, form=form)


def _begin(form):
    typed = form.cleaned_data["file"]
    filled = SubmissionForm(form_data(typed))
    filled.full_clean()
    submission = workflow.begin(
        filled.document(),
        submitter=new_submitter(filled),
        typed=typed,
        form_key=form.key_of(typed),
        language=get_language(),
        trapped=form.trapped,
    )
    if form.trapped:
        return redirect(sent_address("practices:submission-sent"))
    return _redirect_to_draft(submission, form)


def _redirect_to_draft(submission, form):
    """Redirect to the draft with all its errors, which names the rows of the spreadsheet that were left out."""
    left_out = "".join(f"&left_out={number}" for number in form.unknown_rows)
    return redirect(reverse("practices:submission-edit", args=[submission.token]) + f"?all{left_out}")


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_spreadsheet(request, token):
    """Fill in a draft from a corrected template: its answers replace those of the draft, and empty rows leave them."""
    submission = private_submission(token)
    if "save" not in steps_of_submitter(submission) or submission.is_translation:
        return redirect_to_status(request, submission)
    form = SpreadsheetForm(request.POST, request.FILES) if request.method == "POST" else SpreadsheetForm()
    if request.method == "POST":
        limit_visitor(request, "form", per_hour=settings.FORMS_PER_HOUR, person=submission.token)
        if form.is_valid():
            try:
                _fill_in(submission, form.cleaned_data["file"])
            except (workflow.SavedMeanwhile, workflow.TransitionNotAllowed):
                return redirect_to_status(request, submission, status=409)
            return _redirect_to_draft(submission, form)
    context = {"form": form, "submission": submission}
    return upload_page(request, "web/submit/submission_spreadsheet.html", context, form=form)


def _fill_in(submission, answers):
    """Save the draft with these answers. Raises SavedMeanwhile and TransitionNotAllowed."""
    before = submission_form(submission)
    given = {name: typed for name, typed in answers.items() if any(typed) and name in before.fields}
    filled = submission_form(submission, form_data(before.typed() | given))
    workflow.save(
        submission,
        typed=filled.typed(),
        seen=submission.version,
        document=filled.document(submission.document),
        submitter=filled.submitter(),
    )


@private
@require_safe
def submit_template(request, extension):
    if extension not in TEMPLATES:
        raise Http404
    write, content_type = TEMPLATES[extension]
    response = HttpResponse(write(template_rows()), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="practice.{extension}"'
    return response
