"""Forms for subscribing and for changing subscriptions."""

from operator import itemgetter
from typing import cast

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from practices.choices import Cadence, Weekday
from practices.core import time_zones
from practices.core.addresses import AddressField
from practices.core.collation import sorted_by_name
from practices.core.http.public_forms import Honeypot
from practices.core.punctuation import labelled
from practices.discovery import MAX_SEARCH_LENGTH
from practices.documents.widgets import Checkboxes, GroupedCheckboxes, Radios
from practices.models import Country, Objective
from practices.notifications.subscriptions import Estimate

CADENCES = (
    (Cadence.AT_ONCE.value, _("At once")),
    (Cadence.DAILY.value, _("Daily")),
    (Cadence.WEEKLY.value, _("Weekly")),
)


class TimeZoneSelect(forms.Select):
    """List of time zones. A zone that is not offered, such as one that a browser reported, is first in it.

    static/js/time-zone.js puts the browser's own first, under `data-own`, and chooses it where there is `data-guess`.
    """

    def __init__(self, attrs=None, choices=()):
        super().__init__({"data-own": _("Your browser’s time zone")} | (attrs or {}), choices)

    def optgroups(self, name, value, attrs=None):
        groups = super().optgroups(name, value, attrs)
        is_offered = any(option["selected"] for _name, options, _index in groups for option in options)
        if is_offered or not value or not value[0]:
            return groups
        label = time_zones.label(value[0], timezone.now())
        option = self.create_option(name, value[0], label, True, 0)
        return [(None, [option], 0), *groups]


class TimeZoneField(forms.ChoiceField):
    """Time zone under any of its names in the IANA database, as the one name by which it is offered."""

    widget = TimeZoneSelect

    def __init__(self, **kwargs):
        super().__init__(choices=lambda: time_zones.grouped(timezone.now()), **kwargs)

    def prepare_value(self, value):
        return time_zones.canonical(value or "")

    def to_python(self, value):
        return time_zones.canonical(super().to_python(value)) or super().to_python(value)

    def valid_value(self, value):
        return bool(time_zones.canonical(value))


class ScheduleForm(forms.Form):
    """Language, time zone and times of e-mails. A field left empty keeps its value."""

    digest_weekday = forms.TypedChoiceField(
        choices=Weekday.choices,
        coerce=int,
        required=False,
        label=_("Day, if weekly"),
        error_messages={"invalid_choice": _("Choose a day from the list.")},
    )
    digest_hour = forms.TypedChoiceField(
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        required=False,
        label=_("Time, if daily or weekly"),
        error_messages={"invalid_choice": _("Choose a time from the list.")},
    )
    time_zone = TimeZoneField(
        required=False,
        label=_("Your time zone"),
        error_messages={"invalid_choice": _("Choose a time zone from the list.")},
    )
    language = forms.ChoiceField(
        choices=lambda: settings.LANGUAGES,
        required=False,
        label=_("Language of the e-mails"),
        error_messages={"invalid_choice": _("Choose a language from the list.")},
    )

    def schedule(self) -> dict:
        """Chosen values by the names of the subscriber's fields."""
        names = ("digest_weekday", "digest_hour", "time_zone", "language")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name] != ""}


def countries_by_region() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return region → (value, name) of its countries, as the choices of a field."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for country in sorted_by_name(Country.objects.select_related("subregion__parent")):
        region = country.subregion.parent if country.subregion else None
        regions.setdefault(str(region or gettext("Other")), []).append((country.code.lower(), str(country)))
    return sorted_by_name(regions.items(), name=itemgetter(0))


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


class CadenceForm(forms.Form):
    """Form to choose how often e-mails of a subscription come."""

    cadence = forms.ChoiceField(
        choices=CADENCES,
        required=False,
        label=_("How often"),
        widget=Radios,
        error_messages={"invalid_choice": _("Choose how often e-mails should come.")},
    )

    def show(self, estimate: Estimate) -> None:
        """Say beside each cadence how many e-mails it brings."""
        cadence = cast("forms.ChoiceField", self.fields["cadence"])
        cadence.choices = [
            (value, labelled(label, estimate.number(value)) if estimate.is_known else label)
            for value, label in CADENCES
        ]
        cadence.help_text = estimate.source if estimate.is_known else ""

    def clean_cadence(self):
        return self.cleaned_data["cadence"] or Cadence.AT_ONCE


class SubscriptionForm(CadenceForm, ScheduleForm, Honeypot):
    """Form to subscribe an address."""

    field_order = ["address", "cadence"]

    address = AddressField(
        label=_("Your e-mail address"),
        error_messages={"required": _("Enter your e-mail address, so that we can send you the updates.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].widget.attrs["autocomplete"] = "email"
        zone = cast("TimeZoneField", self.fields["time_zone"])
        zone.choices = [("UTC", "UTC")]  # the whole list would be a quarter of the page
        zone.help_text = _("You can choose any other later, in your preferences.")
        self.initial = {
            "cadence": Cadence.AT_ONCE,
            "digest_hour": 8,
            "language": get_language(),
            **self.initial,
        }
        if not self.is_bound and not self.initial.get("time_zone"):
            self.fields["time_zone"].widget.attrs["data-guess"] = ""

    def clean_language(self):
        return self.cleaned_data["language"] or get_language()


class PreferencesForm(ScheduleForm):
    """Form to change the schedule and language of a subscriber."""
