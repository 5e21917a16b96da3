"""The practice document: all a practice says, as one plain JSON object.

A draft holds it, a submission proposes it, a revision records it, import reads it, export writes it. It names
things by natural keys: objective and goal numbers, ISO 3166 codes, slugs, tag names. `FIELDS` is the one list
of what it holds; the published schema, the form's labels and the practice page follow from it.
"""

import dataclasses
import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from jsonschema import Draft202012Validator
from taggit.models import Tag

from practices import versions, words
from practices.choices import LANGUAGES, CostBand, EvidenceLevel, Licence
from practices.models import (
    Country,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    Placement,
    Practice,
    PracticeType,
    SustainableDevelopmentGoal,
    TaggedPractice,
    Taxonomy,
    text_direction,
    year_span,
)
from practices.wording import title_key

if TYPE_CHECKING:
    from django.db.models import QuerySet

type Document = dict[str, Any]

TITLE_LENGTH = 250
SUMMARY_LENGTH = 1_500
TEXT_LENGTH = 20_000
REASON_LENGTH = 1_000
LINE_LENGTH = 200
FIRST_YEAR, LAST_YEAR = 1900, 2100


def _line(length=LINE_LENGTH):
    return {"type": "string", "maxLength": length}


def _text():
    return {"type": "string", "maxLength": TEXT_LENGTH}


def _choice(choices):
    return {"type": "string", "enum": ["", *choices]}


def _several(items, most):
    return {"type": "array", "items": items, "maxItems": most, "uniqueItems": True}


def _year():
    return {"type": ["integer", "null"], "minimum": FIRST_YEAR, "maximum": LAST_YEAR}


def _url():
    return {"type": "string", "maxLength": 500, "pattern": "^(https?://.+)?$"}


_SLUG = {"type": "string", "pattern": "^[a-z0-9-]+$"}


@dataclasses.dataclass(frozen=True)
class Field:
    label: Any
    schema: dict
    empty: Any = ""


FIELDS = {
    "title": Field(_("Title"), {"type": "string", "minLength": 1, "maxLength": TITLE_LENGTH}),
    "summary": Field(_("Summary"), {"type": "string", "minLength": 1, "maxLength": SUMMARY_LENGTH}),
    "objectives": Field(
        _("Objectives"),
        _several({"type": "integer", "minimum": 1, "maximum": 23}, 23) | {"minItems": 1},
        [],
    ),
    "countries": Field(_("Countries"), _several({"type": "string", "pattern": "^[A-Z]{2}$"}, 250), []),
    "area": Field(_("Area"), _line()),
    "type": Field(_("Type of practice"), {"type": "string", "pattern": "^[a-z0-9-]*$"}),
    "implementers": Field(_("Who runs it"), _several(_line(), 30), []),
    "implementer_kinds": Field(_("Kinds of body that run it"), _several(_SLUG, 20), []),
    "start_year": Field(_("First year"), _year(), None),
    "end_year": Field(_("Last year"), _year(), None),
    "context": Field(_("Context and aim"), _text()),
    "beneficiaries": Field(_("Who benefits"), _text()),
    "activities": Field(_("What is done"), _text()),
    "results": Field(_("Results"), _text()),
    "evidence_level": Field(_("Evidence"), _choice(EvidenceLevel.values), EvidenceLevel.NONE_STATED.value),
    "evidence_reason": Field(_("How that is known"), {"type": "string", "maxLength": REASON_LENGTH}),
    "evidence_url": Field(_("Link to the evidence"), _url()),
    "innovation": Field(_("What is new about it"), _text()),
    "lessons": Field(_("Lessons learnt"), _text()),
    "hindsight": Field(_("What we would do differently"), _text()),
    "replication": Field(_("What it takes to do it elsewhere"), _text()),
    "resources": Field(_("Resources and links"), _text()),
    "cost_band": Field(_("Cost"), _choice(CostBand.values)),
    "principles": Field(_("Guiding principles"), _several({"type": "string", "pattern": "^[a-j]$"}, 10), []),
    "sdgs": Field(
        _("Sustainable Development Goals"),
        _several({"type": "integer", "minimum": 1, "maximum": 17}, 17),
        [],
    ),
    "tags": Field(_("Tags"), _several(_line(60), 20), []),
    "language": Field(_("Language of this text"), {"type": "string", "enum": [code for code, _name in LANGUAGES]}, "en"),
    "licence": Field(_("Licence"), _choice(Licence.values)),
    "source_url": Field(_("Source"), _url()),
    "credit": Field(_("Public credit"), _line()),
    "submitted_on": Field(_("Submitted on"), {"type": ["string", "null"], "format": "date"}, None),
}  # fmt: skip


def label(name: str) -> Any:
    """What a field of a document, or of the form that fills it, is called."""
    return FIELDS["objectives" if name in ("objective", "other_objectives") else name].label


