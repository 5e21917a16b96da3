"""The form in which a moderator corrects a submission before publishing it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from practices.documents import FIELDS, Document
from practices.documents.form import DocumentForm
from practices.documents.kinds import Keys
from practices.documents.sections import FORM_SECTIONS, Section

KEPT = [name for name, field in FIELDS.items() if not field.updatable]
CHECKBOXES = [name for name, field in FIELDS.items() if isinstance(field, Keys)]
"""Fields that the page asks for with checkboxes."""


class CorrectionForm(DocumentForm):
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    """`as_read` when the form was made, so that corrections are of what was read."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in KEPT:
            del self.fields[name]

    def bound_sections(self):
        """(section, its fields) as in the public form, and one for fields that stand in none."""
        sections = list(FORM_SECTIONS)
        placed = {name for section in sections for name in section.fields}
        others = [name for name in self.fields if name not in (*placed, "seen")]
        if others:
            sections.append(Section("others", _("Besides"), "", others))
        return [
            (section, [self[name] for name in section.fields if name in self.fields]) for section in sections
        ]

    def corrected(self, document: Document) -> Document:
        """The valid form's document, with what is kept from the submission's."""
        corrected = self.document() | {name: document[name] for name in KEPT}
        for name in CHECKBOXES:
            # Browsers send checked boxes in the order of the page, which is no change of the submitter's order.
            main, had, has = corrected[name][:1], document[name], corrected[name]
            kept = [key for key in had if key in has]
            ordered = kept + [key for key in has if key not in kept]
            corrected[name] = ordered if name != "objectives" or ordered[:1] == main else has
        return corrected
