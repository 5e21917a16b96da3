"""The forms of those who follow the catalogue by e-mail."""

import zoneinfo
from functools import cache

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from practices.choices import Cadence, Weekday
from practices.core.http.public_forms import ADDRESS_LENGTH, NOT_AN_ADDRESS, Honeypot
from practices.documents.form_fields import LineField, Radios


@cache
def time_zones() -> list[tuple[str, str]]:
    """Those people live in, by the names of the IANA database: UTC first, then Africa/Abidjan and so on."""
    names = sorted(
        name
        for name in zoneinfo.available_timezones()
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))
    )
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class Clock(forms.Form):
    """In which language, and by which clock, e-mails come. What is left out is as it was."""

    digest_weekday = forms.TypedChoiceField(
        choices=Weekday.choices, coerce=int, required=False, label=_("Day of weekly e-mails")
    )
    digest_hour = forms.TypedChoiceField(
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        required=False,
        label=_("Hour of daily and weekly e-mails"),
    )
    time_zone = forms.ChoiceField(choices=time_zones, required=False, label=_("Your time zone"))
    language = forms.ChoiceField(
        choices=lambda: settings.LANGUAGES, required=False, label=_("Language of the e-mails")
    )

    def clock(self) -> dict:
        """What was chosen, by the names of a subscriber's fields."""
        names = ("digest_weekday", "digest_hour", "time_zone", "language")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name] != ""}


class SubscriptionForm(Clock, Honeypot):
    """An address that wants to follow something."""

    field_order = ["address", "cadence"]

    address = forms.EmailField(
        max_length=ADDRESS_LENGTH,
        label=_("Your e-mail address"),
        error_messages={"required": _("Give the address that news should go to."), **NOT_AN_ADDRESS},
    )
    cadence = forms.ChoiceField(choices=Cadence.choices, required=False, label=_("How often"), widget=Radios)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].widget.attrs["autocomplete"] = "email"
        self.initial = {
            "cadence": Cadence.AT_ONCE,
            "digest_hour": 8,
            "language": get_language(),
            **self.initial,
        }
        if not self.is_bound:
            self.fields["time_zone"].widget.attrs["data-guess"] = ""

    def clean_cadence(self):
        return self.cleaned_data["cadence"] or Cadence.AT_ONCE

    def clean_language(self):
        return self.cleaned_data["language"] or get_language()


class PreferencesForm(Clock):
    """The clock and the language of somebody who is subscribed."""


class LinkForm(Honeypot):
    """An address that wants the link to its subscriptions."""

    address = SubscriptionForm.base_fields["address"]


class CadenceForm(forms.Form):
    cadence = forms.ChoiceField(choices=Cadence.choices)


class TimeZoneField(LineField):
    """A time zone as a browser names it; empty when the catalogue does not know it."""

    def clean(self, value):
        try:
            zone = super().clean(value)
        except ValidationError:
            return ""
        return zone if zone in dict(time_zones()) else ""
