"""Forms for asking and answering questions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from practices.core.addresses import AddressField
from practices.core.http.public_forms import Honeypot, Stamp
from practices.documents.form_fields import LineField, PlainTextField

QUESTION_LENGTH = 2_000
ANSWER_LENGTH = 5_000
CONSENT = _("The question and its answer may be published on the page of the practice, without names.")


class QuestionForm(Stamp, Honeypot):
    """A question about a practice, and who asks."""

    text = PlainTextField(
        label=_("Your question"),
        max_length=QUESTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One subject at a time gets the best answers."),
        error_messages={"required": _("Enter your question.")},
    )
    name = LineField(
        required=False,
        max_length=200,
        label=_("Your name and organisation"),
        help_text=_("Shown with your question to those who are asked. It is not published."),
    )
    address = AddressField(
        label=_("Your e-mail address"),
        help_text=_("For the answer. Nobody else sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Enter your e-mail address, so that the answer can reach you.")},
    )
    consents = forms.BooleanField(required=False, label=CONSENT)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["dir"] = "auto"


class AnswerForm(forms.Form):
    """The answer to a question."""

    text = PlainTextField(
        label=_("Your answer"),
        max_length=ANSWER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Enter your answer.")},
    )
    consents = forms.BooleanField(required=False, label=CONSENT)
