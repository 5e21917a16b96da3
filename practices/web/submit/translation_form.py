"""Forms of a translation: each text of a practice beside the original, and who translated it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from practices import documents
from practices.choices import LANGUAGE_NAMES
from practices.core import languages, machine_translation
from practices.core.http.public_forms import Stamp
from practices.documents import FIELDS, Document
from practices.documents.form_fields import KeyField, LineField, PlainTextField
from practices.documents.presentation import Fact
from practices.documents.sections import Section
from practices.documents.translations import TRANSLATABLE
from practices.models import text_direction
from practices.models.translation import MACHINE_LENGTH
from practices.web.submit.forms import AnswerForm, SubmissionForm

FILLED_SALT = "practices.translation.filled"


class TranslationForm(SubmissionForm):
    """The texts of `original` in another `language`. A text left empty is read in the original language.

    Which texts a machine has begun is signed in the form, and kept with a draft. While one of them has a text, the name
    of the machine stays: readers are told the truth about the first version, however much was corrected since.
    """

    hidden_names = (*SubmissionForm.hidden_names, "filled")

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
    filled = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-carried": True}))
    """Signed: field → the machine that began its text."""

    you = Section(
        "you",
        _("You"),
        _("A moderator may have a question. Your e-mail address is never published."),
        ["name", "organisation", "email", "credit_as", "machine"],
    )

    def __init__(
        self, *args: Any, original: Document, language: str, filled: Iterable[str] = (), **kwargs: Any
    ) -> None:
        """`filled` is what a draft says about its texts already, signed as in the field of that name."""
        self.original, self.language = original, language
        self._filled = list(filled)
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

    def _groups_to_publish(self, update=None):
        """The original was published with what publication needs."""
        return []

    @classmethod
    def sign_filled(cls, machines: dict[str, str]) -> str:
        """Return the value of the field `filled`: which machine has begun the text of which field."""
        return signing.Signer(salt=FILLED_SALT).sign_object(machines)

    @property
    def machines(self) -> dict[str, str]:
        """Return field → the machine that has begun its text, of the fields that have a text."""
        begun: dict[str, str] = {}
        for value in [*self._filled, *self.data.getlist("filled")]:
            try:
                begun |= signing.Signer(salt=FILLED_SALT).unsign_object(value)
            except signing.BadSignature:
                continue
        return {
            name: machine
            for name, machine in begun.items()
            if name in self.text_names and self.is_typed_in(name)
        }

    def is_typed_in(self, name: str) -> bool:
        """Return whether a field has a text, valid or not."""
        return any(value.strip() for value in self.data.getlist(name))

    @property
    def offered_machine(self) -> str:
        """Return the name of the service that can fill its empty fields; "" if none can."""
        can = machine_translation.can_translate(self.original["language"], self.language)
        return settings.MACHINE_TRANSLATION_NAME if can and "machine" in self.fields else ""

    def clean_machine(self):
        """Return the machine as typed, with those that have begun a text."""
        named = self.cleaned_data["machine"]
        for machine in dict.fromkeys(self.machines.values()):
            if (
                machine not in named
                and len(together := ", ".join(filter(None, [machine, named]))) <= MACHINE_LENGTH
            ):
                named = together
        if self.machines:
            self["machine"].help_text = _(
                "A machine began texts of this form, so its name stays until you empty their fields."
            )
        if named != self.cleaned_data["machine"]:
            self._show("machine", named)
        return named

    def _show(self, name: str, value: str) -> None:
        """Have the form show a value in place of what was typed."""
        posted: Any = self.data  # a MultiValueDict, which django-stubs types as a Mapping
        data = posted.copy()
        data[name] = value
        self.data = data

    def typed(self):
        self.errors  # noqa: B018 - names the machine
        return super().typed() | {"filled": [self.sign_filled(self.machines)] if self.machines else []}

    def clean(self):
        cleaned = super().clean()
        summary = cleaned.get("summary")
        if summary and summary == self.original["summary"]:
            self.add_error("summary", _("This is the text of the original. Please translate it."))
        for name in self.text_names:
            value, original = cleaned.get(name), self.original[name]
            if value and not FIELDS[name].is_whole(value, original):
                message = ngettext(
                    "The original has %(count)s entry, so the translation needs as many. Or clear all rows: readers "
                    "see the original then.",
                    "The original has %(count)s entries, so the translation needs as many. Or clear all rows: readers "
                    "see the original then.",
                    len(original),
                )
                self.add_error(name, message % {"count": len(original)})
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
