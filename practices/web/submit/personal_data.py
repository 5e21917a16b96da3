"""The pages where submitters see, download and erase their personal data."""

from django.http import JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from practices import personal_data
from practices.core.http.guards import private, public_form
from practices.web.submit.private_page import private_submission

CONTACT = ["name", "honorific", "organisation", "email"]
"""Columns of a submitter; equal ones are shown once."""


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submission_privacy(request, token):
    """Show the personal data of the person with this link; POST erases it."""
    submission = private_submission(token)
    person = personal_data.person_of_submission(submission)
    if request.method == "POST":
        personal_data.erase(person, keep_credit=request.POST.get("credit") != "remove")
        return redirect("practices:privacy-erased")
    context = {
        "submission": submission,
        "submitters": person.submitters.order_by(*CONTACT).values(*CONTACT).distinct(),
        "submissions": person.submissions,
        "messages": person.messages.count(),
        "subscriptions": sum(subscriber.subscriptions.count() for subscriber in person.subscribers),
        "public_credits": person.public_credits,
        "address_known": bool(person.address),
    }
    return TemplateResponse(request, "web/submit/submission_privacy.html", context)


@private
@require_safe
def submission_export(request, token):
    """Download the personal data as JSON."""
    response = JsonResponse(
        personal_data.export(personal_data.person_of_submission(private_submission(token))),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response.headers["Content-Disposition"] = 'attachment; filename="held-on-you.json"'
    return response


@private
@require_safe
def privacy_erased(request):
    return TemplateResponse(request, "web/submit/privacy_erased.html")
