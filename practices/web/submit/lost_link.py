"""The page that mails lost private links to the address given with them."""

from functools import partial

from django.conf import settings
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from practices import workflow
from practices.core.http.guards import mailbox_path, private, public_form
from practices.core.http.mailed_links import mailed_link_page
from practices.core.http.sent_pages import only_after_sending


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submit_link(request):
    """Show the form that asks for lost private links; POST mails them, alike for every address."""
    return mailed_link_page(
        request,
        scope="link",
        per_hour=settings.LINK_REQUESTS_PER_HOUR,
        send=partial(workflow.mail_links, language=get_language()),
        template="web/submit/link.html",
        sent="practices:submit-link-sent",
    )


@private
@require_safe
@only_after_sending("practices:submit-link")
def submit_link_sent(request):
    context = {"most_mails": settings.LINK_MAILS_PER_DAY, "mailbox_path": mailbox_path()}
    return TemplateResponse(request, "web/submit/link_sent.html", context)
