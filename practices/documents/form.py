"""The form of a practice document. It alone decides whether a document is valid, wherever it comes from."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from practices.core import languages
from practices.core.cache import cached_per_version
from practices.documents.fields import FIELD_OF_FORM, FIELDS, LONG_TEXTS
from practices.documents.schema import Document, Fault, complete, shape_faults
from practices.documents.sections import Section

DETECTED_LENGTH = 2_000
"""Characters of each text from which its language is read."""


@cached_per_version(across_publications=True, in_process=True)
def document_choices() -> dict[str, list]:
    """Return what each field of the document form offers from the reference data. Treat it as read-only."""
    return {name: options for field in FIELDS.values() for name, options in field.choices().items()}


_declared = {
    name: form_field for field in FIELDS.values() for name, form_field in field.form_fields().items()
}
_DeclaredForm: Any = type("_DeclaredForm", (forms.Form,), _declared)


class DocumentForm(_DeclaredForm):
    """A practice document from a visitor, a moderator or a file. `document()` returns what is valid."""

    fields: dict[str, forms.Field]
    sections: list[Section] = []
    """Sections of the page, if it has any. A field in none of them is removed, unless it is in `hidden_names`."""
    hidden_names: tuple[str, ...] = ()
    detected_language: Any = ""
    """Name of the language that was read from the text, if nobody chose one."""

    def __init__(self, *args, choices=None, **kwargs):
        """Pass the result of `document_choices()` as `choices` to create many forms; it costs a query."""
        super().__init__(*args, **kwargs)
        if self.sections:
            order = [*(name for section in self.sections for name in section.fields), *self.hidden_names]
            self.fields = {name: self.fields[name] for name in order if name in self.fields}
        for name, options in (choices or document_choices()).items():
            field = self.fields.get(name)
            if isinstance(field, forms.ChoiceField):  # and not a line of names
                field.choices = options

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("start_year"), cleaned.get("end_year")
        if start and end and end < start:
            self.add_error(
                "end_year",
                _("The end year (%(end)s) is before the start year (%(start)s). Please correct one of them.")
                % {"end": end, "start": start},
            )
        if "language" in self.fields and "language" not in self.errors:
            self._read_language(cleaned)
        return cleaned

    def _read_language(self, cleaned):
        """Fill in the language from the text if nobody chose one, and say so; ask if the text does not tell."""
        texts = [cleaned.get(name) or "" for name in ("title", "summary", *LONG_TEXTS)]
        found = languages.detect(
            *(text[:DETECTED_LENGTH] for text in texts), countries=cleaned.get("countries") or []
        )
        field: Any = self.fields["language"]
        if chosen := cleaned.get("language"):
            if languages.differ(found, chosen):
                self["language"].help_text = _(
                    "This text looks like %(language)s. Please check your choice."
                ) % {"language": field.known[found]}
        elif found:
            cleaned["language"] = field.detected = found
            self.detected_language = field.known[found]
            self["language"].help_text = _(
                "This text looks like %(language)s. If it is not, choose another language."
            ) % {"language": field.known[found]}
        elif any(texts):
            field.required = True
            self.add_error(
                "language",
                ValidationError(
                    _("Choose the language of your text. We could not detect it."), code="required"
                ),
            )

    def document(self, base: Document | None = None) -> Document:
        """Return the document of what is valid in the form. Fields it does not show are those of `base`, or empty."""
        base = complete(base or {})
        cleaned = {name: value for name, value in self.cleaned_data.items() if value is not None}
        asked = {FIELD_OF_FORM[name].name for name in self.fields if name in FIELD_OF_FORM}
        return base | {name: FIELDS[name].from_form(cleaned, base[name]) for name in asked}

    def is_filled(self, name: str) -> bool:
        """Return whether a form field has a valid value other than its empty one, or begins with one."""
        if name in self.errors:
            return False
        empty = FIELDS[name].empty if name in FIELDS else ""
        return self.value_of(name) not in (None, "", [], empty)

    def value_of(self, name: str) -> Any:
        """Return the valid value of a form field, or of a form that was not sent, the value that it begins with."""
        return self.cleaned_data.get(name) if self.is_bound else self[name].initial

    @staticmethod
    def values_from(document: Document) -> dict[str, Any]:
        """Return the values of the form's fields that stand for `document`: as initial values, or as data to check."""
        values = complete(document)
        return {
            form_name: value
            for name, field in FIELDS.items()
            for form_name, value in field.to_form(values[name]).items()
        }


def checked(
    document: Any, *, base: Document | None = None, choices: dict[str, list] | None = None
) -> tuple[Document | None, list[Fault]]:
    """Validate a document from a file. Return (the cleaned document, []) or (None, all its faults).

    What it does not state is as in `base`, or empty.
    """
    faults = shape_faults(document)
    if not isinstance(document, dict):
        return None, faults
    wrong = {fault.field for fault in faults}
    stated = {name: value for name, value in document.items() if name not in wrong}
    return _judged(DocumentForm.values_from((base or {}) | stated), faults, base=base, choices=choices)


def checked_cells(
    cells: Mapping[str, str], *, base: Document | None = None, choices: dict[str, list] | None = None
) -> tuple[Document | None, list[Fault]]:
    """Validate a row of a table, as `checked` does with a document. `cells`: what people have written, by field."""
    values = DocumentForm.values_from(base or {})
    names = _fields_with_names()
    for name, text in cells.items():
        values |= FIELDS[name].from_cell(text, names)
    return _judged(values, [], base=base, choices=choices)


@cached_per_version(across_publications=True, in_process=True)
def _fields_with_names() -> dict[str, forms.Field]:
    """Return form fields that find choices by their names. Treat them as read-only."""
    return DocumentForm().fields


def _judged(
    values: dict[str, Any], faults: list[Fault], *, base: Document | None, choices: dict[str, list] | None
) -> tuple[Document | None, list[Fault]]:
    """Return the document of the form's `values`, or None with `faults` and those that the form finds elsewhere."""
    form = DocumentForm(data=values, choices=choices)
    wrong = {fault.field for fault in faults}
    found = [
        Fault(field, str(message))
        for name, messages in form.errors.items()
        if (field := FIELD_OF_FORM[name].name if name in FIELD_OF_FORM else "") not in wrong
        for message in messages
    ]
    return (None, [*faults, *found]) if faults or found else (form.document(base), [])
