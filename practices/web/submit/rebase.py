"""An update whose practice was revised since it was begun: its submitter sees both, and says which stays."""

from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from practices import documents, workflow
from practices.core.http.guards import private, public_form
from practices.documents import diff, three_way_merge
from practices.web.submit.forms import typed_values
from practices.web.submit.private_page import private_submission, redirect_to_status, submission_form


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_newer(request, token):
    """GET shows what was published since beside what the update says, POST lays the update on top of it."""
    submission = private_submission(token)
    if submission.state not in workflow.EDITABLE:
        return redirect_to_status(request, submission)
    form = submission_form(submission)
    newer = three_way_merge.newer(submission, form.document(submission.document))
    if newer is None:
        return redirect("practices:submission-edit", token)
    seen = f"{submission.version}/{newer.revision.number}"
    if request.method == "POST" and request.POST.get("seen") == seen:
        published = {name for name in newer.disputed if request.POST.get(f"keep-{name}") == "published"}
        try:
            _lay_on_top(submission, form, newer, published)
        except (workflow.SavedMeanwhile, workflow.TransitionNotAllowed):
            return redirect_to_status(request, submission, status=409)
        return redirect("practices:submission-edit", token)
    context = {
        "submission": submission,
        "newer": newer,
        "seen": seen,
        "changed_meanwhile": request.method == "POST",
        "taken": _only(newer.taken, newer.base, newer.revision.document),
        "disputed": [
            (
                documents.FIELDS[name].label,
                name,
                _only([name], newer.base, newer.revision.document),
                _only([name], newer.base, newer.document),
            )
            for name in newer.disputed
        ],
    }
    status = 409 if request.method == "POST" else 200
    return TemplateResponse(request, "web/submit/submission_newer.html", context, status=status)


def _only(names, before, after):
    """The differences between two documents, in the fields of these names."""
    return [one for one in diff.between(before, after) if one.field in names]


def _lay_on_top(submission, form, newer, published):
    """Save the update with what is taken over from the newer revision; whatever else was typed stays as typed."""
    names = {*newer.taken, *published}
    if "objectives" in names:  # one field of a document, two of the form
        names |= {"objective", "other_objectives"}
    now = typed_values(newer.revision.document)
    workflow.save(
        submission,
        typed=form.typed() | {name: now[name] for name in names & form.fields.keys()},
        seen=submission.version,
        document=newer.settled(published=published),
        submitter=form.submitter(),
        based_on=newer.revision.number,
    )
