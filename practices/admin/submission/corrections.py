"""The form in which a moderator corrects a submission before publishing it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from practices.documents import FIELDS, NOT_UPDATABLE, Document, adaptations
from practices.documents.form import DocumentForm
from practices.documents.kinds import Keys
from practices.documents.sections import FORM_SECTIONS, Section
from practices.documents.translations import TRANSLATABLE
from practices.models import Submission

CHECKBOXES = [name for name, field in FIELDS.items() if isinstance(field, Keys)]
"""Fields that the page asks for with checkboxes."""


class CorrectionForm(DocumentForm):
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    """`seen_version` when the page was rendered: corrections only count for what was read."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in NOT_UPDATABLE:
            del self.fields[name]

    def bound_sections(self):
        """Return (section, its fields) as in the public form, and a last section for fields in none of them."""
        sections = list(FORM_SECTIONS)
        placed = {name for section in sections for name in section.fields}
        others = [name for name in self.fields if name not in (*placed, "seen")]
        if others:
            sections.append(Section("others", _("Other fields"), "", others))
        bound = [
            (section, [self[name] for name in section.fields if name in self.fields]) for section in sections
        ]
        return [(section, fields) for section, fields in bound if fields]

    @classmethod
    def of(cls, submission: Submission) -> type["CorrectionForm"]:
        """Return the form for a submission: of a translation, only its texts can be corrected."""
        if submission.is_adaptation:
            return AdaptationCorrectionForm
        return TranslationCorrectionForm if submission.is_translation else cls

    def corrected(self, document: Document) -> Document:
        """Return the document of the valid form, with the NOT_UPDATABLE fields of `document`."""
        corrected = self.document() | {name: document[name] for name in NOT_UPDATABLE}
        for name in CHECKBOXES:
            # Checkboxes arrive in the order of the page; keep the submitter's order where nothing else changed.
            main, had, has = corrected[name][:1], document[name], corrected[name]
            kept = [key for key in had if key in has]
            ordered = kept + [key for key in has if key not in kept]
            corrected[name] = ordered if name != "objectives" or ordered[:1] == main else has
        return corrected


class TranslationCorrectionForm(CorrectionForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in [name for name in self.fields if name not in (*TRANSLATABLE, "seen")]:
            del self.fields[name]

    def corrected(self, document):
        """Return `document` with the texts of the valid form."""
        return self.document(document)


class AdaptationCorrectionForm(CorrectionForm):
    """The fields in which a use elsewhere is told, each under its own label."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields = {name: self.fields[name] for name in (*adaptations.LABELS, "language", "seen")}
        for name, label in adaptations.LABELS.items():
            self.fields[name].label, self.fields[name].help_text = label, ""
        for name in adaptations.REQUIRED:
            self.fields[name].required = True

    def bound_sections(self):
        """Return them as one section."""
        names = [name for name in self.fields if name != "seen"]
        section = Section("use", _("Use elsewhere"), "", names)
        return [(section, [self[name] for name in names])]

    def clean_countries(self):
        return adaptations.one_country(self.cleaned_data["countries"])

    def corrected(self, document):
        """Return `document` with what is told in the valid form."""
        return self.document(document)
