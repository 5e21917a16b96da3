"""The page of the yearly question whether a practice is still as published."""

from django import forms
from django.conf import settings
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from practices import workflow
from practices.choices import Actor, StillTrue
from practices.core.http.guards import UnknownLink, private, public_form
from practices.documents import FIRST_YEAR
from practices.documents.form_fields import YearField
from practices.models import Check


class EndForm(forms.Form):
    """The year a practice ended: not before it began, not in the future. Begins with the published one, if any."""

    def __init__(self, data=None, *, practice):
        super().__init__(data)
        now, start = timezone.now().year, practice.start_year
        self.fields["end_year"] = YearField(
            label=_("End year"),
            initial=min(practice.end_year or now, now),
            min_value=start or FIRST_YEAR,
            max_value=now,
        )
        self.can_have_ended = not start or start <= now


def _check(token):
    """Return the question of a private link, as it is now. Raises UnknownLink."""
    rows = Check.objects.select_related("practice__merged_into", "submission")
    check = rows.filter(token=token).first()
    if check is None:
        raise UnknownLink("web/submit/link_not_valid.html", draft_days=settings.DRAFT_DAYS)
    return check


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def practice_check(request, token):
    """Ask; POST answers: "yes" records the date, "ended" publishes the last year, "update" opens the form.

    "yes" counts for what its page has shown; if another revision was published since, that is shown instead (409).
    """
    check = _check(token)
    form = EndForm(practice=check.practice)
    is_refused = False
    if request.method == "POST" and workflow.available(check.practice, by=Actor.SUBMITTER):
        try:
            match request.POST.get("answer"):
                case StillTrue.YES:
                    workflow.confirm_still_true(check, seen=request.POST.get("seen", ""))
                case StillTrue.UPDATE:
                    workflow.mark_outdated(check)
                    update = "practices:submission-update"
                    return redirect(update, check.submission.token, preserve_request=True)
                case StillTrue.ENDED:
                    form = EndForm(request.POST, practice=check.practice)
                    if form.is_valid():
                        workflow.mark_ended(check, year=form.cleaned_data["end_year"])
                        return redirect("practices:practice-check", token)
        except workflow.StepRefused:
            is_refused = True
            check = _check(token)
            form = EndForm(practice=check.practice)
    practice = check.practice
    context = {
        "practice": practice,
        "kept": practice.merged_into,
        "can_answer": bool(workflow.available(practice, by=Actor.SUBMITTER)),
        "form": form,
        "seen": workflow.standing(practice),
        "has_ended": practice.end_year is not None and practice.end_year <= timezone.now().year,
        "is_refused": is_refused,
        "said_yes": not is_refused and check.answer == StillTrue.YES,
        "said_ended": not is_refused and check.answer == StillTrue.ENDED,
    }
    status = 409 if is_refused else 422 if form.errors else 200
    return TemplateResponse(request, "web/practice/practice_check.html", context, status=status)
