"""What people and files send in, checked: the one place that says whether a document is valid."""

import dataclasses
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from practices.choices import LANGUAGES, CostBand, EvidenceLevel, Licence
from practices.documents import (
    FIELDS,
    FIRST_YEAR,
    LAST_YEAR,
    LINE_LENGTH,
    SECTIONS,
    SUMMARY_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    Document,
    Fault,
    complete,
    plain,
    shape_faults,
)
from practices.models import (
    Country,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    PracticeType,
    Submitter,
    SustainableDevelopmentGoal,
)
from practices.models.submission import new_token

# Fields ----------------------------------------------------------------------------


class PlainTextField(forms.CharField):
    """Text without control characters; line ends are one character, as the browser counted them."""

    def to_python(self, value):
        return super().to_python(plain(str(value)) if value not in self.empty_values else value)


class LineField(PlainTextField):
    """Text on one line; white space is folded."""

    def to_python(self, value):
        return " ".join(super().to_python(value).split())


class ManyLinesField(PlainTextField):
    """A list of short texts: one a line, or separated by commas if so told. Keeps the order, drops repeats."""

    def __init__(self, *, most, each_length, separator="\n", **kwargs):
        super().__init__(**kwargs)
        self.most, self.each_length, self.separator = most, each_length, separator

    def prepare_value(self, value):
        joint = ", " if self.separator == "," else "\n"
        return joint.join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value):
        parts = value if isinstance(value, list) else super().clean(value).split(self.separator)
        entries: dict[str, str] = {}
        for part in parts:
            entry = " ".join(plain(str(part)).split())
            if entry:
                entries.setdefault(entry.casefold(), entry)
        if len(entries) > self.most:
            raise ValidationError(
                _("Give at most %(most)s; there are %(count)s.") % {"most": self.most, "count": len(entries)}
            )
        for entry in entries.values():
            if not any(character.isalnum() for character in entry):
                raise ValidationError(_("“%(entry)s” has no letter and no digit.") % {"entry": entry[:60]})
            if len(entry) > self.each_length:
                raise ValidationError(
                    _("Each may have at most %(most)s characters; “%(start)s…” has %(count)s.")
                    % {"most": self.each_length, "start": entry[:30], "count": len(entry)}
                )
        return list(entries.values())


class Checkboxes(forms.CheckboxSelectMultiple):
    """Checkboxes in columns."""

    template_name = "practices/widgets/checkboxes.html"


class Radios(forms.RadioSelect):
    """Radio buttons in the same columns. Django's own repeat the id that the field's group has already."""

    template_name = "practices/widgets/checkboxes.html"


class GroupedCheckboxes(Checkboxes):
    """Checkboxes in groups that open; a group with a checked one is open."""

    template_name = "practices/widgets/grouped_checkboxes.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["groups_in_use"] = {
            group
            for group, options, _index in context["widget"]["optgroups"]
            if any(option["selected"] for option in options)
        }
        return context


class KeysField(forms.MultipleChoiceField):
    """Several rows of a taxonomy by their keys, in the order given."""

    widget = Checkboxes
    default_error_messages = {"invalid_choice": _("“%(value)s” is not one the catalogue knows.")}

    def __init__(self, model, *, number=False, **kwargs):
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.model, self.number = model, number

    def clean(self, value):
        keys = super().clean([str(key) for key in value] if isinstance(value, list | tuple) else value)
        unique = list(dict.fromkeys(keys))
        return [int(key) for key in unique] if self.number else unique


class WebAddressField(LineField):
    """An http or https address. Without a scheme it is taken as https."""

    def __init__(self, **kwargs):
        super().__init__(max_length=500, **kwargs)
        self.validators.append(URLValidator(schemes=["http", "https"]))
        self.widget.input_type = "url"

    def to_python(self, value):
        address = super().to_python(value)
        scheme, separator, rest = address.partition("://")
        if separator:
            return f"{scheme.lower()}://{rest}"
        return f"https://{address}" if address and ":" not in address.split("/")[0] else address


