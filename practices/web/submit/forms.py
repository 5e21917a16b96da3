"""The forms of submitters: a practice begun, gone on with, changed after a question, or put right later."""

import dataclasses
from collections.abc import Iterable
from typing import Any, Self

from django import forms
from django.forms import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from practices.choices import Licence
from practices.core.http.public_forms import ADDRESS_LENGTH, NOT_AN_ADDRESS, Honeypot, Stamp
from practices.documents import FIELDS, LINE_LENGTH, Document, plain
from practices.documents.form import DocumentForm
from practices.documents.form_fields import CountriesField, LineField, LinesField, PlainTextField, Radios
from practices.documents.sections import FORM_SECTIONS, FURTHER, SHORT, Section, fields_in
from practices.models import Submission, Submitter
from practices.workflow import uploads

WHO = ("honorific", "name", "organisation", "email")


class SubmissionForm(Honeypot, DocumentForm):
    """A practice as its submitter works on it: the document, in sections, and who offers it.

    It is bound to what was typed, which may be incomplete: `document()` is what of it is valid.
    """

    credit = None
    submitted_on = None

    countries = CountriesField(
        required=False,
        label=FIELDS["countries"].label,
        help_text=_("Names, separated by commas: Georgia, Philippines. Regions follow by themselves."),
    )
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
        help_text=_("Never shown. We send you the link by which you confirm what you sent."),
    )
    credit_as = forms.ChoiceField(
        label=_("Show in public"),
        error_messages={"required": _("Choose how you want to be shown.")},
        choices=[
            ("name", _("my name")),
            ("organisation", _("my organisation")),
            ("both", _("my name and organisation")),
            ("anonymous", _("neither: submitted anonymously")),
        ],
        widget=Radios,
        help_text=_("What stands after “Submitted by” under the practice. It is your choice."),
    )
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    """The number of the save it was made from."""

    you = Section(
        "you",
        _("You"),
        _("A moderator may have a question. Your address stays with the moderators."),
        [*WHO, "credit_as", *fields_in("you")],
    )
    short = [*SHORT, you]
    sections = [*short, *FURTHER]
    unseen = ("website", "stamp", "version")
    asks = False
    """Whether a moderator asks for something in it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("licence", Licence.CC_BY)
        self.initial.setdefault("credit_as", "name")
        for name, autocomplete in {
            "honorific": "honorific-prefix", "name": "name", "organisation": "organization", "email": "email",
        }.items():  # fmt: skip
            if name in self.fields:
                self.fields[name].widget.attrs["autocomplete"] = autocomplete

    @classmethod
    def of(cls, submission: Submission, **kwargs) -> Self:
        """The form as its submitter left it, with its faults; what is merely missing is no fault yet."""
        form = cls(as_data(typed_in(submission)), initial={"version": submission.version}, **kwargs)
        form.data["version"] = str(submission.version)
        return form

    def forget_missing(self) -> None:
        """Let what is not filled in yet be no fault."""
        for name, faults in list(self.errors.items()):
            if all(fault.code == "required" for fault in faults.as_data()):
                del self.errors[name]

    def clean(self):
        cleaned = super().clean()
        if "credit_as" not in self.fields:
            return cleaned
        wants_organisation = cleaned.get("credit_as") in ("organisation", "both")
        if wants_organisation and not cleaned.get("organisation") and "organisation" not in self.errors:
            self.add_error("organisation", _("Name your organisation, or choose another way to be shown."))
        if len(self.credit_line()) > LINE_LENGTH:
            self.add_error(
                "credit_as", _("Name and organisation are too long to be shown together; choose one.")
            )
        return cleaned

    def document(self, base: Document | None = None) -> Document:
        self.errors  # noqa: B018 - checks it
        document = super().document(base)
        if "credit_as" in self.fields:
            document["credit"] = self.credit_line()
        return document

    def credit_line(self) -> str:
        """What the submitter chose to be shown as; empty for “anonymous”."""
        said = {name: self.cleaned_data.get(name, "") for name in WHO}
        return credit_lines(**said).get(self.cleaned_data.get("credit_as", ""), "")

    def submitter(self) -> dict[str, str]:
        """What is valid of who offers it, by the fields of a Submitter."""
        return {name: self.cleaned_data.get(name, "") for name in WHO if name in self.fields}

    def typed(self) -> dict[str, list[str]]:
        """Field → what was typed there, as the browser sent it, faults and all."""
        return {
            name: [plain(value) for value in self.data.getlist(name)]
            for name in self.fields
            if name not in self.unseen
        }

    @property
    def has_something(self) -> bool:
        """Whether anything valid was said about the practice; an empty form is not worth keeping."""
        about = [section for section in self.sections if section.slug != "you"]
        return any(self.says(name) for section in about for name in section.fields)

    @property
    def missing(self) -> list[Any]:
        """Labels of what has to be there before it can be sent, and is not."""
        return [
            self[name].label for name, field in self.fields.items() if field.required and not self.says(name)
        ]

    def says(self, name: str) -> bool:
        """Whether something valid was said in a field."""
        if not self.is_bound or name in self.errors:
            return False
        unchanged = FIELDS[name].empty if name in FIELDS else ""
        return self.cleaned_data.get(name) not in (None, "", [], unchanged)


def credit_lines(*, honorific: str, name: str, organisation: str, **_other: str) -> dict[str, str]:
    """Choice of the form → the public credit it stands for."""
    person = " ".join(filter(None, [honorific, name]))
    both = ", ".join(filter(None, [person, organisation]))
    return {"name": person, "organisation": organisation, "both": both, "anonymous": ""}


class StartForm(Stamp, SubmissionForm):
    """The short form, with which a practice is begun and which may be sent as it is."""

    sections = SubmissionForm.short


class AnswerForm(SubmissionForm):
    """A submission changed after a moderator asked. Credit, contact and licence stay as they were."""

    sections = FORM_SECTIONS
    asks = True


class UpdateForm(SubmissionForm):
    """A published practice put right, by its submitter or by a reader. Credit and licence stay as they were."""

    note = PlainTextField(
        max_length=2_000,
        label=_("What changes, and why"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the moderators, who compare it with what is published."),
        error_messages={"required": _("Say in a sentence what changes, and how you know.")},
    )

    sections = [
        Section(
            "change",
            _("The change"),
            _("A moderator reads it before it is published; the old text stays as a revision."),
            ["note", "name", "organisation", "email"],
        ),
        *FORM_SECTIONS,
    ]


class StartUpdateForm(Stamp, UpdateForm):
    """The form with which a reader begins to put a practice right."""


def form_class(submission: Submission) -> type[SubmissionForm]:
    """The form in which this submission is changed now."""
    if submission.submitted_at:
        return AnswerForm
    return UpdateForm if submission.practice_id else SubmissionForm


def as_typed(document: Document, **who: str) -> dict[str, list[str]]:
    """What somebody would have typed to get this document."""
    typed: dict[str, list[str]] = {}
    for name, value in {**DocumentForm.values_from(document), **who}.items():
        field = SubmissionForm.base_fields.get(name)
        if isinstance(field, CountriesField | LinesField):
            typed[name] = [field.joint.join(value)]
        elif isinstance(value, list):
            typed[name] = [str(part) for part in value]
        else:
            typed[name] = ["" if value is None else str(value)]
    return typed


def typed_in(submission: Submission) -> dict[str, list[str]]:
    """What stands in the fields of a submission: what was typed and, where nothing was, what is kept."""
    who = {name: getattr(submission.submitter, name) for name in WHO}
    lines = credit_lines(**who)
    credit = submission.document["credit"]
    chosen = (
        next((choice for choice, line in lines.items() if line == credit), "name") if credit else "anonymous"
    )
    return as_typed(submission.document, **who, credit_as=chosen) | submission.typed


def as_data(typed: dict[str, list[str]]) -> MultiValueDict:
    return MultiValueDict(typed)


class ThreadForm(Honeypot):
    """What a submitter writes to the moderators."""

    text = PlainTextField(
        max_length=5_000,
        label=_("Write to the moderators"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write something first.")},
    )


class AttachmentForm(forms.Form):
    """A file that goes with a practice. Cleaned, it is an `uploads.Upload`."""

    file = forms.FileField(
        label=_("File"),
        max_length=200,
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
        widget=forms.FileInput(
            attrs={"accept": ",".join(f".{name}" for name, _kind in uploads.TYPES.values())}
        ),
    )
    description = LineField(
        max_length=LINE_LENGTH,
        label=_("What it is"),
        help_text=_("Readers see this instead of the file's name: “Evaluation of 2022, in French”."),
        error_messages={"required": _("Say what it is, so that readers know whether to open it.")},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            return uploads.checked(file, name=plain(file.name))
        except uploads.Refused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def say_too_many(self, most):
        self.add_error("file", _("There are %(most)s files already; remove one first.") % {"most": most})


@dataclasses.dataclass(frozen=True)
class BoundSection:
    """A section of a form, for the template."""

    section: Section
    fields: list[BoundField]
    filled: int
    is_further: bool

    @property
    def is_open(self) -> bool:
        """Whether there is something to see at once: a fault, or what a moderator asks."""
        return any(field.errors or getattr(field.field, "asked", "") for field in self.fields)


def bound_sections(form: SubmissionForm) -> Iterable[BoundSection]:
    """The sections of the form in order, with what is filled."""
    for section in form.sections:
        fields = [form[name] for name in section.fields]
        filled = sum(form.says(name) for name in section.fields)
        yield BoundSection(section, fields, filled, section in FURTHER)


@dataclasses.dataclass(frozen=True)
class Difference:
    """A field in which what one browser sent is not what another saved meanwhile."""

    name: str
    label: Any
    mine: str
    saved: str


def differences(mine: SubmissionForm, saved: SubmissionForm) -> list[Difference]:
    before, after = saved.typed(), mine.typed()
    return [
        Difference(name, mine[name].label, _in_words(mine, name), _in_words(saved, name))
        for name in after
        if after[name] != before.get(name, [])
    ]


def _in_words(form: SubmissionForm, name: str) -> str:
    """What stands in a field, as a person would say it."""
    labels = dict(getattr(form.fields[name], "choices", []))
    return "\n".join(str(labels.get(value, value)) for value in form.data.getlist(name))


def new_submitter(form: SubmissionForm) -> Submitter:
    """The submitter as typed, not yet saved."""
    return Submitter(**form.submitter())
