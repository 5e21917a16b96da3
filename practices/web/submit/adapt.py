"""The page where anybody tells that they have used a practice elsewhere."""

from functools import partial

from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from practices import workflow
from practices.choices import Actor
from practices.core.http.guards import private, public_form
from practices.documents import adaptations, load_local
from practices.models import Practice
from practices.web.submit.adaptation_form import StartAdaptationForm
from practices.web.submit.forms import typed_values
from practices.web.submit.private_page import form_page
from practices.web.submit.start import begin_draft


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def practice_adapt(request, pk, slug):
    """Ask where a practice was used elsewhere, and what the results were; POST saves a draft with a private link."""
    practices = Practice.objects.select_related("merged_into")
    practice = get_object_or_404(practices, pk=pk)
    form = StartAdaptationForm(request.POST if request.method == "POST" else None)
    if "begin_adaptation" not in workflow.available(practice, by=Actor.SUBMITTER):
        return _gone(request, practice, form)
    if request.method != "POST" and slug != practice.slug:
        return redirect(practice.get_adapt_url(), permanent=True)
    if request.method == "POST":
        try:
            if response := begin_draft(request, form, partial(_begin, form, practice)):
                return response
        except workflow.TransitionNotAllowed:  # withdrawn just now
            return _gone(request, practices.get(pk=pk), form)
    load_local([practice])
    return form_page(request, "web/submit/adaptation_form.html", form, practice=practice)


def _begin(form, practice, **draft):
    blank = adaptations.blank(practice.document, language=get_language())
    return workflow.begin_adaptation(practice, form.document(blank), **draft)


def _gone(request, practice, form):
    """Answer for a practice withdrawn or merged meanwhile: 410 with what was typed, to copy from."""
    other = practice.remaining
    if other.is_public and not form.is_bound:
        return redirect(other.get_adapt_url(), permanent=True)
    empty, typed = typed_values({}), []
    if form.is_bound:
        typed = [
            {"label": form[name].label, "mine": "\n".join(form.data.getlist(name))}
            for name in adaptations.LABELS
            if form.data.getlist(name) not in ([], empty.get(name))
        ]
    context = {
        "practice": practice,
        "reason": practice.remaining.public_reason,
        "typed": typed,
        "adapts": True,
    }
    return TemplateResponse(request, "web/submit/correction_gone.html", context, status=410)
