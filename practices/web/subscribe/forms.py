"""Forms for subscribing and for changing subscriptions."""

import zoneinfo
from functools import cache
from typing import cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from practices.choices import Cadence, Weekday
from practices.core.addresses import AddressField
from practices.core.http.public_forms import Honeypot
from practices.discovery import MAX_SEARCH_LENGTH
from practices.documents.form_fields import Checkboxes, GroupedCheckboxes, LineField, Radios
from practices.models import Country, Objective
from practices.notifications.subscriptions import Estimate

CADENCES = (
    (Cadence.AT_ONCE.value, _("At once")),
    (Cadence.DAILY.value, _("Daily")),
    (Cadence.WEEKLY.value, _("Weekly")),
)


@cache
def time_zones() -> list[tuple[str, str]]:
    """Choices of time zones named after a place in the IANA database, with UTC first."""
    names = sorted(
        name
        for name in zoneinfo.available_timezones()
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))
    )
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class ScheduleForm(forms.Form):
    """Language, time zone and times of e-mails. A field left empty keeps its value."""

    digest_weekday = forms.TypedChoiceField(
        choices=Weekday.choices, coerce=int, required=False, label=_("Day, if weekly")
    )
    digest_hour = forms.TypedChoiceField(
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        required=False,
        label=_("Time, if daily or weekly"),
    )
    time_zone = forms.ChoiceField(choices=time_zones, required=False, label=_("Your time zone"))
    language = forms.ChoiceField(
        choices=lambda: settings.LANGUAGES, required=False, label=_("Language of the e-mails")
    )

    def schedule(self) -> dict:
        """Chosen values by the names of the subscriber's fields."""
        names = ("digest_weekday", "digest_hour", "time_zone", "language")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name] != ""}


def countries_by_region() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return region → (value, name) of its countries, as the choices of a field."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for country in Country.objects.select_related("subregion__parent").order_by("name"):
        region = country.subregion.parent if country.subregion else None
        regions.setdefault(str(region or gettext("Other")), []).append((country.code.lower(), str(country)))
    return sorted(regions.items())


class ChoiceForm(forms.Form):
    """Form to choose the practices of a subscription. Its fields are filters of the listing, which checks them."""

    objective = forms.MultipleChoiceField(
        choices=lambda: [(each.number, str(each)) for each in Objective.objects.order_by("number")],
        required=False,
        label=_("Objectives"),
        widget=Checkboxes,
    )
    country = forms.MultipleChoiceField(
        choices=countries_by_region, required=False, label=_("Countries"), widget=GroupedCheckboxes
    )
    q = forms.CharField(
        required=False,
        max_length=MAX_SEARCH_LENGTH,
        label=_("Words"),
        help_text=_("Only practices that contain all of these words."),
    )


class SubscriptionForm(ScheduleForm, Honeypot):
    """Form to subscribe an address."""

    field_order = ["address", "cadence"]

    address = AddressField(
        label=_("Your e-mail address"),
        error_messages={"required": _("Enter your e-mail address, so that we can send you the updates.")},
    )
    cadence = forms.ChoiceField(choices=CADENCES, required=False, label=_("How often"), widget=Radios)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].widget.attrs["autocomplete"] = "email"
        self.initial = {
            "cadence": Cadence.AT_ONCE,
            "digest_hour": 8,
            "language": get_language(),
            **self.initial,
        }
        if not self.is_bound and not self.initial.get("time_zone"):
            self.fields["time_zone"].widget.attrs["data-guess"] = ""

    def show(self, estimate: Estimate) -> None:
        """Say beside each cadence how many e-mails it brings."""
        cadence = cast("forms.ChoiceField", self.fields["cadence"])
        cadence.choices = [
            (value, f"{label}: {estimate.number(value)}" if estimate.is_known else label)
            for value, label in CADENCES
        ]
        cadence.help_text = estimate.source if estimate.is_known else ""

    def clean_cadence(self):
        return self.cleaned_data["cadence"] or Cadence.AT_ONCE

    def clean_language(self):
        return self.cleaned_data["language"] or get_language()


class PreferencesForm(ScheduleForm):
    """Form to change the schedule and language of a subscriber."""


class LinkForm(Honeypot):
    """Form to request the link to one's subscriptions."""

    address = SubscriptionForm.base_fields["address"]


class AddForm(forms.Form):
    """Form of a subscriber to subscribe to one more objective, or to all practices."""

    objective = forms.ModelChoiceField(
        Objective.objects.order_by("number"),
        to_field_name="number",
        required=False,
        empty_label=_("All practices"),
        label=_("Objective"),
    )
    cadence = forms.ChoiceField(choices=CADENCES, label=_("How often"))

    def query(self) -> str:
        """Return the filter that is chosen, as a query string."""
        objective = self.cleaned_data["objective"]
        return f"objective={objective.number}" if objective else ""


class CadenceForm(forms.Form):
    """Form to change how often e-mails of a subscription come."""

    cadence = forms.ChoiceField(choices=CADENCES)


class TimeZoneField(LineField):
    """Time zone name that a browser reports; empty if it is unknown."""

    def clean(self, value):
        try:
            zone = super().clean(value)
        except ValidationError:
            return ""
        return zone if zone in dict(time_zones()) else ""
