"""Forms of submitters: to start, continue, answer or update a submission, and to write to moderators."""

import dataclasses
from typing import Any, Self

from django import forms
from django.utils.choices import flatten_choices
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from practices.choices import EvidenceLevel, Licence
from practices.core.addresses import AddressField
from practices.core.http.public_forms import Honeypot, IdempotencyKey, Stamp
from practices.documents import FIELDS, LINE_LENGTH, Document, plain
from practices.documents.country_fields import CountriesField
from practices.documents.criteria import fields_to_publish, is_in_future, lacks_support, left_open
from practices.documents.form import DocumentForm
from practices.documents.form_fields import FiguresField, KeyField, LineField, LinesField, PlainTextField
from practices.documents.sections import FORM_SECTIONS, FURTHER, SHORT, Section, fields_in
from practices.documents.widgets import NamesArea, Radios
from practices.models import Practice, Submission, Submitter

SUBMITTER_FIELDS = ("honorific", "name", "organisation", "email")


class SubmissionForm(Honeypot, DocumentForm):
    """The document in sections, and the submitter's contact details.

    It is bound to what was typed, which may be incomplete: `document()` returns what is valid.
    """

    credit = None
    submitted_on = None

    countries = CountriesField(
        required=False,
        label=FIELDS["countries"].label,
        help_text=_(
            "Country names, separated by commas: Georgia, Philippines. Regions are added automatically."
        ),
    )
    honorific = LineField(required=False, max_length=40, label=_("Title (Ms., Dr., …)"))
    name = LineField(
        max_length=150,
        label=_("Your name"),
        help_text=_("Moderators use it when they write to you."),
        error_messages={"required": _("Enter your name.")},
    )
    organisation = LineField(
        required=False,
        max_length=LINE_LENGTH,
        label=_("Your organisation"),
        help_text=_("Readers trust a practice more when they know which organisation submitted it."),
    )
    email = AddressField(
        label=_("Your e-mail address"),
        error_messages={"required": _("Enter your e-mail address, so that we can send you the link.")},
        help_text=_("Never published. We send you a private link to confirm your submission."),
    )
    credit_as = KeyField(
        label=_("Shown publicly as"),
        error_messages={"required": _("Choose how you want to be shown.")},
        choices=[
            ("name", _("my name")),
            ("organisation", _("my organisation")),
            ("both", _("my name and organisation")),
            ("anonymous", _("no name (submitted anonymously)")),
        ],
        widget=Radios,
        help_text=_("This appears after “Submitted by” on the page of the practice."),
    )
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    """Number of the save that the form was rendered from."""

    you = Section(
        "you",
        _("You"),
        _("A moderator may have a question. Your e-mail address is never published."),
        [*SUBMITTER_FIELDS, "credit_as", *fields_in("you")],
    )
    short = [*SHORT, you]
    sections = [*short, *FURTHER]
    hidden_names = ("website", "stamp", "version")
    shows_requests = False
    """True if each field shows the change that a moderator requested there."""
    practice: Practice | None = None
    """The published practice that it updates, if any."""
    _latest: Document | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "tags" in self.fields:
            self.fields["tags"].widget = NamesArea("tags")
        self._say_what_publication_needs()
        self.initial.setdefault("licence", Licence.CC_BY)
        self.initial.setdefault("credit_as", "name")
        for name, autocomplete in {
            "honorific": "honorific-prefix", "name": "name", "organisation": "organization", "email": "email",
        }.items():  # fmt: skip
            if name in self.fields:
                self.fields[name].widget.attrs["autocomplete"] = autocomplete

    @classmethod
    def for_submission(cls, submission: Submission, **kwargs) -> Self:
        """Return the form as its submitter left it, bound, so that it has its errors."""
        form = cls(form_data(typed_values_of(submission)), initial={"version": submission.version}, **kwargs)
        form.data["version"] = str(submission.version)
        return form

    def _say_what_publication_needs(self) -> None:
        """Mark optional fields without which the practice will not be published: `needed` has the words."""
        for group in self._groups_to_publish():
            for name in group:
                others = [self.fields[other].label for other in group if other != name]
                self.fields[name].needed = (
                    _("this or “%(other)s” is required for publication") % {"other": others[0]}
                    if others
                    else _("required for publication")
                )

    def update(self, practice: Practice | None) -> None:
        """Make it the form of an update: fields that the published practice leaves empty are not marked as required."""
        self.practice = practice
        if not self._published:
            return
        kept = {name for group in self._groups_to_publish(self._published) for name in group}
        for name in {name for group in self._groups_to_publish() for name in group} - kept:
            self.fields[name].needed = ""

    @property
    def _published(self) -> Document:
        """The document of the practice that it updates; empty if it updates none."""
        if self.practice is None:
            return {}
        if self._latest is None:
            self._latest = self.practice.revisions.latest("number").document
        return self._latest

    def _groups_to_publish(self, update: Document | None = None) -> list[list[str]]:
        """Return the optional fields that publication needs, in groups, but those that an `update` may leave empty."""
        left = left_open(self._published, update) if update and self._published else ()
        groups = [[name for name in group if name in self.fields] for group in fields_to_publish(but=left)]
        return [group for group in groups if group and not any(self.fields[name].required for name in group)]

    @property
    def needed(self) -> list[str]:
        """Labels of the fields left empty without which it will not be published, alternatives joined."""
        return [
            _(" or ").join(self._label_to_publish(name) for name in group)
            for group in self._groups_to_publish(self._proposed())
            if not any(self._is_given(name) for name in group)
        ]

    def _proposed(self) -> Document | None:
        """Return the text of an update as it is typed; None for a new practice."""
        if self.practice is None:
            return None
        return self.document(self._published) if self.is_bound else self._published

    def _is_given(self, name: str) -> bool:
        """Return whether a field has what publication needs, or a fault to correct first."""
        if name == "start_year" and self.is_filled(name) and is_in_future(self.value_of(name)):
            return False
        return self.is_filled(name) or self._is_faulty(name)

    def _label_to_publish(self, name: str) -> str:
        label = str(self[name].label)
        if name == "start_year" and self.is_filled(name):
            return _("%(label)s (not in the future)") % {"label": label}
        return label

    def drop_required_errors(self) -> None:
        """Drop the errors of required fields that are still empty."""
        for name, faults in list(self.errors.items()):
            if all(fault.code == "required" for fault in faults.as_data()):
                del self.errors[name]

    def clean(self):
        cleaned = super().clean()
        self._check_evidence(cleaned)
        if "credit_as" not in self.fields:
            return cleaned
        wants_organisation = cleaned.get("credit_as") in ("organisation", "both")
        if wants_organisation and not cleaned.get("organisation") and "organisation" not in self.errors:
            self.add_error("organisation", _("Enter your organisation, or choose another way to be shown."))
        if len(self.credit_line()) > LINE_LENGTH:
            self.add_error(
                "credit_as",
                _("Your name and organisation are too long to show together. Please choose one of them."),
            )
        return cleaned

    def _check_evidence(self, cleaned):
        """Ask how the results are known, unless that was left open when the practice was published."""
        if not lacks_support(cleaned) or {"evidence_reason", "evidence_url"} & self.errors.keys():
            return
        latest = self._published
        if latest.get("evidence_level") == cleaned["evidence_level"] and lacks_support(latest):
            return
        self.add_error(
            "evidence_reason",
            _(
                "You chose “%(level)s” under “Evidence”. Please explain how the results are known or give a link, "
                "or choose “None stated”."
            )
            % {"level": EvidenceLevel(cleaned["evidence_level"]).label},
        )

    def document(self, base: Document | None = None) -> Document:
        self.errors  # noqa: B018 - checks it
        document = super().document(base)
        if "credit_as" in self.fields:
            document["credit"] = self.credit_line()
        return document

    def credit_line(self) -> str:
        """Return the public credit that the submitter chose; empty for “anonymous”."""
        contact = {name: self.cleaned_data.get(name, "") for name in SUBMITTER_FIELDS}
        return credit_lines(**contact).get(self.cleaned_data.get("credit_as", ""), "")

    def submitter(self) -> dict[str, str]:
        """Return the contact details, by the fields of `Submitter`, without those that are not valid as typed."""
        return {
            name: self.cleaned_data.get(name, "")
            for name in SUBMITTER_FIELDS
            if name in self.fields and not self._is_faulty(name)
        }

    def typed(self) -> dict[str, list[str]]:
        """Return what the browser sent for each field, valid or not."""
        return {
            name: [plain(value) for value in self.data.getlist(name)]
            for name in self.fields
            if name not in self.hidden_names
        }

    @property
    def has_content(self) -> bool:
        """True if any field about the practice is filled in; an empty form is not worth saving."""
        about = [section for section in self.sections if section.slug != "you"]
        return any(self.is_filled(name) for section in about for name in section.fields)

    @property
    def missing(self) -> list[Any]:
        """Labels of the required fields that are left empty."""
        return [
            self[name].label
            for name, field in self.fields.items()
            if field.required and not self.is_filled(name) and not self._is_faulty(name)
        ]

    @property
    def faulty(self) -> list[Any]:
        """Labels of the fields to correct. The form is valid, and can be sent, if none is `missing` or `faulty`."""
        return [self[name].label for name in self.fields if self._is_faulty(name)]

    def _is_faulty(self, name: str) -> bool:
        return any(fault.code != "required" for fault in self.errors.as_data().get(name, []))


