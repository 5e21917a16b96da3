"""Offering a practice: beginning it, going on with it, reading it as it will look, sending and confirming it."""

import json
from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from practices import documents, workflow
from practices.choices import Act, State
from practices.core import rate_limits
from practices.core.http.guards import limit_visitor, mailbox_path, private, public_form
from practices.discovery import duplicates
from practices.documents import three_way_merge
from practices.documents.criteria import CRITERIA
from practices.models import Practice, Submission
from practices.web.submit.forms import (
    StartForm,
    StartUpdateForm,
    as_typed,
    bound_sections,
    differences,
    form_class,
    new_submitter,
)

SAVES_PER_HOUR = 1_000
"""Of one draft: an open page that saves itself does it a few times a minute."""


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request):
    """The short form. What is sent is kept as a draft, whatever it lacks; from there on it has its own link."""
    data = request.POST if request.method == "POST" else None
    form = StartForm(data, initial={"objective": request.GET.get("objective")})
    if request.method == "POST" and (response := _begin(request, form)):
        return response
    return _form_page(request, "web/submit/submission_form.html", form)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def practice_correct(request, pk, slug):
    """A reader puts a published practice right: the same form, filled with its latest revision."""
    practice = get_object_or_404(Practice.objects.published(), pk=pk)
    if slug != practice.slug:
        return redirect("practices:practice-correct", pk, practice.slug, permanent=True)
    latest = practice.revisions.latest("number")
    if request.method == "POST":
        form = StartUpdateForm(request.POST)
        seen = request.POST.get("version", "")
        based_on = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else latest.number
        base = practice.revisions.filter(number=based_on).first() or latest
        if response := _begin(request, form, practice=practice, base=base):
            return response
    else:
        form = StartUpdateForm(initial=_initial(latest))
    context = {"practice": practice, "action": request.path}
    return _form_page(request, "web/submit/submission_form.html", form, **context)


def _initial(revision):
    typed = as_typed(revision.document)
    lists = ("other_objectives", "implementer_kinds", "principles", "sdgs")
    values = {name: value if name in lists else "".join(value) for name, value in typed.items()}
    return values | {"version": revision.number}


def _begin(request, form, *, practice=None, base=None):
    """Keep what was sent as a draft and lead on; None where the form has to be shown again.

    What fell into the trap goes to the spam pile, however incomplete.
    """
    limit_visitor(request, "form", per_hour=settings.SUBMISSIONS_PER_HOUR * 10)
    if not form.is_valid():
        form.forget_missing()
        # Where the page was open for too long or too shortly, it is shown once more with all that was typed.
        if form.non_field_errors() or "stamp" in form.errors or not form.has_something:
            form.full_clean()
            return None
    limit_visitor(request, "submission", per_hour=settings.SUBMISSIONS_PER_HOUR)
    submission = workflow.begin(
        form.document(base.document if base else None),
        submitter=new_submitter(form),
        typed=form.typed(),
        form_key=_form_key(form),
        language=get_language(),
        practice=practice,
        based_on=base.number if base else None,
        trapped=form.trapped,
    )
    if submission.state == State.SPAM:
        return redirect("practices:submission-sent")
    return _lead_on(request, submission)


def _form_key(form):
    """The same for a form that is sent twice; another once somebody went back and changed it."""
    said = json.dumps([form.form_key, form.typed()], sort_keys=True)
    return salted_hmac("practices.views.submitting", said, algorithm="sha256").hexdigest()[:40]


def _lead_on(request, submission):
    """To the page as it will look, if that was asked for, or back to the form."""
    name = "submission-send" if request.POST.get("then") == "preview" else "submission-edit"
    return redirect(f"practices:{name}", submission.token)


def _form_page(request, template, form, *, status=None, **context):
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


