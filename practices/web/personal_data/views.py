"""The pages where a person sees, downloads and erases all that is held on their address.

They open only by a link that is mailed to that address. GET shows, POST on the confirming page erases.
"""

from functools import partial

from django.conf import settings
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from practices import personal_data
from practices.core.http.guards import mailbox_path, private, public_form
from practices.core.http.mailed_links import mailed_link_page
from practices.core.http.sent_pages import only_after_sending
from practices.notifications import saved_filters
from practices.web.personal_data import questions
from practices.web.personal_data.credit import credit_page
from practices.web.personal_data.deletion import deletion, erased
from practices.web.personal_data.download import export_response

CONTACT = ["name", "honorific", "organisation", "email"]
"""Columns of a submitter; equal ones are shown once."""


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def personal_data_link(request):
    """Show the form that mails the link to one's personal data; POST sends it, alike for every address."""
    return mailed_link_page(
        request,
        scope="personal data",
        per_hour=settings.PERSONAL_DATA_REQUESTS_PER_HOUR,
        send=partial(personal_data.request_link, language=get_language()),
        template="web/personal_data/link.html",
        sent="practices:personal-data-link-sent",
        days=settings.PERSONAL_DATA_LINK_DAYS,
    )


@private
@require_safe
@only_after_sending("practices:personal-data-link")
def personal_data_link_sent(request):
    context = {
        "days": settings.PERSONAL_DATA_LINK_DAYS,
        "most_mails": settings.PERSONAL_DATA_MAILS_PER_DAY,
        "mailbox_path": mailbox_path(),
    }
    return TemplateResponse(request, "web/personal_data/link_sent.html", context)


@private
@require_safe
def personal_data_held(request, token):
    """Show all that is held on the address that the link was mailed to."""
    try:
        held = personal_data.read_token(token)
    except personal_data.LinkNotValid:
        return _link_not_valid(request)
    context = {
        "token": token,
        "address": held.address,
        "submitters": held.submitters.order_by(*CONTACT).values(*CONTACT).distinct(),
        "submissions": held.submissions.order_by("created_at", "pk"),
        **questions.listed(held),
        "messages": held.personal_messages.count(),
        "credited": held.credited_practices,
        "is_removed": "removed" in request.GET,
        "subscriptions": [
            saved_filters.describe(subscription.query)
            for subscriber in held.subscribers
            for subscription in subscriber.subscriptions.all()
        ],
    }
    return TemplateResponse(request, "web/personal_data/held.html", context)


@private
@require_safe
def personal_data_export(request, token):
    """Download all of it as JSON."""
    try:
        return export_response(personal_data.read_token(token))
    except personal_data.LinkNotValid:
        return _link_not_valid(request)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def personal_data_delete(request, token):
    """Say what will be erased; POST shows that once more, then erases it, and the link ends."""
    try:
        held = personal_data.read_token(token)
    except personal_data.LinkNotValid:
        return _link_not_valid(request)
    return deletion(request, held, "web/personal_data/delete.html", token=token, address=held.address)


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def personal_data_credit(request, token, pk):
    """Ask whether to remove the public credit of one practice; POST removes it from every revision."""
    try:
        held = personal_data.read_token(token)
    except personal_data.LinkNotValid:
        return _link_not_valid(request)
    back = reverse("practices:personal-data-held", args=[token])
    return credit_page(request, held, pk, back=back, back_label=_("Back to your personal data"))


@private
@require_safe
def privacy_erased(request):
    """Say what was deleted, to whoever has just done so, and nothing to others."""
    return TemplateResponse(request, "web/personal_data/erased.html", {"done": erased(request)})


def _link_not_valid(request):
    return TemplateResponse(request, "web/personal_data/link_not_valid.html", status=404)
