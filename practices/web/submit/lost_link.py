"""The page that mails lost private links to the address given with them."""

from django.conf import settings
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from practices import workflow
from practices.core.http.guards import limit_visitor, mailbox_path, private, public_form
from practices.web.submit.forms import LostLinkForm


@private
@public_form
@require_http_methods(["GET", "HEAD", "POST"])
def submit_link(request):
    """Show the form that asks for lost private links; POST mails them, alike for every address."""
    form = LostLinkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        limit_visitor(request, "link", per_hour=settings.LINK_REQUESTS_PER_HOUR)
        if form.is_valid():
            if not form.trapped:
                workflow.mail_links(form.cleaned_data["address"], language=get_language())
            return redirect("practices:submit-link-sent")
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "web/submit/link.html", {"form": form}, status=status)


@private
@require_safe
def submit_link_sent(request):
    context = {"most_mails": settings.LINK_MAILS_PER_DAY, "mailbox_path": mailbox_path()}
    return TemplateResponse(request, "web/submit/link_sent.html", context)