SECTIONS = [
    "context", "beneficiaries", "activities", "results", "innovation", "lessons", "hindsight", "replication",
    "resources",
]  # fmt: skip
"""The long texts, in the order a practice page shows them."""

REQUIRED = ["title", "summary", "objectives"]
"""What every practice says."""

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Practice document",
    "description": "All that a practice of the catalogue says.",
    "type": "object",
    "properties": {name: field.schema for name, field in FIELDS.items()},
    "required": REQUIRED,
    "additionalProperties": False,
}
"""JSON Schema (draft 2020-12) of a practice document, as published."""

_VALIDATOR = Draft202012Validator(SCHEMA)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def plain(text: str) -> str:
    """`text` without what no reader sees and XML 1.0 or PostgreSQL refuse; line ends are `\\n`."""
    return _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def complete(partial: Document) -> Document:
    """`partial` with every missing field at its empty value, in the order of FIELDS."""
    return {name: partial.get(name, field.empty) for name, field in FIELDS.items()}


@dataclasses.dataclass(frozen=True)
class Fault:
    """What is wrong with a document, at which field ("" for the whole)."""

    field: str
    message: str


def shape_faults(document: Any) -> list[Fault]:
    """Unknown fields and values of the wrong type, in words. What values mean is for the form to check."""
    if not isinstance(document, dict):
        return [Fault("", gettext("is not an object with the fields of a practice"))]
    faults = [
        Fault(name, gettext("is not a field of a practice document"))
        for name in document
        if name not in FIELDS
    ]
    for error in _VALIDATOR.iter_errors(document):
        if error.validator == "type":
            wanted = (
                error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
            )
            names = [str(_TYPE_NAMES[name]) for name in wanted]
            message = gettext("must be %(type)s") % {"type": gettext(" or ").join(names)}
            if len(error.absolute_path) > 1:
                message = gettext("each value %(message)s") % {"message": message}
            faults.append(Fault(str(error.absolute_path[0]), message))
    return faults


_TYPE_NAMES = {
    "string": _("a text"),
    "integer": _("a whole number"),
    "array": _("a list"),
    "null": _("null"),
    "object": _("an object"),
}


def lacking(document: Document) -> list[Any]:
    """Labels of what every practice says and this document does not say yet."""
    return [FIELDS[name].label for name in REQUIRED if not complete(document)[name]]


def changed_fields(old: Document, new: Document) -> list[str]:
    """Names of the fields in which two documents differ, in the order of FIELDS."""
    return [name for name in FIELDS if complete(old)[name] != complete(new)[name]]


@versions.reading()
def apply(document: Document, *, to: Practice | None, at: datetime) -> Practice:
    """Lay a valid document out as the columns and relations of a practice, and return that practice.

    Called by `workflow` inside a transaction, together with the revision that records the document. Keys that
    the reference data does not know are left out; the form has refused them before.
    """
    document = complete(document)
    practice = to or Practice(published_at=at)
    is_new = practice.pk is None
    fill_columns(practice, document, at=at)
    practice.type = next(iter(_objects(PracticeType, [document["type"]])), None)
    practice.save()
    if not is_new:
        practice.placements.all().delete()
    Placement.objects.bulk_create(
        Placement(practice=practice, objective=objective, position=position)
        for position, objective in enumerate(_objects(Objective, document["objectives"]))
    )
    _relate(practice.countries, _objects(Country, document["countries"]), is_new=is_new)
    _relate(
        practice.implementer_kinds, _objects(ImplementerKind, document["implementer_kinds"]), is_new=is_new
    )
    _relate(practice.principles, _objects(GuidingPrinciple, document["principles"]), is_new=is_new)
    _relate(practice.sdgs, _objects(SustainableDevelopmentGoal, document["sdgs"]), is_new=is_new)
    if is_new:
        _tag(practice, document["tags"])
    else:
        practice.tags.set(document["tags"])
    return practice


def _relate(relation, rows: list, *, is_new: bool) -> None:
    """Let a practice have these rows alone. One that is new has none yet, and need not be asked."""
    if not is_new:
        relation.set(rows)
    elif rows:
        relation.add(*rows)


def _tag(practice: Practice, names: list[str]) -> None:
    """Give a practice that is new its tags, by a query for those that are there and one to give them.

    Taggit takes four for each. Tags that are not there yet are left to it: it finds them a slug.
    """
    if not names:
        return
    known = {tag.name.casefold(): tag for tag in Tag.objects.filter(_is_named(names)).order_by("-pk")}
    if not known.keys() >= {name.casefold() for name in names}:
        practice.tags.add(*names)
        return
    tags = dict.fromkeys(known[name.casefold()] for name in names)
    TaggedPractice.objects.bulk_create(TaggedPractice(content_object=practice, tag=tag) for tag in tags)


