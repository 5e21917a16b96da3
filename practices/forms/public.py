"""The forms of visitors: a practice offered, an answer to a moderator, an address that subscribes."""

from collections.abc import Iterable

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from practices.choices import Licence
from practices.documents import LINE_LENGTH, SECTIONS, Document
from practices.forms.document import DocumentForm, Section
from practices.forms.fields import LineField, Radios
from practices.models import Submitter
from practices.models.submission import new_token

STAMP_SALT = "practices.forms.stamp"
STAMP_HOURS = 24
NOT_AN_ADDRESS = {"invalid": _("This is not an e-mail address; one looks like name@example.org.")}
ADDRESS_LENGTH = 254  # RFC 5321 §4.5.3.1.3, and what the models hold


class Honeypot(forms.Form):
    """A field that people do not see. Mixed into every public form."""

    website = forms.CharField(required=False, label=_("Leave this field empty"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["website"].widget.attrs.update(autocomplete="off", tabindex="-1")

    @property
    def trapped(self) -> bool:
        """Whether it was filled in, as only a machine does."""
        return bool(self.data.get("website"))


class Stamp(forms.Form):
    """When the form was made and which one it is, signed.

    One that comes back within FORM_MINIMUM_SECONDS comes from a machine; one that comes back twice is known by
    its `form_key`. It makes a page different for every visitor, so it stands on pages no cache keeps.
    """

    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.form_key = new_token()
        self.initial["stamp"] = signing.dumps(self.form_key, salt=STAMP_SALT)

    def clean_stamp(self):
        stamp = self.cleaned_data["stamp"]
        try:
            key = signing.loads(stamp, salt=STAMP_SALT, max_age=STAMP_HOURS * 3600)
        except signing.BadSignature:
            self.data = self.data.copy()
            self.data["stamp"] = self.initial["stamp"]
            raise ValidationError(
                _(
                    "This page was open for more than a day. Please send it once more; nothing you typed is lost."
                )
            ) from None
        self.form_key = key
        return stamp

    def clean(self):
        cleaned = super().clean()
        stamp = cleaned.get("stamp")
        # Whoever has something else to mend will be slow enough next time.
        if stamp and not self.errors and _younger_than(stamp, settings.FORM_MINIMUM_SECONDS):
            self.add_error(None, _("That was quicker than anyone can type. Please send it once more."))
        return cleaned


def _younger_than(stamp: str, seconds: int) -> bool:
    if not seconds:
        return False
    try:
        signing.loads(stamp, salt=STAMP_SALT, max_age=seconds)
    except signing.SignatureExpired:
        return False
    return True


class SubmissionForm(Stamp, Honeypot, DocumentForm):
    """A practice offered by a visitor: the document, in sections, and who offers it."""

    credit = None
    submitted_on = None

    honorific = LineField(
        required=False, max_length=40, label=_("Form of address"), help_text=_("Ms., Dr., …")
    )
    name = LineField(
        max_length=150,
        label=_("Your name"),
        help_text=_("So that the moderators know whom they write to."),
        error_messages={"required": _("Tell the moderators your name.")},
    )
    organisation = LineField(
        required=False,
        max_length=LINE_LENGTH,
        label=_("Your organisation"),
        help_text=_("Readers trust a practice more when they see who stands behind it."),
    )
    email = forms.EmailField(
        max_length=ADDRESS_LENGTH,
        label=_("Your e-mail address"),
        error_messages={
            "required": _("Give an address, so that we can send you the link."),
            **NOT_AN_ADDRESS,
        },
        help_text=_(
            "Never shown. We send you the link by which you confirm, follow and change what you sent."
        ),
    )
    credit_as = forms.ChoiceField(
        label=_("Show in public"),
        choices=[
            ("name", _("my name")),
            ("organisation", _("my organisation")),
            ("both", _("my name and organisation")),
            ("anonymous", _("neither: submitted anonymously")),
        ],
        widget=Radios,
        help_text=_("What stands after “Submitted by” under the practice. It is your choice."),
    )

    sections = [
        Section(
            "basics",
            _("The practice"),
            _(
                "Enough for a reader to know whether it is for them. Only what is marked as required has to be there."
            ),
            ["title", "summary", "objective", "other_objectives", "type"],
        ),
        Section(
            "place",
            _("Where, who and when"),
            _("People look for practices from places like theirs, and for somebody to ask."),
            ["countries", "area", "implementers", "implementer_kinds", "start_year", "end_year"],
        ),
        Section(
            "story",
            _("How it works"),
            _("All optional. The more of it there is, the more others can do with it."),
            SECTIONS,
        ),
        Section(
            "evidence",
            _("Evidence and cost"),
            _("Readers weigh a practice by how its results are known."),
            ["evidence_level", "evidence_reason", "evidence_url", "source_url", "cost_band"],
        ),
        Section(
            "finding",
            _("Finding and reusing it"),
            _("By these, people meet your practice who did not know it exists."),
            ["tags", "principles", "sdgs", "language", "licence"],
        ),
        Section(
            "you",
            _("You"),
            _("A moderator may have a question. Your address stays with the moderators."),
            ["honorific", "name", "organisation", "email", "credit_as"],
        ),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("language", "en")
        self.initial.setdefault("licence", Licence.CC_BY)
        self.initial.setdefault("credit_as", "name")
        for name, autocomplete in {
            "honorific": "honorific-prefix", "name": "name", "organisation": "organization", "email": "email",
        }.items():  # fmt: skip
            self.fields[name].widget.attrs["autocomplete"] = autocomplete

    def clean(self):
        cleaned = super().clean()
        wants_organisation = cleaned.get("credit_as") in ("organisation", "both")
        if wants_organisation and not cleaned.get("organisation") and "organisation" not in self.errors:
            self.add_error("organisation", _("Name your organisation, or choose another way to be shown."))
        if not self.errors and len(self.credit_line()) > LINE_LENGTH:
            self.add_error(
                "credit_as", _("Name and organisation are too long to be shown together; choose one.")
            )
        return cleaned

    def document(self) -> Document:
        return super().document() | {"credit": self.credit_line()}

    def credit_line(self) -> str:
        """What the submitter chose to be shown as; empty for “anonymous”."""
        cleaned = self.cleaned_data
        name = " ".join(filter(None, [cleaned["honorific"], cleaned["name"]]))
        lines = {
            "name": name,
            "organisation": cleaned["organisation"],
            "both": f"{name}, {cleaned['organisation']}",
            "anonymous": "",
        }
        return lines[cleaned["credit_as"]]

    def submitter(self) -> Submitter:
        """The submitter as typed, not yet saved."""
        return Submitter(
            **{name: self.cleaned_data[name] for name in ("honorific", "name", "organisation", "email")}
        )


class AnswerForm(DocumentForm):
    """A submission changed by its submitter after a moderator asked. Credit and contact stay as they were."""

    credit = None
    submitted_on = None

    sections = [section for section in SubmissionForm.sections if section.slug != "you"]


class SubscriptionForm(Honeypot):
    """An address that wants to follow an objective."""

    address = forms.EmailField(
        max_length=ADDRESS_LENGTH,
        label=_("Your e-mail address"),
        error_messages={"required": _("Give the address that news should go to."), **NOT_AN_ADDRESS},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].widget.attrs["autocomplete"] = "email"


def bound_sections(form: forms.Form) -> Iterable[tuple[Section, list[forms.BoundField]]]:
    """(section, its fields) in order, for the template."""
    for section in form.sections:
        yield section, [form[name] for name in section.fields]