def credit_lines(*, honorific: str, name: str, organisation: str, **_other: str) -> dict[str, str]:
    """Return the public credit for each choice of `credit_as`."""
    person = " ".join(filter(None, [honorific, name]))
    both = ", ".join(filter(None, [person, organisation]))
    return {"name": person, "organisation": organisation, "both": both, "anonymous": ""}


class StartForm(Stamp, SubmissionForm):
    """The short form that starts a submission."""

    sections = SubmissionForm.short


class AnswerForm(SubmissionForm):
    """Changes that a moderator requested. Credit, contact details and licence stay as they were."""

    note = PlainTextField(
        required=False,
        max_length=2_000,
        label=_("Your answer to the moderators"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you changed, and why you left something as it was. It is not published."),
    )

    sections = [
        *FORM_SECTIONS,
        Section("answer", _("Your answer"), _("The moderators read it beside your changes."), ["note"]),
    ]
    shows_requests = True


class UpdateForm(SubmissionForm):
    """An update of a published practice by its submitter or a reader. Credit and licence stay as they were."""

    note = PlainTextField(
        max_length=2_000,
        label=_("What you changed and why"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the moderators, who compare your text with the published one."),
        error_messages={"required": _("Enter a sentence on what you changed and how you know.")},
    )

    organisation = LineField(
        required=False,
        max_length=LINE_LENGTH,
        label=_("Your organisation"),
        help_text=_("For the moderators. The public credit stays as it is."),
    )

    sections = [
        Section(
            "change",
            _("Your change"),
            _(
                "A moderator reviews your change before it is published. The current text is kept as an earlier revision."
            ),
            ["note", "name", "organisation", "email"],
        ),
        *FORM_SECTIONS,
    ]

    def has_confirmed_address(self) -> None:
        """Say that only another address than the present one has to be confirmed."""
        self.fields["email"].help_text = _(
            "Never published. If you change it, we send you a link to confirm the new address."
        )


class StartUpdateForm(Stamp, UpdateForm):
    """The form that starts an update. It offers few languages, as all of them weigh as much as the rest of the page."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].offer_first_group()
        self.fields["language"].help_text = _("Once your draft is saved, you can choose from more languages.")


def typed_values(document: Document, **contact: str) -> dict[str, list[str]]:
    """Return what somebody would have typed into the form to get this document."""
    typed: dict[str, list[str]] = {}
    for name, value in {**DocumentForm.values_from(document), **contact}.items():
        field = SubmissionForm.base_fields.get(name)
        if isinstance(field, CountriesField | LinesField):
            typed[name] = [field.joint.join(value)]
        elif isinstance(value, list):
            typed[name] = [str(part) for part in value]
        else:
            typed[name] = ["" if value is None else str(value)]
    return typed


def typed_values_of(submission: Submission) -> dict[str, list[str]]:
    """Return what was typed into the form of a submission; for fields left alone, what stands for its document."""
    contact = {name: getattr(submission.submitter, name) for name in SUBMITTER_FIELDS}
    lines = credit_lines(**contact)
    credit = submission.document["credit"]
    chosen = (
        next((choice for choice, line in lines.items() if line == credit), "name") if credit else "anonymous"
    )
    made_by = {"credit_as": chosen, "machine": submission.machine}
    return typed_values(submission.document, **contact, **made_by) | submission.typed


def form_data(typed: dict[str, list[str]]) -> MultiValueDict:
    return MultiValueDict(typed)


class ThreadForm(IdempotencyKey, Honeypot):
    """A message to the moderators."""

    text = PlainTextField(
        max_length=5_000,
        label=_("Message to the moderators"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Enter a message.")},
    )


class WithdrawalForm(forms.Form):
    """The reason for which a submitter asks to have their practice withdrawn."""

    reason = PlainTextField(
        max_length=2_000,
        label=_("Why should it be withdrawn?"),
        help_text=_("Only the moderators read this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Enter a reason, so that the moderators can decide.")},
    )


@dataclasses.dataclass(frozen=True)
class Conflict:
    """A field in which one browser sent something else than another has saved meanwhile."""

    name: str
    label: Any
    mine: str
    saved: str


def conflicts(mine: SubmissionForm, saved: SubmissionForm) -> list[Conflict]:
    before, after = saved.typed(), mine.typed()
    return [
        Conflict(name, mine[name].label, _in_words(mine, name), _in_words(saved, name))
        for name in after
        if name not in mine.hidden_names
        and after[name] != before.get(name, [])
        and _in_words(mine, name) != _in_words(saved, name)
    ]


def _in_words(form: SubmissionForm, name: str) -> str:
    """Return the value of a field, choices by their labels and countries by their names."""
    field = form.fields[name]
    if isinstance(field, FiguresField):
        return field.in_words(form.data.getlist(name))
    labels = dict(flatten_choices(getattr(field, "choices", [])))
    values = map(field.prepare_value, form.data.getlist(name))
    return "\n".join(str(labels.get(value, value)) for value in values)


def new_submitter(form: SubmissionForm) -> Submitter:
    """Return the submitter as typed, unsaved."""
    return Submitter(**form.submitter())
