"""The page where a submitter sees, downloads and erases what came with one submission.

A private link opens its submission and nothing more. All that is held on an address has a page of its own, opened by
a link that is mailed to that address.
"""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from practices import personal_data
from practices.core.http.guards import private, public_form
from practices.web.personal_data.credit import credit_page
from practices.web.personal_data.deletion import deletion
from practices.web.personal_data.download import export_response
from practices.web.submit.private_page import private_submission


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_privacy(request, token):
    """Show the personal data of a submission; POST shows what will be erased, then erases it."""
    submission = private_submission(token)
    held = personal_data.Held.in_submission(submission)
    return deletion(
        request,
        held,
        "web/submit/submission_privacy.html",
        submission=submission,
        submitter=submission.submitter,
        credited=held.credited_practices,
        is_removed="removed" in request.GET,
    )


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_credit(request, token, pk):
    """Ask whether to remove the public credit that a submission brought; POST removes it from every revision."""
    held = personal_data.Held.in_submission(private_submission(token))
    back = reverse("practices:submission-privacy", args=[token])
    return credit_page(request, held, pk, back=back, back_label=_("Personal data of this submission"))


@private
@require_safe
def submission_export(request, token):
    """Download the personal data of a submission as JSON."""
    held = personal_data.Held.in_submission(private_submission(token))
    return export_response(held, filename="submission.json")
