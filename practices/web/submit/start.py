"""Views that begin a submission: a new practice, or a correction of a published one."""

from functools import partial

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from practices import workflow
from practices.choices import Actor, State
from practices.core.country_groups import COUNTRY_GROUPS
from practices.core.http.guards import indexable, limit_visitor, private, public_form, typed_person
from practices.core.http.numbers import whole_number
from practices.core.http.sent_pages import only_after_sending, sent_address
from practices.discovery import duplicates
from practices.models import Practice, Region
from practices.web.submit.attachment_form import FirstFileForm
from practices.web.submit.attachments import attach_first_file
from practices.web.submit.forms import (
    StartForm,
    StartUpdateForm,
    conflicts,
    form_data,
    new_submitter,
    typed_values,
)
from practices.web.submit.private_page import form_page, redirect_after_save


@indexable
@public_form(takes_files=True)
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request):
    """Show the short form; POST saves it as a draft, however incomplete, with the file, and a private link to it.

    A link may fill in the objective and the country, or ask for countries of a region or of a country group.
    """
    data = request.POST if request.method == "POST" else None
    form = StartForm(data)
    objective = request.GET.get("objective", "")
    if form.fields["objective"].valid_value(objective):
        form.initial["objective"] = objective
    _ask_for_countries(form, region=request.GET.get("region"), group=request.GET.get("group"))
    country = request.GET.get("country", "").upper()
    if country in form.fields["countries"].known:
        form.initial["countries"] = [country]
    file_form = FirstFileForm()
    if request.method == "POST":
        if response := begin_draft(request, form, partial(_begin_new, form)):
            return response
        file_form = FirstFileForm(request.POST)
        if request.FILES:
            file_form.add_lost_error()
    context = {
        "file_form": file_form,
        "most_mb": settings.ATTACHMENT_MB,
        "is_discarded": "discarded" in request.GET,
    }
    return form_page(request, "web/submit/submission_form.html", form, **context)


def _begin_new(form, **draft):
    return workflow.begin(form.document(), **draft)


def _ask_for_countries(form, *, region, group):
    """Ask for countries of a region or country group, such as the one whose cell of the gap map somebody fills.

    `region` and `group` are slugs.
    """
    # Compared here, as a database may refuse what visitors type into an address.
    if found := _with_slug(Region.objects.all() if region else [], region):
        wish = _("Name the countries in %(region)s where the practice takes place.") % {"region": found}
    elif found := _with_slug(COUNTRY_GROUPS, group):
        wish = _("Name the %(group)s where the practice takes place.") % {"group": found}
    else:
        return
    field = form.fields["countries"]
    field.help_text = f"{wish} {field.help_text}"


def _with_slug(rows, slug):
    return next((row for row in rows if row.slug == slug), None)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def practice_correct(request, pk, slug):
    """Let a reader correct a published practice: the form, filled with its latest revision."""
    practices = Practice.objects.select_related("merged_into")
    practice = get_object_or_404(practices, pk=pk)
    if "begin_correction" not in workflow.available(practice, by=Actor.SUBMITTER):
        return _gone(request, practice)
    # A title that was changed while somebody typed must not lose what they send.
    if request.method != "POST" and slug != practice.slug:
        return redirect("practices:practice-correct", pk, practice.slug, permanent=True)
    latest = practice.revisions.latest("number")
    if request.method == "POST":
        form = StartUpdateForm(request.POST)
        form.update(practice)
        based_on = whole_number(request.POST.get("version")) or latest.number
        base = practice.revisions.filter(number=based_on).first() or latest
        begin = partial(_begin_correction, form, practice, base)
        try:
            if response := begin_draft(request, form, begin):
                return response
        except workflow.TransitionNotAllowed:  # withdrawn just now
            return _gone(request, practices.get(pk=pk))
    else:
        values = StartUpdateForm.values_from(latest.document)
        form = StartUpdateForm(initial={**values, "version": latest.number})
        form.update(practice)
    context = {"practice": practice, "action": request.path}
    return form_page(request, "web/submit/submission_form.html", form, **context)


def _begin_correction(form, practice, base, **draft):
    document = form.document(base.document)
    return workflow.begin_correction(practice, document, based_on=base.number, **draft)


def _gone(request, practice):
    """Answer for a practice withdrawn or merged meanwhile: 410 with what was typed, to copy from."""
    other = practice.remaining
    if other.is_public and request.method != "POST":
        return redirect("practices:practice-correct", other.pk, other.slug, permanent=True)
    typed = []
    if request.method == "POST":
        latest = practice.revisions.latest("number")
        published = StartUpdateForm(form_data(typed_values(latest.document)))
        typed = [one for one in conflicts(StartUpdateForm(request.POST), published) if one.mine]
    context = {"practice": practice, "reason": practice.remaining.public_reason, "typed": typed}
    return TemplateResponse(request, "web/submit/correction_gone.html", context, status=410)


def begin_draft(request, form, begin):
    """Create a draft by `begin`, and return a redirect to it; return None if the form has to be shown again.

    A form caught by the honeypot is possible spam, however incomplete. A button shows the form in another language,
    which is that of the address that it is sent to.
    """
    if request.POST.get("then") == "language":
        form.is_typed = False  # the button may be pressed at once
        form.drop_required_errors()
        return None
    person = typed_person(request, form["email"].value() or "")
    limit_visitor(request, "form", per_hour=settings.FORMS_PER_HOUR, person=person)
    if not form.is_valid():
        form.drop_required_errors()
        # A page that was open too long or too briefly is shown again with everything typed.
        if form.non_field_errors() or "stamp" in form.errors or not form.has_content:
            form.full_clean()
            return None
    # Sending counts people, and keeps a draft that was one too many. So beginning one counts networks only.
    limit_visitor(request, "submission", per_hour=settings.SUBMISSIONS_PER_HOUR)
    if request.FILES:
        limit_visitor(request, "upload", per_hour=settings.UPLOADS_PER_HOUR, person=person)
    submission = begin(
        submitter=new_submitter(form),
        typed=form.typed(),
        form_key=form.key_of(form.typed()),
        language=get_language(),
        trapped=form.trapped,
    )
    if submission.state == State.SPAM:
        return redirect(sent_address("practices:submission-sent"))
    if request.FILES and (response := attach_first_file(request, submission)):
        return response
    return redirect_after_save(request, submission)


@private
@public_form
@require_POST
def submit_duplicates(request):
    """Return likely duplicates of the practice being typed, as JSON for the form's script."""
    form = StartForm(request.POST)
    person = typed_person(request, form["email"].value() or "")
    limit_visitor(request, "duplicates", per_hour=settings.DUPLICATE_CHECKS_PER_HOUR, person=person)
    likely = duplicates.likely_duplicates(form.document())
    return JsonResponse(
        {
            "likely": [
                {
                    "title": found.practice.local.title,
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
@only_after_sending("practices:submit")
def submission_sent(request):
    """Thank for a form that the honeypot caught. Moderators check it like other possible spam."""
    return TemplateResponse(request, "web/submit/submission_sent.html")
