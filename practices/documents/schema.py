"""The JSON Schema of a document, and what follows from it: faults of shape, missing and changed fields."""

import dataclasses
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from jsonschema import Draft202012Validator

from practices.core.plain_text import plain_values
from practices.documents.fields import FIELDS

type Document = dict[str, Any]

REQUIRED = [field.name for field in FIELDS.values() if field.required]

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Practice document",
    "description": "All that a practice of the catalogue says.",
    "type": "object",
    "properties": {name: field.json_schema() for name, field in FIELDS.items()},
    "required": REQUIRED,
    "additionalProperties": False,
}
"""JSON Schema (draft 2020-12) of a practice document, as published."""

_VALIDATOR = Draft202012Validator(SCHEMA)


def complete(partial: Document) -> Document:
    """Return `partial` with every missing field at its empty value, in document order."""
    return {name: partial.get(name, field.empty) for name, field in FIELDS.items()}


def for_readers(stored: Document) -> Document:
    """Return a complete document whose texts are plain, as those kept before `plain` knew a character are not."""
    return plain_values(complete(stored))


@dataclasses.dataclass(frozen=True)
class Fault:
    """A fault of a document at one field; an empty `field` stands for the whole document."""

    field: str
    message: str


def shape_faults(document: Any) -> list[Fault]:
    """Return unknown fields and values of the wrong type. The form checks everything else."""
    if not isinstance(document, dict):
        return [Fault("", gettext("is not an object with the fields of a practice"))]
    faults = [Fault(name, gettext("is not a field of a practice")) for name in document if name not in FIELDS]
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
        elif error.validator == "additionalProperties" and error.absolute_path:
            faults.append(Fault(str(error.absolute_path[0]), gettext("has a part that is not known here")))
    return faults


_TYPE_NAMES = {
    "string": _("a text"),
    "integer": _("a whole number"),
    "array": _("a list"),
    "null": _("null"),
    "object": _("an object"),
}


def lacking(document: Document) -> list[Any]:
    """Return the labels of required fields that are empty in this document."""
    return [FIELDS[name].label for name in REQUIRED if not complete(document)[name]]


def changed_fields(old: Document, new: Document) -> list[str]:
    """Return the names of the fields in which two documents differ, in document order."""
    return [name for name in FIELDS if complete(old)[name] != complete(new)[name]]
