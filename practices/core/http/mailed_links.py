"""Pages that mail a link to an address. They answer alike for every address, so nobody learns which ones we know."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from practices.core.addresses import AddressField
from practices.core.http.guards import limit_visitor, typed_person, visitor_address
from practices.core.http.public_forms import Honeypot
from practices.core.http.sent_pages import sent_address


class AddressForm(Honeypot):
    address = AddressField(
        label=_("Your e-mail address"),
        error_messages={"required": _("Enter the e-mail address that you gave us.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


def mailed_link_page(
    request,
    *,
    scope: str,
    per_hour: int,
    send: Callable[..., Any],
    template: str,
    sent: str,
    **context: Any,
):
    """Show the form that asks for an address; POST calls `send` with it and redirects to the page named `sent`.

    `send` is also told `asked_from`, as rate_limits.count_mail is.
    `scope` and `per_hour` are those of `limit_visitor`, whose rate_limits.LimitReached is raised.
    """
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        person = typed_person(request, form["address"].value() or "")
        limit_visitor(request, scope, per_hour=per_hour, person=person)
        if form.is_valid():
            if not form.trapped:
                send(form.cleaned_data["address"], asked_from=visitor_address(request))
            return redirect(sent_address(sent))
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, template, {"form": form} | context, status=status)
