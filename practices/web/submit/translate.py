"""The page where anybody translates a practice."""

from functools import partial

from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from practices import documents, workflow
from practices.choices import Actor
from practices.core.http.guards import private, public_form, typed_person
from practices.core.http.numbers import whole_number
from practices.models import Practice, Translation
from practices.web.submit import machine_fill
from practices.web.submit.forms import typed_values
from practices.web.submit.private_page import form_page
from practices.web.submit.start import begin_draft
from practices.web.submit.translation_form import LanguageChoice, StartTranslationForm


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def practice_translate(request, pk, slug):
    """Let anybody translate a practice: its texts beside the fields, filled with the translation there is."""
    practice = get_object_or_404(Practice.objects.select_related("merged_into"), pk=pk)
    if "begin_translation" not in workflow.available(practice, by=Actor.SUBMITTER):
        choice = LanguageChoice(request.POST, of=practice.language)
        sent = request.method == "POST" and choice.is_valid()
        return _gone(
            request, practice, _bound(request, practice, choice.cleaned_data["to"]) if sent else None
        )
    if request.method != "POST" and slug != practice.slug:
        query = f"?{request.META['QUERY_STRING']}" if request.META["QUERY_STRING"] else ""
        return redirect(practice.get_translate_url() + query)
    choice = LanguageChoice(_asked(request, practice), of=practice.language)
    if not choice.is_valid():
        if "to" not in request.GET and "to" not in request.POST:
            choice = LanguageChoice(of=practice.language)
        context = {"practice": practice, "choice": choice, "languages": _translated_into(practice)}
        if request.method == "POST":
            context["typed"] = _typed(_bound(request, practice, practice.language))
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(request, "web/submit/translation_choice.html", context, status=status)
    return _form(request, practice, choice.cleaned_data["to"])


def _asked(request, practice):
    """Return the data of the choice: what was chosen, or the language of the page unless it is that of the practice."""
    data = request.POST if request.method == "POST" else request.GET
    return data if "to" in data or get_language() == practice.language else {"to": get_language()}


def _form(request, practice, language):
    """Show the form of a translation into a language; POST saves it as a draft with a private link."""
    latest = practice.revisions.latest("number")
    number = whole_number(request.POST.get("version")) if request.method == "POST" else None
    base = practice.revisions.filter(number=number).first() or latest
    options = {"original": base.document, "language": language}
    present = Translation.objects.published().filter(practice=practice, language=language).first()
    filling = None
    if machine_fill.is_asked(request):
        form = StartTranslationForm(request.POST, **options)
        form.is_typed = False  # the button may be pressed at once
        filling = machine_fill.fill(request, form, person=typed_person(request, form["email"].value() or ""))
        form = StartTranslationForm(filling.data, **options)
        form.is_typed = False
        form.drop_required_errors()
    elif request.method == "POST":
        form = StartTranslationForm(request.POST, **options)
        try:
            if response := begin_draft(request, form, partial(_begin, form, practice, base)):
                return response
        except workflow.TransitionNotAllowed:  # withdrawn just now
            practice.refresh_from_db()
            return _gone(request, practice, form)
    else:
        texts = StartTranslationForm.values_from(present.texts) if present else {}
        filled = {name: texts[name] for name in texts if name in (present.texts if present else {})}
        initial = {**filled, "version": latest.number, "to": language}
        if present and present.machine:  # which stays true of texts that somebody corrects
            machines = dict.fromkeys(present.texts, present.machine)
            initial |= {"machine": present.machine, "filled": StartTranslationForm.sign_filled(machines)}
        form = StartTranslationForm(initial=initial, **options)
    context = {
        "practice": practice,
        "present": present,
        "language": language,
        "original": documents.read(base.document),
        "filling": filling,
    }
    return form_page(request, "web/submit/translation_form.html", form, **context)


def _bound(request, practice, language):
    """Return the form as it was sent, for a practice that is not public any more."""
    original = practice.revisions.latest("number").document
    return StartTranslationForm(request.POST, original=original, language=language)


def _begin(form, practice, base, **draft):
    return workflow.begin_translation(
        practice,
        form.document(base.document),
        based_on=base.number,
        machine=form.cleaned_data.get("machine", ""),
        **draft,
    )


def _translated_into(practice):
    """Return the translations that readers have already."""
    return list(practice.translations.published().order_by("language"))


def _gone(request, practice, form=None):
    """Answer for a practice withdrawn or merged meanwhile: 410 with the texts that were typed, to copy from."""
    other = practice.remaining
    if other.is_public and form is None:
        return redirect(other.get_translate_url(), permanent=True)
    context = {
        "practice": practice,
        "reason": practice.remaining.public_reason,
        "typed": _typed(form) if form else [],
        "translates": True,
    }
    return TemplateResponse(request, "web/submit/correction_gone.html", context, status=410)


def _typed(form):
    """Return label and text of each field of a form that has a text, to copy from."""
    empty = typed_values({})
    return [
        {"label": field.label, "mine": "\n".join(form.data.getlist(field.name))}
        for field in form.texts
        if form.data.getlist(field.name) not in ([], empty.get(field.name))
    ]
