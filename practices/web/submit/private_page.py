"""The private page of a submission: its row, its form, and the redirects its views share."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from practices.choices import Act, State
from practices.documents.criteria import CRITERIA
from practices.documents.sections import bound_sections
from practices.models import Submission
from practices.web.submit.forms import form_class


def private_submission(token):
    """The submission behind a private link, or a 404."""
    return get_object_or_404(Submission.objects.select_related("submitter", "practice"), token=token)


def submission_form(submission, data=None):
    """The form in which a submission is changed now, as its submitter left it or as `data` says."""
    kind = form_class(submission)
    form = (
        kind.for_submission(submission)
        if data is None
        else kind(data, initial={"version": submission.version})
    )
    asked = submission.events.filter(act=Act.STEP, to_state=State.CHANGES_REQUESTED).last()
    for field, reason in (asked.field_reasons if asked and kind.shows_requests else {}).items():
        name = "objective" if field == "objectives" else field
        if name in form.fields:
            form.fields[name].asked = reason
    form.asked = asked
    return form


def form_page(request, template, form, *, status=None, **context):
    sections = list(bound_sections(form))
    further = [part for part in sections if part.is_further]
    context |= {
        "form": form,
        "sections": sections,
        "further": len(further),
        "further_begun": sum(part.filled > 0 for part in further),
        "missing": form.missing,
        "checklist": checklist(form),
    }
    return TemplateResponse(request, template, context, status=status or (422 if form.errors else 200))


def checklist(form):
    """[(criterion, whether what is filled in looks enough for it)]."""
    document = form.document() if form.is_bound and form.errors is not None else {}
    return [(criterion, criterion.looks_met(document)) for criterion in CRITERIA]


def redirect_to_status(request, submission, *, status=302):
    """To where the submission stands, which it no longer is its submitter's turn to change."""
    if wants_json(request):
        return HttpResponse(status=409)
    return redirect(
        reverse("practices:submission-detail", args=[submission.token])
        + ("?refused" if status == 409 else "")
    )


def redirect_after_save(request, submission):
    """To the page as it will look, if that was asked for, or back to the form."""
    name = "submission-send" if request.POST.get("then") == "preview" else "submission-edit"
    return redirect(f"practices:{name}", submission.token)


def wants_json(request):
    return request.headers.get("Accept") == "application/json"
