"""The form that asks for the link to one's personal data."""

from django import forms
from django.utils.translation import gettext_lazy as _

from practices.core.addresses import AddressField
from practices.core.http.public_forms import Honeypot


class AddressForm(Honeypot):
    address = AddressField(
        label=_("Your e-mail address"),
        error_messages={"required": _("Enter the e-mail address that you gave us.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
