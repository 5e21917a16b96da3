"""The page where a submitter rebases an update whose practice was revised since it was begun."""

from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from practices import documents, workflow
from practices.core.http.guards import private, public_form
from practices.documents import diff, files, three_way_merge
from practices.web.submit.forms import typed_values
from practices.web.submit.private_page import (
    private_submission,
    published_since,
    redirect_to_status,
    steps_of_submitter,
    submission_form,
)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_newer(request, token):
    """Show what was published since beside the update; POST rebases the update as chosen."""
    submission = private_submission(token)
    if "save" not in steps_of_submitter(submission):
        return redirect_to_status(request, submission)
    form = submission_form(submission)
    newer = published_since(submission, form.document(submission.document))
    if newer is None:
        return redirect("practices:submission-edit", token)
    seen = f"{submission.content_version}/{newer.revision.number}"
    if request.method == "POST" and request.POST.get("seen") == seen:
        published = {name for name in newer.conflicts if request.POST.get(f"keep-{name}") == "published"}
        try:
            _rebase(submission, form, newer, published)
        except (workflow.SavedMeanwhile, workflow.TransitionNotAllowed):
            return redirect_to_status(request, submission, status=409)
        return redirect("practices:submission-edit", token)
    context = {
        "submission": submission,
        "newer": newer,
        "seen": seen,
        "changed_meanwhile": request.method == "POST",
        "taken": [each for name in newer.incoming for each in three_way_merge.differences_of(newer, name)[0]],
        "disputed": [(documents.label(name), name, *_both_sides(newer, name)) for name in newer.conflicts],
    }
    status = 409 if request.method == "POST" else 200
    return TemplateResponse(request, "web/submit/submission_newer.html", context, status=status)


def _both_sides(newer, name):
    """Return the differences that the newest revision, and the update, made from the revision it began with."""
    if name == three_way_merge.FILES:
        old = newer.base_files or []
        return files.between(old, newer.published_files), files.between(old, newer.merged_files)
    sides = newer.revision.document, newer.document
    return [[one for one in diff.between(newer.base, side) if one.field == name] for side in sides]


def _rebase(submission, form, newer, published):
    """Save the update with the values it takes from the newer revision; everything else stays as typed."""
    names = {*newer.incoming, *published} - {three_way_merge.FILES}
    if "objectives" in names:  # one field of a document, two of the form
        names |= {"objective", "other_objectives"}
    latest = typed_values(newer.revision.document)
    workflow.save(
        submission,
        typed=form.typed() | {name: latest[name] for name in names & form.fields.keys()},
        seen=submission.version,
        document=newer.resolve(published=published),
        submitter=form.submitter(),
        based_on=newer.revision.number,
        files=newer.published_files if three_way_merge.FILES in {*newer.incoming, *published} else None,
    )
