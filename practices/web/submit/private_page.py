"""The private page of a submission: its row, its form, and the redirects its views share."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from practices import documents, workflow
from practices.choices import Act, Actor, State
from practices.core.http.guards import UnknownLink
from practices.documents import adaptations, three_way_merge, translations
from practices.documents.criteria import CRITERIA, weights_as_json
from practices.documents.sections import bound_sections
from practices.models import Submission
from practices.web.submit.adaptation_form import AdaptationAnswerForm, AdaptationForm
from practices.web.submit.forms import AnswerForm, SubmissionForm, UpdateForm
from practices.web.submit.translation_form import TranslationAnswerForm, TranslationForm


def private_submission(token):
    """Return the submission of a private link. Raises UnknownLink."""
    submission = Submission.objects.select_related("submitter", "practice").filter(token=token).first()
    if submission is None:
        raise UnknownLink("web/submit/link_not_valid.html", draft_days=settings.DRAFT_DAYS)
    return submission


def steps_of_submitter(submission):
    """Return the steps its submitter may make now, by name."""
    return workflow.available(submission, by=Actor.SUBMITTER)


def submission_form(submission, data=None):
    """Return the form for the current state of a submission, bound to `data` or to the last save.

    Fields that a moderator asked about carry the request.
    """
    kind, options = _form_class(submission), {}
    if submission.is_translation:
        options = {
            "original": original_of(submission),
            "language": submission.translates_into,
            "filled": submission.typed.get("filled", ()),
        }
    form = (
        kind.for_submission(submission, **options)
        if data is None
        else kind(data, initial={"version": submission.version}, **options)
    )
    form.update(submission.practice)
    if submission.submitter.verified_at and isinstance(form, UpdateForm):
        form.has_confirmed_address()
    requests = submission.events.filter(act=Act.STEP, to_state=State.CHANGES_REQUESTED)
    asked = requests.in_order().last()
    for field, reason in (asked.field_reasons if asked and kind.shows_requests else {}).items():
        name = "objective" if field == "objectives" else field
        if name in form.fields:
            form.fields[name].asked = reason
    form.asked = asked
    return form


def _form_class(submission):
    """Return the form that edits this submission in its state."""
    if submission.is_adaptation:
        return AdaptationAnswerForm if submission.submitted_at else AdaptationForm
    if submission.is_translation:
        return TranslationAnswerForm if submission.submitted_at else TranslationForm
    if submission.submitted_at:
        return AnswerForm
    return UpdateForm if submission.practice_id else SubmissionForm


def original_of(submission):
    """Return the document that a translation translates: that of the revision which was the latest when it was begun."""
    revisions = (
        submission.practice.revisions.filter(number=submission.based_on) if submission.practice else []
    )
    return next((revision.document for revision in revisions), submission.document)


def reading_of(submission, document=None):
    """Return the document of a submission as readers would see it; around a translation stands the original."""
    document = document or submission.document
    if not submission.is_translation:
        return documents.read(document)
    translation = translations.proposed(document, submission.translates_into, machine=submission.machine)
    return documents.read(original_of(submission), translation)


def told_by(submission, document=None):
    """Return the use elsewhere that a submission tells, as readers would see it; None if it tells none."""
    return adaptations.proposed(document or submission.document) if submission.is_adaptation else None


def has_unsent_changes(submission, form):
    """Return whether a text that moderators have was changed and saved, but not sent again, with faults or without."""
    if not (submission.submitted_at and submission.typed):
        return False
    return bool(form.faulty) or form.document(submission.document) != documents.complete(submission.document)


def published_since(submission, document=None):
    """Return the merge of an update with what was published since; None if nothing was, or nobody may read it now."""
    if submission.practice is None or not submission.practice.is_public:
        return None
    return three_way_merge.merge_newest(submission, document)


def form_page(request, template, form, *, status=None, has_files=False, **context):
    context |= {
        "form": form,
        "sections": list(bound_sections(form)),
        "checklist": checklist(form, has_files=has_files),
        "has_files": has_files,
        "weights": weights_as_json(),
        **progress(form),
    }
    return TemplateResponse(request, template, context, status=status or (422 if form.errors else 200))


def progress(form):
    """Return the context of web/submit/progress.html, which says what a draft lacks before it can be sent."""
    further = [part for part in bound_sections(form) if part.is_further]
    return {
        "further": len(further),
        "further_begun": sum(part.filled > 0 for part in further),
        "missing": form.missing,
        "faulty": form.faulty,
        "needed": form.needed,
    }


def checklist(form, *, has_files):
    """Return [(criterion, whether the form and the files seem to meet it)]."""
    document = form.document() if form.is_bound and form.errors is not None else {}
    return [(criterion, criterion.looks_met(document, has_files=has_files)) for criterion in CRITERIA]


def redirect_to_status(request, submission, *, status=302):
    """Redirect to the status page, which says that the submission cannot be edited now, or not as its page showed."""
    if wants_json(request):
        return HttpResponse(status=409)
    return redirect(
        reverse("practices:submission-detail", args=[submission.token])
        + ("?refused" if status == 409 else "?closed")
    )


def redirect_after_save(request, submission):
    """Redirect to the preview or to the files if that was asked for, else back to the form."""
    pages = {"preview": "submission-send", "files": "submission-attachments"}
    name = pages.get(request.POST.get("then"), "submission-edit")
    return redirect(f"practices:{name}", submission.token)


def wants_json(request):
    return request.headers.get("Accept") == "application/json"
