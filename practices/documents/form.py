"""The form of a practice document: the one place that says whether a document is valid, whoever offers it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from practices.choices import LANGUAGES, CostBand, EvidenceLevel, Licence
from practices.core import catalogue_version
from practices.documents import (
    FIELDS,
    FIRST_YEAR,
    LAST_YEAR,
    LINE_LENGTH,
    REASON_LENGTH,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    Document,
    Fault,
    complete,
    shape_faults,
)
from practices.documents.form_fields import (
    GroupedCheckboxes,
    KeysField,
    LineField,
    ManyLinesField,
    PlainTextField,
    WebAddressField,
    long_text,
)
from practices.documents.sections import Section
from practices.models import (
    Country,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    PracticeType,
    SustainableDevelopmentGoal,
)


def document_choices() -> dict[str, list]:
    """Field of the document form → what it offers, from the reference data. Nobody may change it."""
    return catalogue_version.remembered(
        "choices of documents", lambda: {name: read() for name, read in _CHOICES.items()}
    )


def _objective_choices():
    objectives = ((str(o.number), f"{o.number}. {o.title}") for o in Objective.objects.all())
    return [("", _("Choose an objective")), *objectives]


def _taxonomy_choices(model):
    return [(str(getattr(row, model.NATURAL_KEY)), str(row)) for row in model.objects.all()]


def _countries_by_region():
    groups: dict[str, list] = {}
    for country in Country.objects.select_related("subregion__parent"):
        region = country.subregion.parent if country.subregion else None
        groups.setdefault(str(region or gettext("Other")), []).append((country.code, country.name))
    return sorted(groups.items())


_CHOICES: dict[str, Callable[[], list]] = {
    "objective": _objective_choices,
    "other_objectives": lambda: _taxonomy_choices(Objective),
    "countries": _countries_by_region,
    "type": lambda: [("", _("Not sure")), *_taxonomy_choices(PracticeType)],
    "implementer_kinds": lambda: _taxonomy_choices(ImplementerKind),
    "cost_band": lambda: [("", _("Not stated")), *CostBand.choices],
    "principles": lambda: _taxonomy_choices(GuidingPrinciple),
    "sdgs": lambda: _taxonomy_choices(SustainableDevelopmentGoal),
    "licence": lambda: [("", _("Not stated")), *Licence.choices],
}


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
    context = long_text(
        help_text=_("What was the problem, and what was to change? Others see whether theirs is alike.")
    )
    beneficiaries = long_text(
        rows=3, help_text=_("Who they are, and how many were reached, if that is known.")
    )
    activities = long_text(
        help_text=_("What was actually done, step by step. This is what others will copy.")
    )
    results = long_text(
        help_text=_("What changed, with figures where there are some. Failures teach as much.")
    )
    evidence_level = forms.ChoiceField(
        required=False,
        choices=EvidenceLevel,
        help_text=_("How the results are known. An honest “none stated” is fine."),
    )
    evidence_reason = PlainTextField(
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who measured what, and when: what makes you choose this level."),
    )
    evidence_url = WebAddressField(required=False, help_text=_("An evaluation, a report, a data set."))
    innovation = long_text(rows=3, help_text=_("What had not been tried before, at least not here."))
    lessons = long_text(help_text=_("What you would tell a colleague who starts tomorrow."))
    hindsight = long_text(rows=3, help_text=_("Readers say that this is the part they learn most from."))
    replication = long_text(
        rows=3, help_text=_("Laws, money, partners or trust that have to be there first.")
    )
    resources = long_text(
        rows=3,
        help_text=_(
            "Manuals, forms, films, data: what others can use, each on a line of its own with its address."
        ),
    )
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

    sections: list[Section] = []
    """The parts it is shown in, if it is; a field in none of them is left out, unless it is `unseen`."""
    unseen: tuple[str, ...] = ()

    def __init__(self, *args, choices=None, **kwargs):
        """`choices`: those of `document_choices()`, where many forms are made at once; they cost a query."""
        super().__init__(*args, **kwargs)
        if self.sections:
            order = [*(name for section in self.sections for name in section.fields), *self.unseen]
            self.fields = {name: self.fields[name] for name in order if name in self.fields}
        for name, options in (choices or document_choices()).items():
            if name in self.fields:
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

    def document(self, base: Document | None = None) -> Document:
        """The document of what is valid in the form. Fields it does not show are those of `base`, or empty."""
        base = complete(base or {})
        cleaned = {name: value for name, value in self.cleaned_data.items() if value is not None}
        partial = {name: cleaned.get(name, FIELDS[name].empty) for name in self.fields if name in FIELDS}
        main = int(cleaned["objective"]) if cleaned.get("objective") else None
        others = cleaned.get("other_objectives", base["objectives"][1:])
        partial["objectives"] = [main, *(number for number in others if number != main)] if main else []
        for name in ("evidence_level", "language"):
            partial[name] = partial.get(name) or base[name]
        if partial.get("submitted_on"):
            partial["submitted_on"] = partial["submitted_on"].isoformat()
        return complete(base | partial)

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
