"""Mixins of public forms: a honeypot, an idempotency key, and a signed timestamp with a key."""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from practices import clock
from practices.models.submission import new_token

STAMP_SALT = "practices.forms.stamp"
STAMP_HOURS = 24


class _StampSigner(signing.TimestampSigner):
    """Signer that goes by the database's clock, as one machine may render the form and another receive it."""

    def timestamp(self) -> str:
        return signing.b62_encode(int(clock.now().timestamp()))

    def unsign(self, value: str, max_age: Any = None) -> str:
        value, signed_at = signing.Signer.unsign(self, value).rsplit(self.sep, 1)
        age = clock.now().timestamp() - signing.b62_decode(signed_at)
        if max_age is not None and age > max_age:
            raise signing.SignatureExpired
        return value


class Honeypot(forms.Form):
    """Mixin of every public form: a field that people do not see."""

    website = forms.CharField(required=False, label=_("Leave this field empty"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["website"].widget.attrs.update(autocomplete="off", tabindex="-1")

    @property
    def trapped(self) -> bool:
        """True if the hidden field is filled in, which only bots do."""
        return bool(self.data.get("website"))


class IdempotencyKey(forms.Form):
    """Mixin: a hidden key by which `sent_forms.is_repeat` recognises a form that is sent twice."""

    form_key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("form_key", new_token())


class Stamp(forms.Form):
    """Mixin: a signed field with the time at which the form was rendered and a key of its own.

    A form sent within FORM_MINIMUM_SECONDS comes from a bot, if it `is_typed`; one that is sent twice has the same
    `form_key`. The field differs for every visitor, so it may only stand on pages that no cache keeps.
    """

    is_typed = True
    """False for a form that takes no time to fill in, such as one that uploads a file."""

    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.form_key = new_token()
        self.initial["stamp"] = _StampSigner(salt=STAMP_SALT).sign_object(self.form_key)

    def key_of(self, said: Any) -> str:
        """Return a key that is equal for a form sent twice, and another one once something it says was changed."""
        text = json.dumps([self.form_key, said], sort_keys=True)
        return salted_hmac("practices.views.submitting", text, algorithm="sha256").hexdigest()[:40]

    def clean_stamp(self):
        stamp = self.cleaned_data["stamp"]
        try:
            key = _StampSigner(salt=STAMP_SALT).unsign_object(stamp, max_age=STAMP_HOURS * 3600)
        except signing.BadSignature:
            posted: Any = self.data  # a QueryDict, which django-stubs types as a Mapping
            data = posted.copy()
            data["stamp"] = self.initial["stamp"]
            self.data = data
            raise ValidationError(
                _("This page was open for more than a day. Please send the form again.")
            ) from None
        self.form_key = key
        return stamp

    def clean(self):
        super().clean()
        stamp = self.cleaned_data.get("stamp")
        # Whoever has something else to mend will be slow enough next time.
        if not stamp or self.errors or not self.is_typed:
            return self.cleaned_data
        if _younger_than(stamp, settings.FORM_MINIMUM_SECONDS):
            message = _(
                "The form was sent within seconds, as spam often is. Please check it and send it again."
            )
            self.add_error(None, message)
        return self.cleaned_data


def _younger_than(stamp: str, seconds: int) -> bool:
    if not seconds:
        return False
    try:
        _StampSigner(salt=STAMP_SALT).unsign_object(stamp, max_age=seconds)
    except signing.SignatureExpired:
        return False
    return True