def _is_named(names: Iterable[str]) -> Q:
    """That a tag has one of these names, in whatever case."""
    return reduce(or_, (Q(name__iexact=name) for name in names))


def fill_columns(practice: Practice, document: Document, *, at: datetime) -> None:
    """Lay out in `practice`, unsaved, what a complete document says without naming other rows. No query."""
    practice.revision_number += 1
    practice.sort_title = words.fold(document["title"])[:TITLE_LENGTH]
    practice.title_key = title_key(document["title"])
    practice.revised_at = max(at, practice.published_at)  # the clock may have been set back
    for name in _COLUMNS:
        setattr(practice, name, document[name])
    submitted_on = document["submitted_on"]
    practice.submitted_on = date.fromisoformat(submitted_on) if submitted_on else None


_COLUMNS = [
    "title", "summary", "area", "implementers", "start_year", "end_year", "evidence_level", "evidence_reason",
    "evidence_url", "cost_band", "language", "licence", "source_url", "credit", *SECTIONS,
]  # fmt: skip


def _objects[Row: Taxonomy](model: type[Row], values: Iterable) -> list[Row]:
    """The rows of `model` that `values` name, in the order of `values`; unknown ones are left out."""
    found = versions.remembered(f"rows of {model.__name__}", lambda: _by_key(model))
    return [found[value] for value in values if value in found]


def countries_of(document: Document) -> list[Country]:
    """Its countries, each with the regions it lies in."""
    return _objects(Country, document["countries"])


def _by_key[Row: Taxonomy](model: type[Row]) -> dict[Any, Row]:
    rows = cast("QuerySet[Row]", model.objects.all())
    if model is Country:
        rows = rows.select_related("subregion__parent")
    return {getattr(row, model.NATURAL_KEY): row for row in rows}


@dataclasses.dataclass(frozen=True)
class Reading:
    """A document with its keys resolved, ready to be shown: on a practice page, in a preview, as a revision.

    Made by `read`. Costs the query for the version, and one for each kind of row that this process has not met.
    """

    document: Document
    objectives: list[Objective]
    countries: list[Country]
    type: PracticeType | None
    implementer_kinds: list[ImplementerKind]
    principles: list[GuidingPrinciple]
    sdgs: list[SustainableDevelopmentGoal]

    def __getattr__(self, name):
        try:
            return self.document[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def main_objective(self) -> Objective | None:
        return self.objectives[0] if self.objectives else None

    @property
    def place(self) -> str:
        names = [str(country) for country in self.countries]
        return ", ".join([*names, self.document["area"]] if self.document["area"] else names)

    @property
    def years(self) -> str:
        return year_span(self.document["start_year"], self.document["end_year"])

    @property
    def sections(self) -> list[tuple[str, Any, str]]:
        """(field, heading, text) of each long text that is there."""
        return [(name, FIELDS[name].label, self.document[name]) for name in SECTIONS if self.document[name]]

    @property
    def tag_links(self) -> list[tuple[str, str]]:
        """(name, the value that stands for it in the listing's address) of each tag; "" for one not in use yet."""
        names = self.document["tags"]
        if not names:
            return []
        slugs = {tag.name.casefold(): tag.slug for tag in Tag.objects.filter(_is_named(names))}
        return [(name, slugs.get(name.casefold(), "")) for name in names]

    @property
    def source_host(self) -> str:
        return urlsplit(self.document["source_url"]).hostname or ""

    @property
    def submitted_on(self) -> date | None:
        value = self.document["submitted_on"]
        return date.fromisoformat(value) if value else None

    @property
    def direction(self) -> str:
        return text_direction(self.document["language"])

    @property
    def language_name(self) -> str:
        code: str = self.document["language"]
        return dict(LANGUAGES).get(code, code)

    @property
    def evidence(self) -> str:
        """The level of evidence in words; empty when none is stated."""
        level = self.document["evidence_level"]
        return "" if level in ("", EvidenceLevel.NONE_STATED) else str(EvidenceLevel(level).label)

    @property
    def cost(self) -> str:
        band = self.document["cost_band"]
        return str(CostBand(band).label) if band else ""

    @property
    def licence_name(self) -> str:
        licence = self.document["licence"]
        return str(Licence(licence).label) if licence else ""


@versions.reading()
def read(document: Document) -> Reading:
    """`document` with its keys resolved, for people to read."""
    document = complete(document)
    return Reading(
        document=document,
        objectives=_objects(Objective, document["objectives"]),
        countries=_objects(Country, document["countries"]),
        type=next(iter(_objects(PracticeType, [document["type"]])), None),
        implementer_kinds=_objects(ImplementerKind, document["implementer_kinds"]),
        principles=_objects(GuidingPrinciple, document["principles"]),
        sdgs=_objects(SustainableDevelopmentGoal, document["sdgs"]),
    )