@private
@public_form
@require_POST
def submit_duplicates(request):
    """What is published already like the practice somebody is writing down, for the script of the form."""
    limit_visitor(request, "duplicates", per_hour=settings.SUBMISSIONS_PER_HOUR * 60)
    form = StartForm(request.POST)
    likely = duplicates.likely(form.document())
    return JsonResponse(
        {
            "likely": [
                {
                    "title": found.practice.title,
                    "why": str(found.reason),
                    "url": found.practice.get_absolute_url(),
                    "update_url": reverse(
                        "practices:practice-correct", args=[found.practice.pk, found.practice.slug]
                    ),
                }
                for found in likely
            ]
        }
    )


@private
@require_safe
def submission_sent(request):
    return TemplateResponse(request, "web/submit/submission_sent.html", {"mailbox_path": mailbox_path()})


def private_submission(token):
    """The submission behind a private link, or a 404."""
    return get_object_or_404(Submission.objects.select_related("submitter", "practice"), token=token)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_edit(request, token):
    """Go on with a draft, or change what a moderator asked for. A save keeps everything, faults and all."""
    submission = private_submission(token)
    if submission.state not in workflow.EDITABLE:
        return moved_on(request, submission)
    if request.method == "POST":
        return _save(request, submission)
    form = form_of(submission)
    if "all" not in request.GET:
        form.forget_missing()
    return _edit_page(request, submission, form, status=200)


def form_of(submission, data=None):
    """The form in which a submission is changed now, as its submitter left it or as `data` says."""
    kind = form_class(submission)
    form = kind.of(submission) if data is None else kind(data, initial={"version": submission.version})
    asked = submission.events.filter(act=Act.STEP, to_state=State.CHANGES_REQUESTED).last()
    for field, reason in (asked.field_reasons if asked and kind.asks else {}).items():
        name = "objective" if field == "objectives" else field
        if name in form.fields:
            form.fields[name].asked = reason
    form.asked = asked
    return form


def _edit_page(request, submission, form, *, status=None):
    context = {
        "submission": submission,
        "asked": form.asked if form.asks else None,
        "newer": three_way_merge.newer(submission, form.document(submission.document)),
        "files": submission.attachments.count(),
        "draft_days": settings.DRAFT_DAYS,
        "link": settings.SITE_URL + submission.get_private_url(),
    }
    return _form_page(request, "web/submit/submission_edit.html", form, status=status, **context)


def _save(request, submission):
    rate_limits.count(
        "save", submission.token, limit=SAVES_PER_HOUR, window=timedelta(hours=1), now=timezone.now()
    )
    mine = form_of(submission, _taken(request.POST, submission))
    seen = mine["version"].value()
    seen = int(seen) if str(seen).isascii() and str(seen).isdigit() and len(str(seen)) < 9 else 0
    try:
        workflow.save(
            submission,
            typed=mine.typed(),
            seen=seen,
            document=mine.document(submission.document),
            submitter=mine.submitter(),
        )
    except workflow.SavedMeanwhile:
        return _saved_meanwhile(request, submission, mine)
    except workflow.TransitionNotAllowed:
        return moved_on(request, submission, status=409)
    if _wants_json(request):
        return JsonResponse(_as_saved(submission, mine))
    return _lead_on(request, submission)


def _taken(data, submission):
    """What was sent, with the saved value where that was preferred (see submission_conflict.html)."""
    data = data.copy()
    saved = form_of(submission)
    for key in [key for key in data if key.startswith("take-")]:
        name = key.removeprefix("take-")
        if data[key] == "saved" and name in saved.fields:
            data.setlist(name, saved.data.getlist(name))
    return data


def _saved_meanwhile(request, submission, mine):
    """Somebody, perhaps the same person elsewhere, saved first: nothing is overwritten, both are shown."""
    saved = form_of(submission)
    differing = differences(mine, saved)
    if not differing:
        return (
            JsonResponse(_as_saved(submission, mine))
            if _wants_json(request)
            else _lead_on(request, submission)
        )
    if _wants_json(request):
        return JsonResponse({"version": submission.version}, status=409)
    context = {
        "submission": submission,
        "differences": differing,
        "mine": [(name, value) for name, values in mine.typed().items() for value in values],
        "then": request.POST.get("then", ""),
    }
    return TemplateResponse(request, "web/submit/submission_conflict.html", context, status=409)


