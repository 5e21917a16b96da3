"""The page where a submitter sees, downloads and erases what came with one submission.

A private link opens its submission and nothing more. All that is held on an address has a page of its own, opened by
a link that is mailed to that address.
"""

from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from practices import personal_data
from practices.core.http.guards import private, public_form
from practices.web.personal_data.download import export_response
from practices.web.submit.private_page import private_submission


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_privacy(request, token):
    """Show the personal data of a submission; POST erases it."""
    submission = private_submission(token)
    held = personal_data.Held.in_submission(submission)
    if request.method == "POST":
        personal_data.erase(held, keep_credit=request.POST.get("credit") != "remove")
        return redirect("practices:privacy-erased")
    context = {
        "submission": submission,
        "submitter": submission.submitter,
        "messages": held.personal_messages.count(),
        "public_credits": held.public_credits,
    }
    return TemplateResponse(request, "web/submit/submission_privacy.html", context)


@private
@require_safe
def submission_export(request, token):
    """Download the personal data of a submission as JSON."""
    held = personal_data.Held.in_submission(private_submission(token))
    return export_response(held, filename="submission.json")
