"""A practice prepared offline: rows of the template, its upload, and its answers as input of the form."""

from collections.abc import Iterable

from django import forms
from django.utils.choices import flatten_choices
from django.utils.translation import gettext_lazy as _

from practices.core.http.public_forms import Honeypot, Stamp
from practices.core.titles import folded
from practices.documents.country_fields import CountriesField
from practices.documents.form_fields import KeysField
from practices.exchange.spreadsheets import reader
from practices.exchange.spreadsheets.template import Row
from practices.web.submit.forms import SubmissionForm, busy_error


def _field_names() -> list[str]:
    return [name for section in SubmissionForm.sections for name in section.fields]


class SpreadsheetForm(Stamp, Honeypot):
    """Upload of a filled-in template. The cleaned file is a dict of answers by field."""

    file = forms.FileField(
        label=_("Completed template"),
        error_messages={"required": _("Choose the file."), "empty": _("This file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self):
        content = self.cleaned_data["file"].read(reader.MOST_BYTES + 1)
        try:
            return reader.answers(content, fields=_field_names())
        except reader.Unreadable as unreadable:
            raise forms.ValidationError(str(unreadable)) from unreadable
        except reader.Busy as busy:
            raise busy_error() from busy


def template_rows() -> Iterable[Row]:
    form = SubmissionForm()
    for name in _field_names():
        field = form.fields[name]
        labels = dict(flatten_choices(getattr(field, "choices", [])))
        choices = [str(label) for value, label in labels.items() if value]
        if isinstance(field, CountriesField):
            choices = list(field.known.values())
        proposed = form.initial.get(name, "") or ""
        answer = str(labels.get(proposed, proposed))
        is_multiple = isinstance(field, KeysField)
        help_text = " ".join(filter(None, [str(field.help_text), str(getattr(field, "cell_help", ""))]))
        yield Row(name, str(field.label), answer, help_text, choices, is_multiple)


def from_answers(answers: dict[str, str]) -> dict[str, list[str]]:
    """Return what somebody would have typed into the form. A choice may be given by its label or its value."""
    fields = SubmissionForm().fields
    typed = {}
    for name, answer in answers.items():
        if not hasattr(fields[name], "choices"):
            typed[name] = [answer]
            continue
        choices = flatten_choices(fields[name].choices)
        known = {folded(str(each)): value for value, label in choices for each in (label, value)}
        parts = answer.split(";") if isinstance(fields[name], KeysField) else [answer]
        typed[name] = [str(known.get(folded(part), part.strip())) for part in parts if part.strip()]
    return typed
