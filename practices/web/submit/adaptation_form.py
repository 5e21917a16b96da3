"""Forms in which somebody tells where a practice was used elsewhere. They are short: two minutes, no account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from practices.core.http.public_forms import Stamp
from practices.documents import Document, adaptations
from practices.documents.form_fields import KeyField, PlainTextField
from practices.documents.sections import Section
from practices.documents.widgets import Radios
from practices.web.submit.forms import AnswerForm, SubmissionForm

TOLD = [
    Section(
        "use",
        _("Where and when"),
        _("Readers look for practices that worked in places like theirs."),
        ["countries", "area", "implementers", "start_year", "end_year"],
    ),
    Section(
        "experience",
        _("What happened"),
        _("What you had to change is the most useful part for others."),
        ["summary", "results", "hindsight", "source_url"],
    ),
]
_HELP = {
    "countries": _("Where you used it. If there are several countries, tell us of each one separately."),
    "area": "",
    "implementers": _(
        "The organisation that used it, such as a city or an association. It is shown publicly."
    ),
    "start_year": "",
    "end_year": _("Leave this empty if you still use it."),
    "summary": _(
        "What you did as described, and what you did in another way. Two or three sentences are enough."
    ),
    "results": "",
    "hindsight": _("Others will not make the same mistake."),
    "source_url": _("A web page about it, if there is one."),
}
_MISSING = {
    "countries": _("Enter the country in which you used it."),
    "implementers": _("Enter the organisation that used it."),
    "summary": _("Enter what you changed, or that you changed nothing."),
}
LONGEST = 2_000
"""Characters of a text besides the changes: several reports stand on one page."""


class AdaptationForm(SubmissionForm):
    """The report on a use of a practice elsewhere, and who sends it."""

    credit_as = KeyField(
        label=_("Shown publicly as"),
        error_messages={"required": _("Choose how you want to be shown.")},
        choices=[("name", _("my name")), ("anonymous", _("no name"))],
        widget=Radios,
        help_text=_("The organisation above is shown in any case."),
    )

    results = PlainTextField(required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
    hindsight = PlainTextField(required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))

    you = Section(
        "you",
        _("You"),
        _("A moderator may have a question. Your e-mail address is never published."),
        ["name", "email", "credit_as"],
    )
    sections = [*TOLD, you]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in adaptations.LABELS.items():
            field: Any = self.fields[name]
            field.label, field.help_text = label, _HELP[name]
            if name in adaptations.REQUIRED:
                field.required, field.error_messages["required"] = True, _MISSING[name]

    def _groups_to_publish(self, update=None):
        """Publication needs what the form requires, and no more."""
        return []

    def clean_countries(self) -> list[str]:
        return adaptations.one_country(self.cleaned_data["countries"])

    def document(self, base: Document | None = None) -> Document:
        return adaptations.with_language(super().document(base))


class StartAdaptationForm(Stamp, AdaptationForm):
    """The form that begins it."""


class AdaptationAnswerForm(AdaptationForm):
    """Changes that a moderator requested. Credit and contact details stay as they were."""

    note = PlainTextField(
        required=False,
        max_length=2_000,
        label=AnswerForm.base_fields["note"].label,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=AnswerForm.base_fields["note"].help_text,
    )
    sections = [AnswerForm.sections[-1], *TOLD]
    shows_requests = True
