"""What a document is: its fields, the schema of them, what is wrong with one, in what two differ."""

import dataclasses
import re
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from jsonschema import Draft202012Validator

from practices.choices import LANGUAGES, CostBand, EvidenceLevel, Licence

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