def _text(*, rows=5, **kwargs):
    return PlainTextField(
        required=False, max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


def document_choices() -> dict[str, list]:
    """Field of the document form → what it offers, from the reference data of now."""
    objectives = list(Objective.objects.all())
    return {
        "objective": [
            ("", _("Choose an objective")),
            *((str(o.number), f"{o.number}. {o.title}") for o in objectives),
        ],
        "other_objectives": [(str(objective.number), str(objective)) for objective in objectives],
        "countries": _countries_by_region(),
        "type": [("", _("Not sure")), *_taxonomy_choices(PracticeType)],
        "implementer_kinds": _taxonomy_choices(ImplementerKind),
        "cost_band": [("", _("Not stated")), *CostBand.choices],
        "principles": _taxonomy_choices(GuidingPrinciple),
        "sdgs": _taxonomy_choices(SustainableDevelopmentGoal),
        "licence": [("", _("Not stated")), *Licence.choices],
    }


def _taxonomy_choices(model):
    return [(str(getattr(row, model.NATURAL_KEY)), str(row)) for row in model.objects.all()]


def _countries_by_region():
    groups: dict[str, list] = {}
    for country in Country.objects.select_related("subregion__parent"):
        region = country.subregion.parent if country.subregion else None
        groups.setdefault(str(region or gettext("Other")), []).append((country.code, country.name))
    return sorted(groups.items())


# The document ------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Section:
    """A part of the form under one heading, with why it matters."""

    slug: str
    title: Any
    why: Any
    fields: list[str]


class DocumentForm(forms.Form):
    """A practice document, whoever offers it: a visitor, a moderator or a file. `document()` is what is valid."""

    title = LineField(
        max_length=TITLE_LENGTH,
        error_messages={"required": _("Give it a title.")},
        help_text=_("The name people know it by. A reader decides by the title alone whether to open it."),
    )
    summary = PlainTextField(
        max_length=SUMMARY_LENGTH,
        error_messages={"required": _("Say in a few sentences what it is.")},
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Three sentences: what is done, for whom, and what came of it. "
            "They stand in every list and e-mail, so they should make sense alone."
        ),
    )
    objective = forms.ChoiceField(
        label=_("Main objective"),
        error_messages={"required": _("Choose the objective it serves first.")},
        help_text=_("The objective of the Global Compact it serves first; its followers hear of it."),
    )
    other_objectives = KeysField(
        Objective,
        number=True,
        label=_("Other objectives"),
        help_text=_("Only those it clearly serves too. Up to three are usual."),
    )
    countries = KeysField(
        Country,
        widget=GroupedCheckboxes,
        help_text=_("Where it happens. Regions follow from countries by themselves."),
    )
    area = LineField(
        required=False,
        max_length=LINE_LENGTH,
        help_text=_("A city, a district, a region of the world: whatever the countries alone do not say."),
    )
    type = forms.ChoiceField(
        required=False,
        help_text=_("Readers who draft a law look for laws, those who plan a service for services."),
    )
    implementers = ManyLinesField(
        required=False,
        most=30,
        each_length=LINE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: ministries, cities, agencies, associations. Readers look for whom to ask."),
    )
    implementer_kinds = KeysField(
        ImplementerKind, help_text=_("Cities learn from cities, ministries from ministries.")
    )
    start_year = forms.IntegerField(
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text=_("When it began: what has run for years teaches other things than what is new."),
    )
    end_year = forms.IntegerField(
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text=_("Leave it empty while it runs."),
    )
    context = _text(
        help_text=_("What was the problem, and what was to change? Others see whether theirs is alike.")
    )
    beneficiaries = _text(rows=3, help_text=_("Who they are, and how many were reached, if that is known."))
    activities = _text(help_text=_("What was actually done, step by step. This is what others will copy."))
    results = _text(help_text=_("What changed, with figures where there are some. Failures teach as much."))
    evidence_level = forms.ChoiceField(
        required=False,
        choices=EvidenceLevel,
        help_text=_("How the results are known. An honest “none stated” is fine."),
    )
    evidence_url = WebAddressField(required=False, help_text=_("An evaluation, a report, a data set."))
    innovation = _text(rows=3, help_text=_("What had not been tried before, at least not here."))
    lessons = _text(help_text=_("What you would tell a colleague who starts tomorrow."))
    hindsight = _text(rows=3, help_text=_("Readers say that this is the part they learn most from."))
    replication = _text(rows=3, help_text=_("Laws, money, partners or trust that have to be there first."))
    cost_band = forms.ChoiceField(
        required=False, help_text=_("In all, from start to end. A rough idea is enough.")
    )
    principles = KeysField(
        GuidingPrinciple, help_text=_("Principles of the Global Compact that it puts to work.")
    )
    sdgs = KeysField(
        SustainableDevelopmentGoal,
        number=True,
        help_text=_(
            "Goals of the 2030 Agenda it helps along. Development agencies look for practices by goal."
        ),
    )
    tags = ManyLinesField(
        required=False,
        most=20,
        each_length=60,
        separator=",",
        widget=forms.TextInput,
        help_text=_("A few words readers may look for, separated by commas: diaspora, skills, cities."),
    )
    language = forms.ChoiceField(
        choices=LANGUAGES,
        required=False,
        initial="en",
        help_text=_("Browsers read it aloud and translate it rightly only if they know."),
    )
    licence = forms.ChoiceField(
        required=False,
        help_text=_("Under which terms others may reuse this text. CC BY 4.0 lets it travel furthest."),
    )
    source_url = WebAddressField(
        required=False, help_text=_("A page that says more, so that readers can check and go on.")
    )
    credit = LineField(
        required=False,
        max_length=LINE_LENGTH,
        help_text=_("The name or organisation shown as “Submitted by”. Empty: submitted anonymously."),
    )
    submitted_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, choices=None, **kwargs):
        """`choices`: those of `document_choices()`, where many forms are made at once; they cost six queries."""
        super().__init__(*args, **kwargs)
        for name, options in (choices or document_choices()).items():
            self.fields[name].choices = options
        for name, field in self.fields.items():
            if name in FIELDS:
                field.label = FIELDS[name].label

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("start_year"), cleaned.get("end_year")
        if start and end and end < start:
            self.add_error(
                "end_year",
                _("It cannot end (%(end)s) before it begins (%(start)s).") % {"end": end, "start": start},
            )
        return cleaned

    def document(self) -> Document:
        """The document the valid form holds. Fields the form does not show are empty."""
        cleaned = dict(self.cleaned_data)
        main = int(cleaned.pop("objective"))
        others = [number for number in cleaned.pop("other_objectives") if number != main]
        partial = {name: value for name, value in cleaned.items() if name in FIELDS and value is not None}
        partial["objectives"] = [main, *others]
        partial["evidence_level"] = partial.get("evidence_level") or EvidenceLevel.NONE_STATED.value
        partial["language"] = partial.get("language") or "en"
        if partial.get("submitted_on"):
            partial["submitted_on"] = partial["submitted_on"].isoformat()
        return complete(partial)

    @staticmethod
    def values_from(document: Document) -> dict[str, Any]:
        """Values of the form's fields for a document: to show it as initial values, or to check it as data."""
        values = complete(document)
        objectives = [str(number) for number in values.pop("objectives")]
        values["objective"] = objectives[0] if objectives else ""
        values["other_objectives"] = objectives[1:]
        values["sdgs"] = [str(number) for number in values["sdgs"]]
        return values


def checked(document: Any, *, choices: dict[str, list] | None = None) -> tuple[Document | None, list[Fault]]:
    """A document from a file: (the document as it will be kept, []) or (None, what is wrong with it)."""
    faults = shape_faults(document)
    if faults:
        return None, faults
    form = DocumentForm(data=DocumentForm.values_from(document), choices=choices)
    if form.is_valid():
        return form.document(), []
    names = {"objective": "objectives", "other_objectives": "objectives"}
    return None, [
        Fault(names.get(field, field).replace("__all__", ""), str(message))
        for field, messages in form.errors.items()
        for message in messages
    ]


# The public form ---------------------------------------------------------------------

STAMP_SALT = "practices.forms.stamp"
STAMP_HOURS = 24
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
        error_messages={"required": _("Give an address, so that we can send you the link.")},
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
            ["evidence_level", "evidence_url", "source_url", "cost_band"],
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
        error_messages={"required": _("Give the address that news should go to.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].widget.attrs["autocomplete"] = "email"


def bound_sections(form: forms.Form) -> Iterable[tuple[Section, list[forms.BoundField]]]:
    """(section, its fields) in order, for the template."""
    for section in form.sections:
        yield section, [form[name] for name in section.fields]
