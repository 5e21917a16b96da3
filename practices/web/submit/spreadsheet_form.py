"""A practice prepared offline: the rows of the template, and its answers as the form would have them typed."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from practices.core.http.public_forms import Honeypot, Stamp
from practices.core.titles import folded
from practices.documents.form_fields import KeysField
from practices.exchange.spreadsheets import reader
from practices.web.submit.forms import SubmissionForm


def _shown() -> list[str]:
    """The fields of the form, in its order."""
    return [name for section in SubmissionForm.sections for name in section.fields]


class SpreadsheetForm(Stamp, Honeypot):
    """The spreadsheet template, filled in. Cleaned, it is the answer to each field it names."""

    file = forms.FileField(
        label=_("The filled-in template"),
        error_messages={"required": _("Choose the file."), "empty": _("This file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self):
        content = self.cleaned_data["file"].read(reader.MOST_BYTES + 1)
        try:
            return reader.answers(content, fields=_shown())
        except reader.Unreadable as unreadable:
            raise forms.ValidationError(str(unreadable)) from unreadable


def template_rows() -> Iterable[tuple[str, str, str, str, list[str], bool]]:
    """A row of the spreadsheet template for each field: see `exports.as_template`."""
    form = SubmissionForm()
    for name in _shown():
        field = form.fields[name]
        choices = [str(label) for value, label in getattr(field, "choices", []) if value]
        proposed = form.initial.get(name, "") or ""
        labels = dict(getattr(field, "choices", []))
        answer = str(labels.get(proposed, proposed))
        yield name, str(field.label), answer, str(field.help_text), choices, isinstance(field, KeysField)


def from_answers(answers: dict[str, str]) -> dict[str, list[str]]:
    """What somebody would have typed to answer so; what can be chosen is known by its words, too."""
    fields = SubmissionForm().fields
    typed = {}
    for name, answer in answers.items():
        if not hasattr(fields[name], "choices"):
            typed[name] = [answer]
            continue
        ways = {folded(str(way)): value for value, label in fields[name].choices for way in (label, value)}
        parts = answer.split(";") if isinstance(fields[name], KeysField) else [answer]
        typed[name] = [str(ways.get(folded(part), part.strip())) for part in parts if part.strip()]
    return typed
