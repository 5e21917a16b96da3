"""The page where a submitter edits a draft, or answers a request for changes."""

from datetime import timedelta

from django.conf import settings
from django.http import JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from practices import clock, workflow
from practices.core import rate_limits
from practices.core.http.guards import private, public_form, site_address
from practices.core.http.numbers import whole_number
from practices.documents.sections import bound_sections
from practices.exchange.spreadsheets.parser import MOST_ROWS
from practices.web.submit import machine_fill
from practices.web.submit.forms import conflicts
from practices.web.submit.private_page import (
    checklist,
    form_page,
    private_submission,
    progress,
    published_since,
    redirect_after_save,
    redirect_to_status,
    steps_of_submitter,
    submission_form,
    wants_json,
)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_edit(request, token):
    """Edit a draft, or make requested changes. A save keeps everything typed, even if it is not valid."""
    submission = private_submission(token)
    if "save" not in steps_of_submitter(submission):
        return (
            _not_saved(request, submission)
            if request.method == "POST"
            else redirect_to_status(request, submission)
        )
    if request.method == "POST":
        return _save(request, submission)
    form = submission_form(submission)
    if "all" not in request.GET:
        form.drop_required_errors()
    left_out = filter(None, map(whole_number, request.GET.getlist("left_out")))
    rows = sorted({number for number in left_out if number <= MOST_ROWS})
    return _edit_page(request, submission, form, status=200, rows_left_out=", ".join(map(str, rows)))


def _edit_page(request, submission, form, *, status=None, **more):
    files = submission.attachments.count()
    context = {
        "submission": submission,
        "asked": form.asked if form.shows_requests else None,
        "fields_asked": [field for field in form if getattr(field.field, "asked", "")],
        "newer": published_since(submission, form.document(submission.document)),
        "files": files,
        "has_files": bool(files),
        "draft_days": settings.DRAFT_DAYS,
        "link": site_address(submission.get_private_url()),
    }
    return form_page(request, "web/submit/submission_edit.html", form, status=status, **context, **more)


def _save(request, submission):
    rate_limits.count(
        "save",
        submission.token,
        limit=settings.DRAFT_SAVES_PER_HOUR,
        window=timedelta(hours=1),
        now=clock.now(),
    )
    mine, filling = submission_form(submission, _with_saved_choices(request.POST, submission)), None
    if machine_fill.is_asked(request) and submission.is_translation:
        filling = machine_fill.fill(request, mine, person=submission.token)
        mine = submission_form(submission, filling.data)
    seen = whole_number(str(mine["version"].value())) or 0
    try:
        workflow.save(
            submission,
            typed=mine.typed(),
            seen=seen,
            document=mine.document(submission.document),
            submitter=mine.submitter(),
            machine=mine.cleaned_data.get("machine", ""),
        )
    except workflow.SavedMeanwhile:
        return _saved_meanwhile(request, submission, mine)
    except workflow.SubmissionErased:
        return redirect_to_status(request, submission, status=409)
    except workflow.TransitionNotAllowed:
        return _not_saved(request, submission)
    if wants_json(request):
        return JsonResponse(_save_result(submission, mine))
    if filling:
        form = submission_form(submission)
        form.drop_required_errors()
        return _edit_page(request, submission, form, filling=filling)
    return redirect_after_save(request, submission)


def _not_saved(request, submission):
    """Show what was typed, because the submission went on in another window and cannot be saved any more (409)."""
    if wants_json(request):
        return redirect_to_status(request, submission, status=409)
    mine = submission_form(submission, request.POST)
    typed = [one for one in conflicts(mine, submission_form(submission)) if one.mine]
    context = {
        "submission": submission,
        "typed": typed,
        "can_write": "write" in steps_of_submitter(submission),
    }
    return TemplateResponse(request, "web/submit/submission_not_saved.html", context, status=409)


def _with_saved_choices(data, submission):
    """Return `data` with the saved value of each field where that was chosen in submission_conflict.html."""
    data = data.copy()
    saved = submission_form(submission)
    for key in [key for key in data if key.startswith("take-")]:
        name = key.removeprefix("take-")
        if data[key] == "saved" and name in saved.fields:
            data.setlist(name, saved.data.getlist(name))
    return data


def _saved_meanwhile(request, submission, mine):
    """Show both versions, because another browser has saved first. Nothing is overwritten."""
    saved = submission_form(submission)
    differing = conflicts(mine, saved)
    if not differing:
        return (
            JsonResponse(_save_result(submission, mine))
            if wants_json(request)
            else redirect_after_save(request, submission)
        )
    if wants_json(request):
        return JsonResponse({"version": submission.version}, status=409)
    context = {
        "submission": submission,
        "differences": differing,
        "mine": [(name, value) for name, values in mine.typed().items() for value in values],
        "then": request.POST.get("then", ""),
    }
    return TemplateResponse(request, "web/submit/submission_conflict.html", context, status=409)


def _save_result(submission, form):
    """Return what the form's script shows after an automatic save."""
    has_files = submission.attachments.exists()
    return {
        "version": submission.version,
        "progress": " ".join(render_to_string("web/submit/progress.html", progress(form)).split()),
        "errors": list(form.errors),
        "met": [criterion.slug for criterion, met in checklist(form, has_files=has_files) if met],
        "filled": {part.section.slug: part.filled for part in bound_sections(form)},
    }