def _wants_json(request):
    return request.headers.get("Accept") == "application/json"


def _as_saved(submission, form):
    """What a page that saves itself needs to know."""
    return {
        "version": submission.version,
        "met": [criterion.slug for criterion, met in checklist(form) if met],
        "filled": {part.section.slug: part.filled for part in bound_sections(form)},
    }


def moved_on(request, submission, *, status=302):
    """To where the submission stands, which it no longer is its submitter's turn to change."""
    if _wants_json(request):
        return HttpResponse(status=409)
    return redirect(
        reverse("practices:submission-detail", args=[submission.token])
        + ("?refused" if status == 409 else "")
    )


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_send(request, token):
    """GET shows it exactly as it will look, POST sends it: to the submitter to confirm, or back to the moderators."""
    submission = private_submission(token)
    if submission.state not in workflow.EDITABLE:
        return moved_on(request, submission)
    form = form_of(submission)
    if not form.is_valid():
        return redirect(reverse("practices:submission-edit", args=[token]) + "?all")
    if request.method == "POST" and request.POST.get("version") == str(submission.version):
        return _send(request, submission, form)
    document = form.document(submission.document)
    newer = three_way_merge.newer(submission, document)
    if newer:  # what its submitter left alone follows what was published since
        document = newer.document
    context = {
        "submission": submission,
        "reading": documents.read(document),
        "duplicates": duplicates.likely(document, but=submission.practice),
        "checklist": checklist(form),
        "changed_meanwhile": request.method == "POST",
        "newer": newer,
    }
    status = 409 if request.method == "POST" else 200
    return TemplateResponse(request, "web/submit/submission_preview.html", context, status=status)


def _send(request, submission, form):
    try:
        if submission.state == State.DRAFT:
            limit_address(request, submission.submitter.email)
            workflow.send(submission)
        else:
            workflow.answer(submission, form.document(submission.document))
    except workflow.TransitionNotAllowed:
        return moved_on(request, submission, status=409)
    return redirect(submission.get_private_url())


def limit_address(request, address):
    """Count an e-mail to an address that somebody typed. Raises limits.LimitReached."""
    rate_limits.count(
        "submitter",
        address.lower(),
        limit=settings.SUBMISSIONS_PER_HOUR,
        window=timedelta(hours=1),
        now=timezone.now(),
    )


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_confirm(request, token, key):
    """The link of the e-mail. GET shows the practice and one button, POST puts it into the queue."""
    submission = private_submission(token)
    if submission.state != State.DRAFT or not workflow.confirms(submission, key):
        return redirect(submission.get_private_url())
    form = form_of(submission)
    if not form.is_valid():
        return redirect(reverse("practices:submission-edit", args=[token]) + "?all")
    if request.method == "POST":
        try:
            workflow.submit(submission)
        except workflow.TransitionNotAllowed:
            return moved_on(request, submission, status=409)
        return redirect(submission.get_private_url())
    newer = three_way_merge.newer(submission)
    document = newer.document if newer else submission.document
    context = {"submission": submission, "reading": documents.read(document)}
    return TemplateResponse(request, "web/submit/submission_confirm.html", context)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_link(request, token):
    """POST mails the private link of a draft to the address given in it."""
    submission = private_submission(token)
    address = submission.submitter.email
    if request.method == "POST" and submission.state == State.DRAFT and address:
        limit_address(request, address)
        if submission.sent_at:
            workflow.send(submission)
        else:
            workflow.mail_link(submission)
        return redirect(reverse("practices:submission-detail", args=[token]) + "?mailed")
    return redirect(submission.get_private_url())
