"""A practice prepared offline: rows of the template, its upload, and its answers as input of the form."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.choices import flatten_choices
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from practices.core.http.public_forms import Honeypot, Stamp
from practices.documents.country_fields import CountriesField
from practices.documents.form_fields import KeysField, NamedChoices
from practices.exchange.spreadsheets import reader
from practices.exchange.spreadsheets.template import Row
from practices.web.submit.attachment_form import busy_error
from practices.web.submit.forms import SubmissionForm


def _field_names() -> list[str]:
    return [name for section in SubmissionForm.sections for name in section.fields]


def _labels() -> dict[str, Any]:
    """Return lazy labels by name."""
    fields = SubmissionForm.base_fields
    return {name: fields[name].label for name in _field_names()}


class SpreadsheetForm(Stamp, Honeypot):
    """Upload of a filled-in template. The cleaned file is what somebody would have typed to give its answers."""

    is_typed = False
    unknown_rows: Iterable[int] = ()
    """Numbers of the rows that no field of the form takes, once the file is cleaned."""

    file = forms.FileField(
        label=_("Completed template"),
        error_messages={"required": _("Choose the file."), "empty": _("This file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self):
        content = self.cleaned_data["file"].read(reader.MOST_BYTES + 1)
        try:
            answers, self.unknown_rows = reader.read(content, fields=_labels())
        except reader.Unreadable as unreadable:
            raise forms.ValidationError(str(unreadable)) from unreadable
        except reader.Busy as busy:
            raise busy_error() from busy
        typed = from_answers(answers)
        if not _says_something(typed):
            raise forms.ValidationError(
                _(
                    "This file has no answers yet. Please write them in the column “your answer”, "
                    "and save the file before you upload it."
                )
            )
        return typed


def template_rows() -> Iterable[Row]:
    form = SubmissionForm()
    for name in _field_names():
        field = form.fields[name]
        labels = dict(flatten_choices(getattr(field, "choices", [])))
        choices = [str(label) for value, label in labels.items() if value]
        if isinstance(field, CountriesField):
            choices = list(field.known.values())
        proposed = form.initial.get(name, "") or ""
        answer = str(labels.get(proposed, proposed)) if proposed else ""
        is_multiple = isinstance(field, KeysField | CountriesField)
        needed = _("required") if field.required else getattr(field, "needed", "")
        note = f"{capfirst(needed)}." if needed else ""
        help_text = " ".join(filter(None, [note, str(field.help_text), str(getattr(field, "cell_help", ""))]))
        yield Row(name, str(field.label), answer, help_text, choices, is_multiple)


def from_answers(answers: dict[str, str]) -> dict[str, list[str]]:
    """Return what somebody would have typed into the form to give these answers."""
    fields = SubmissionForm().fields
    return {
        name: fields[name].from_cell(answer) if isinstance(fields[name], NamedChoices) else [answer]
        for name, answer in answers.items()
    }


def _says_something(typed: dict[str, list[str]]) -> bool:
    """Return whether any answer is more than what the template proposes."""
    form = SubmissionForm()
    return any(
        given != [str(form.get_initial_for_field(form.fields[name], name) or "")] and any(given)
        for name, given in typed.items()
    )
