"""Forms of a translation: each text of a practice beside the original, and who translated it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from practices import documents
from practices.choices import LANGUAGE_NAMES
from practices.core import languages
from practices.core.http.public_forms import Stamp
from practices.documents import FIELDS, Document
from practices.documents.form_fields import KeyField, LineField, PlainTextField
from practices.documents.presentation import Fact
from practices.documents.sections import Section
from practices.documents.translations import TRANSLATABLE
from practices.models import text_direction
from practices.models.translation import MACHINE_LENGTH
from practices.web.submit.forms import AnswerForm, SubmissionForm


class TranslationForm(SubmissionForm):
    """The texts of `original` in another `language`. A text left empty is read in the original language."""

    machine = LineField(
        required=False,
        max_length=MACHINE_LENGTH,
        label=_("Machine translation"),
        help_text=_(
            "If a program made the first version, enter its name, such as DeepL. Readers see that it was a machine and "
            "that you checked every sentence."
        ),
    )
    machine.widget.attrs["autocomplete"] = "off"

    you = Section(
        "you",
        _("You"),
        _("A moderator may have a question. Your e-mail address is never published."),
        ["name", "organisation", "email", "credit_as", "machine"],
    )

    def __init__(self, *args: Any, original: Document, language: str, **kwargs: Any) -> None:
        self.original, self.language = original, language
        stated = documents.texts_of(original)
        self.text_names = [name for name in TRANSLATABLE if name in stated]
        self.sections = self.sections_around(
            Section(
                "texts",
                _("Translation into %(language)s") % {"language": LANGUAGE_NAMES[language]},
                _("A text that you leave empty stays in the original language."),
                self.text_names,
            )
        )
        super().__init__(*args, **kwargs)
        reading = documents.read(original)
        for name in self.text_names:
            field: Any = self.fields[name]
            field.help_text, field.original = "", Fact(FIELDS[name], reading.values)
            field.widget.attrs |= {"lang": language, "dir": text_direction(language)}
        self.fields["title"].error_messages["required"] = _("Translate the title.")
        self.fields["summary"].error_messages["required"] = _("Translate the summary.")
        if "credit_as" in self.fields:
            self.fields["credit_as"].help_text = _(
                "This appears after “Translated by” on the page of the practice."
            )
            self.fields["organisation"].help_text = ""

    def sections_around(self, texts: Section) -> list[Section]:
        """Return the sections of the page, with that of the texts."""
        return [texts, self.you]

    def _groups_to_publish(self):
        """The original was published with what publication needs."""
        return []

    def clean(self):
        cleaned = super().clean()
        summary = cleaned.get("summary")
        if summary and summary == self.original["summary"]:
            self.add_error("summary", _("This is the text of the original. Please translate it."))
        found = languages.detect(*(str(cleaned.get(name) or "") for name in ("title", "summary")))
        if languages.differ(found, self.language) and "summary" not in self.errors:
            self["summary"].help_text = _("This text looks like %(language)s. Please check it.") % {
                "language": LANGUAGE_NAMES[found]
            }
        return cleaned

    def document(self, base: Document | None = None) -> Document:
        """Return the document with the texts as translated; what else it says is as in the original."""
        return super().document(base or self.original) | {"language": self.language}

    @property
    def texts(self) -> list[Any]:
        """The fields of the texts, each with its `original`."""
        return [self[name] for name in self.text_names]


class StartTranslationForm(Stamp, TranslationForm):
    """The form that starts a translation. `version` is the number of the revision that it translates."""

    hidden_names = (*TranslationForm.hidden_names, "to")

    to = forms.CharField(widget=forms.HiddenInput)


class TranslationAnswerForm(TranslationForm):
    """Changes of a translation that a moderator requested. Credit and contact details stay as they were."""

    note = PlainTextField(
        required=False,
        max_length=2_000,
        label=AnswerForm.base_fields["note"].label,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=AnswerForm.base_fields["note"].help_text,
    )
    shows_requests = True

    def sections_around(self, texts):
        return [AnswerForm.sections[-1], texts]


class LanguageChoice(forms.Form):
    """The language of a translation, asked before the form is shown. The one of the practice is not offered."""

    to = KeyField(
        label=_("Translate into"),
        choices=[],
        error_messages={"required": _("Choose a language.")},
    )

    def __init__(self, *args, of, **kwargs):
        """Offer all languages but that of the practice, the code `of`."""
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [
            ("", _("Choose a language")),
            *(
                (group, [(code, label) for code, label in options if code != of])
                for group, options in FIELDS["language"].offered
            ),
        ]
