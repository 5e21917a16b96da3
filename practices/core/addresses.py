"""E-mail addresses: their canonical form, and the form field that refuses what SMTP cannot deliver to.

Whoever compares, counts or hashes addresses compares `canonical(address)`. Columns of addresses store it themselves
(`models.addresses.AddressField`).
"""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email as validate_syntax
from django.utils.translation import gettext_lazy as _
from email_validator import EmailNotValidError, validate_email

from practices.models.addresses import canonical, readable

__all__ = ["ADDRESS_LENGTH", "AddressField", "canonical", "readable", "validate_deliverable"]

ADDRESS_LENGTH = 254  # RFC 5321 §4.5.3.1.3, and what the models hold
NAMED = re.compile(r"[^<>@]*<(?P<address>[^<>\s]+@[^<>\s]+)>")
"""An address as mail programs copy it: “Ana Reyes <ana@example.org>”."""


def validate_deliverable(address: str) -> None:
    """Raise ValidationError unless SMTP can carry the address without SMTPUTF8 (RFC 5321 §4.1.2, RFC 6531).

    Quoted local parts, address literals, comments and names around the address are refused as well.
    """
    if not address.rpartition("@")[0].isascii():
        raise ValidationError(
            _(
                "We cannot send e-mail to an address with accents or other special letters before the @. "
                "Please use another address."
            ),
            code="not_ascii",
        )
    validate_syntax(address)
    try:
        validate_email(
            address, allow_smtputf8=False, check_deliverability=False, strict=True, test_environment=True
        )
    except EmailNotValidError as error:
        raise ValidationError(str(error), code="invalid") from error


class AddressField(forms.EmailField):
    """An e-mail address that we can send to. Its clean value is canonical."""

    default_error_messages = {
        "invalid": _("Enter a full e-mail address, such as name@example.org."),
    }
    default_validators = [validate_deliverable]

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": ADDRESS_LENGTH, **kwargs})

    def prepare_value(self, value):
        """Separate what stands on several lines, which a browser would show as one word."""
        return " ".join(value.split()) if isinstance(value, str) else value

    def to_python(self, value):
        """Return the canonical address, without the name that mail programs put before it (RFC 5322 §3.4)."""
        typed = super().to_python(value) or ""
        if named := NAMED.fullmatch(typed):
            typed = named["address"]
        return canonical(typed)
