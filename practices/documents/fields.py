"""The fields of a practice document, in the order of a document.

To add a field, declare it here and add a column (or relation) of the same name to `Practice`, with a migration.
Forms, pages, comparison, differences, exports, schema, spreadsheet and import follow from the declaration.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any, ClassVar

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from practices.choices import LANGUAGE_CHOICES, LANGUAGES, CostBand, EvidenceLevel, Licence
from practices.core.punctuation import listed
from practices.documents.kinds import (
    Choice,
    Countries,
    Day,
    Display,
    Field,
    Figures,
    Item,
    Key,
    Keys,
    Layout,
    Line,
    Lines,
    Objectives,
    Tags,
    Text,
    Values,
    WebAddress,
    WrittenIn,
    Year,
)
from practices.models import (
    Country,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    PracticeType,
    SustainableDevelopmentGoal,
    year_span,
)

TITLE_LENGTH = 250
SUMMARY_LENGTH = 1_500
REASON_LENGTH = 1_000

_DECLARATIONS: list[Field] = [
    Line(
        "title",
        _("Title"),
        section="basics",
        max_length=TITLE_LENGTH,
        required_message=_("Enter a title."),
        meaning=_("The name of the practice."),
        example="Pension desks in two ports",
        help_text=_("The name people know it by."),
        display=Display.TEMPLATE,
        not_compared="It heads the column of its practice.",
    ),
    Text(
        "summary",
        _("Summary"),
        section="basics",
        max_length=SUMMARY_LENGTH,
        rows=4,
        required_message=_("Enter a summary of a few sentences."),
        meaning=_("What is done, for whom and with what results, in a few sentences."),
        example="Desks in two ports help returning workers claim the pensions they earned abroad.",
        help_text=_(
            "Three sentences: what is done, for whom and with what results. "
            "The summary appears in lists and e-mails, so it should be clear on its own. "
            "Links go into “Source”."
        ),
        display=Display.TEMPLATE,
    ),
    Objectives(
        "objectives",
        _("Objectives"),
        section="basics",
        display=Display.TEMPLATE,
        model=Objective,
        last=23,
        max_items=23,
        required_message=_("Choose the main objective."),
        meaning=_(
            "Numbers of the objectives of the Global Compact for Migration that it serves, the main one first."
        ),
        example=[22, 21],
        help_text=_("The objective of the Global Compact it serves most."),
        others_section="kind",
        others_help_text=_(
            "Only objectives that it clearly serves as well. Most practices have no more than three."
        ),
    ),
    Countries(
        "countries",
        _("Countries"),
        section="place",
        model=Country,
        pattern="^[A-Z]{2}$",
        max_items=250,
        meaning=_("Countries in which it takes place, as two-letter codes (ISO 3166-1 alpha-2)."),
        example=["PH", "GE"],
        help_text=_("Where the practice takes place. Regions are added automatically."),
    ),
    Line(
        "area",
        _("Area"),
        section="place",
        meaning=_("City, district or region of the world, where the country is not enough."),
        example="Manila and Batumi",
        help_text=_("A city, a district or a region of the world, where the country is not enough."),
    ),
    Key(
        "type",
        _("Type of practice"),
        section="kind",
        short_label=_("Type"),
        model=PracticeType,
        blank_label=_("Not sure"),
        parameter="type",
        meaning=_("Kind of measure, such as a law, a service or a campaign."),
        example="service",
        help_text=_("Helps readers who look for laws, services or training, for example."),
    ),
    Lines(
        "implementers",
        _("Implementing organisation"),
        section="place",
        max_items=30,
        meaning=_("Organisations that carry it out. Citations name them as the authors."),
        example=["City of Manila", "Port of Batumi"],
        help_text=_(
            "One per line: ministries, cities, agencies or associations. Readers want to know whom to contact."
        ),
    ),
    Keys(
        "implementer_kinds",
        _("Type of organisation"),
        section="kind",
        model=ImplementerKind,
        pattern="^[a-z0-9-]+$",
        max_items=20,
        meaning=_("Types of the organisations that carry it out."),
        example=["local-or-regional-government"],
        help_text=_("Readers often look for practices by organisations like their own."),
    ),
    Lines(
        "partners",
        _("Partners"),
        section="place",
        max_items=30,
        meaning=_("Other organisations that take part, fund it or advise."),
        example=["Seafarers’ union"],
        help_text=_("One per line: other organisations that take part, fund it or advise."),
    ),
    Year(
        "start_year",
        _("Start year"),
        section="place",
        meaning=_("Year in which it started."),
        example=2016,
        help_text=_("The year in which the practice started."),
    ),
    Year(
        "end_year",
        _("End year"),
        section="place",
        is_end=True,
        meaning=_("Year in which it ended. Empty if it is still running or if the year is not known."),
        example=2020,
        help_text=_("Leave this empty if the practice is still running."),
    ),
    Text(
        "context",
        _("Context and aim"),
        section="story",
        meaning=_("The problem and the aim."),
        example="Seafarers lost pensions that they had paid for.",
        help_text=_(
            "What was the problem, and what did you want to change? Readers compare this with their own situation."
        ),
    ),
    Text(
        "beneficiaries",
        _("Who benefits"),
        section="story",
        rows=3,
        meaning=_("People who benefit and, if known, how many."),
        example="2,100 returning seafarers and their families.",
        help_text=_("Who they are and, if known, how many people were reached."),
    ),
    Text(
        "activities",
        _("What is done"),
        section="story",
        meaning=_("What is done, step by step."),
        example="A desk in each port checks contracts and files claims.",
        help_text=_("What was done, step by step, so that others can do the same."),
    ),
    Text(
        "results",
        _("Results"),
        section="results",
        is_result=True,
        meaning=_("What changed, with figures where there are some."),
        example="4,000 pensions were claimed in four years.",
        help_text=_("What changed, with figures if you have them. Please also say what did not work."),
    ),
    Figures(
        "figures",
        _("Key figures"),
        section="results",
        is_result=True,
        max_items=3,
        meaning=_("Numbers that show the results, each with what it counts and its source."),
        example=[
            {
                "number": "4,000",
                "meaning": "pensions claimed, 2016–2020",
                "source": "https://example.org/evaluation",
            }
        ],
        help_text=_(
            "Up to three numbers that show the results best, such as “61 per cent in work a year later, 2019–2021”, "
            "each with the report or page that says so."
        ),
    ),
    Choice(
        "evidence_level",
        _("Evidence"),
        section="results",
        options=EvidenceLevel.choices,
        empty=EvidenceLevel.NONE_STATED.value,
        meaning=_("How well the results are supported."),
        example="evaluated",
        help_text=_("How well the results are supported. “None stated” is a valid answer."),
    ),
    Text(
        "evidence_reason",
        _("How the results are known"),
        section="results",
        max_length=REASON_LENGTH,
        rows=2,
        meaning=_("Who measured what, and when."),
        example="A survey of 300 seafarers in 2019.",
        help_text=_("Who measured what, and when. Please explain the level of evidence you chose."),
    ),
    WebAddress(
        "evidence_url",
        _("Link to the evidence"),
        named_in="resources",
        section="results",
        meaning=_("Address of an evaluation, a report or a data set."),
        example="https://example.org/evaluation",
        help_text=_("An evaluation, a report or a data set."),
    ),
    Text(
        "innovation",
        _("What is new about it"),
        section="learning",
        rows=3,
        meaning=_("What had not been tried before, at least not in this place."),
        example="A desk inside the port, open when ships arrive.",
        help_text=_("What had not been tried before, at least not in this place."),
    ),
    Text(
        "lessons",
        _("Lessons learnt"),
        section="learning",
        meaning=_("Advice to others who start something similar."),
        example="Open on Sundays.",
        help_text=_("What you would tell a colleague who is about to start something similar."),
    ),
    Text(
        "hindsight",
        _("What we would do differently"),
        section="learning",
        rows=3,
        meaning=_("What those responsible would do differently."),
        example="Begin with the banks.",
        help_text=_("What you would change if you started again."),
    ),
    Text(
        "replication",
        _("What is needed to do it elsewhere"),
        section="learning",
        rows=3,
        meaning=_("Laws, funding, partners or trust that must be in place to do it elsewhere."),
        example="An agreement between the two pension funds.",
        help_text=_("Laws, funding, partners or trust that must be in place first."),
    ),
    Text(
        "resources",
        _("Resources and links"),
        section="learning",
        rows=3,
        has_links=True,
        meaning=_("Manuals, forms, films or data that others can use, with their addresses."),
        example="The forms of the desks: https://example.org/forms",
        help_text=_("Manuals, forms, films or data that others can use. One per line, with the web address."),
    ),
    Choice(
        "cost_band",
        _("Cost"),
        section="kind",
        options=CostBand.choices,
        meaning=_("Total cost from start to end, in US dollars."),
        example="50k_500k",
        help_text=_("The total cost from start to end. An estimate is enough."),
    ),
    Keys(
        "principles",
        _("Guiding principles"),
        section="kind",
        is_minor=True,
        model=GuidingPrinciple,
        pattern="^[a-j]$",
        max_items=10,
        meaning=_("Guiding principles of the Global Compact that it applies, as letters."),
        example=["a", "j"],
        help_text=_("Principles of the Global Compact that the practice applies."),
    ),
    Keys(
        "sdgs",
        _("Sustainable Development Goals"),
        section="kind",
        short_label=_("SDGs"),
        is_minor=True,
        model=SustainableDevelopmentGoal,
        last=17,
        max_items=17,
        meaning=_("Numbers of the Sustainable Development Goals that it contributes to."),
        example=[8, 10],
        help_text=_("Goals of the 2030 Agenda that the practice contributes to."),
    ),
    Tags(
        "tags",
        _("Topics"),
        section="finding",
        max_items=20,
        max_length=60,
        meaning=_("Topics, as words that readers may search for."),
        example=["pensions", "ports"],
        help_text=_(
            "A few words that readers may search for, separated by commas: diaspora, skills, cities."
        ),
    ),
    WrittenIn(
        "language",
        _("Language of this text"),
        section="basics",
        short_label=_("Language"),
        is_minor=True,
        options=LANGUAGES,
        offered=LANGUAGE_CHOICES,
        meaning=_("Language of the text, as a code (BCP 47)."),
        example="en",
        help_text=_("We detect it from your text, or you can choose it yourself."),
    ),
    Choice(
        "licence",
        _("Licence"),
        section="you",
        is_minor=True,
        options=Licence.choices,
        meaning=_(
            "Terms on which the text may be reused, as an identifier of the SPDX licence list. Empty if none were stated."
        ),
        example="CC-BY-4.0",
        help_text=_(
            "The terms on which others may reuse this text. CC BY 4.0 allows the widest reuse with credit to you."
        ),
    ),
    WebAddress(
        "source_url",
        _("Source"),
        named_in="resources",
        section="place",
        meaning=_("Address of a page with the facts and more."),
        example="https://example.org/desks",
        help_text=_("The link to a web page where readers can check the facts and learn more."),
    ),
    Line(
        "credit",
        _("Public credit"),
        not_asked="Submitters choose how to be credited; the form composes it from their name and organisation.",
        meaning=_(
            "Name or organisation shown as “Submitted by”. Empty if the practice was submitted anonymously."
        ),
        example="Port of Batumi",
        help_text=_(
            "The name or organisation shown as “Submitted by”. Leave it empty to submit anonymously."
        ),
        display=Display.TEMPLATE,
        updatable=False,
    ),
    Day(
        "submitted_on",
        _("Submitted on"),
        meaning=_("Day on which it was submitted, if known."),
        example="2026-11-02",
        not_asked="The workflow sets it to the day of the submission.",
        display=Display.TEMPLATE,
        not_compared="It says when the practice was offered, nothing about the practice.",
        updatable=False,
    ),
]

FIELDS = {field.name: field for field in _DECLARATIONS}

FIELD_OF_FORM = {name: field for field in FIELDS.values() for name in field.form_sections()}
"""Name of a form field → the field of the document that it asks for."""


NOT_UPDATABLE = [name for name, field in FIELDS.items() if not field.updatable]
"""Fields that an update leaves as they are published."""


def label(name: str) -> Any:
    """Return the label of a field of a document, of a field of the form that fills it in, or of the files."""
    if name == "files":
        return _("Files")
    return (FIELDS.get(name) or FIELD_OF_FORM[name]).label


# Groups ---------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Group:
    """Fields that a practice page shows as one fact.

    Those of an indivisible group only make sense together: an update of one conflicts with a change of another,
    and a comparison of practices shows them in one row.
    """

    name: str
    label: Any
    members: list[Field]
    _: dataclasses.KW_ONLY
    is_indivisible: bool = False
    is_free_text: bool = False
    is_result: bool = False

    display: ClassVar = Display.FACT
    layout: ClassVar = Layout.LINE
    is_minor: ClassVar = False
    not_compared: ClassVar = ""
    updatable: ClassVar = True

    @property
    def names(self) -> list[str]:
        return [field.name for field in self.members]

    def heading(self, values: Values) -> str:
        return str(self.label)

    def items(self, values: Values) -> list[Item]:
        return [item for field in self.members for item in field.items(values)]

    def texts(self, values: Values) -> list[str]:
        return [item.text for item in self.items(values)]

    def note(self, values: Values) -> str:
        """Return what stands in small print below the value among the facts."""
        return ""


class _Organisations(Group):
    """The organisations, with their kinds in small print; where none is named, the kinds alone."""

    layout: ClassVar = Layout.LIST

    def heading(self, values):
        return ngettext("Implementing organisation", "Implementing organisations", len(self.items(values)))

    def items(self, values):
        names, kinds = (field.items(values) for field in self.members)
        return names or kinds

    def note(self, values):
        names, kinds = (field.texts(values) for field in self.members)
        return listed(kinds) if names else ""


class _Years(Group):
    def items(self, values):
        span = year_span(values["start_year"], values["end_year"])
        return [Item(capfirst(span))] if span else []


class _Evidence(Group):
    """The level, linked to the evidence. Templates and the comparison show the reason as a text of its own."""

    layout: ClassVar = Layout.LEVEL

    def items(self, values):
        level = values["evidence_level"]
        if level in ("", EvidenceLevel.NONE_STATED):
            return []
        return [Item(str(EvidenceLevel(level).label), values["evidence_url"])]

    def note(self, values):
        return str(EvidenceLevel(values["evidence_level"]).meaning)


GROUPS = [
    Group("place", _("Where"), [FIELDS["countries"], FIELDS["area"]], is_free_text=True),
    _Organisations(
        "organisations",
        _("Implementing organisations"),
        [FIELDS["implementers"], FIELDS["implementer_kinds"]],
        is_free_text=True,
    ),
    _Years("years", _("When"), [FIELDS["start_year"], FIELDS["end_year"]], is_indivisible=True),
    _Evidence(
        "evidence",
        _("Evidence"),
        [FIELDS["evidence_level"], FIELDS["evidence_reason"], FIELDS["evidence_url"]],
        is_indivisible=True,
        is_result=True,
    ),
]

GROUP_OF = {name: group for group in GROUPS for name in group.names}
"""Name of a field → its group."""


def parts(*, divide: bool = False) -> Iterator[Field | Group]:
    """Yield the fields in document order, those of a group as one where the first of them stands.

    With `divide`, groups that are not indivisible are yielded field by field.
    """
    for name, field in FIELDS.items():
        group = GROUP_OF.get(name)
        if group is None or (divide and not group.is_indivisible):
            yield field
        elif group.members[0] is field:
            yield group


LONG_TEXTS = [part.name for part in parts() if part.display is Display.TEXT]
"""Names of the texts that a practice page shows under headings of their own, in its order."""
