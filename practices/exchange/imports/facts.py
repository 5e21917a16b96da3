"""Facts beside the document of an item, as exports write them: number, dates, revision and files."""

import dataclasses
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext
from jsonschema import Draft202012Validator, ValidationError

from practices import workflow
from practices.documents import FIELDS, Fault
from practices.exchange.exports import COLUMNS, MEMBERS
from practices.exchange.imports import adaptations, questions, translations
from practices.exchange.imports.days import day_of, instant_of

NAMES = [name for name in MEMBERS if name not in FIELDS]
ADDRESS = "url"
"""Name of the address of a practice, by which an item can name the one that it revises."""
NUMBER = "id"
MOST_DIGITS = 18
HIGHEST = 2**53 - 1
LONGEST_SHOWN = 60  # characters
_VALIDATOR = Draft202012Validator(
    {"properties": {name: MEMBERS[name].schema for name in NAMES if name != ADDRESS}}
)
_IDENTITY = ("id", "revision", "published_at", "revised_at")


@dataclasses.dataclass(frozen=True)
class Facts:
    """Facts about the practice that an item was, each of which may be missing."""

    address: Any = None
    has_address: bool = False
    number: int | None = None
    origin: workflow.Origin | None = None
    files: list[dict] | None = None
    translations: list[dict] = dataclasses.field(default_factory=list)
    adaptations: list[dict] = dataclasses.field(default_factory=list)
    questions: list[dict] = dataclasses.field(default_factory=list)


def divide(item: dict) -> tuple[dict, dict]:
    """Return what an item states of the document, and the facts beside it. Unknown members are in neither."""
    beside = {name: value for name, value in item.items() if name in NAMES}
    return {name: value for name, value in item.items() if name in FIELDS}, beside


def from_cells(beside: dict[str, str]) -> tuple[Facts, list[Fault]]:
    """Return the facts in the cells of a table, with their faults. Instants without a zone are in UTC, as exports are."""
    beside = {name: text for name, text in beside.items() if name in COLUMNS}  # no cell holds a translation
    values: dict[str, Any] = dict(beside)
    for name, text in beside.items():
        if COLUMNS[name].schema["type"] == "integer":
            values[name] = as_number(text)
        elif COLUMNS[name].schema.get("format") == "date-time":
            with suppress(ValueError):
                instant = datetime.fromisoformat(text)
                values[name] = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).isoformat()
    return read(values)


def as_number(text: str) -> int | str:
    """Return the number that a cell holds, or its text if it holds none, or one that no column has."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else text


def read(beside: dict[str, Any]) -> tuple[Facts, list[Fault]]:
    """Return facts with their faults."""
    if faults := _too_many(beside):
        return Facts(), faults
    faults = [_fault(error) for error in _VALIDATOR.iter_errors(beside)]
    if faults:
        return Facts(), faults
    origin = None
    if all(name in beside for name in _IDENTITY):
        dates, faults = _dates(beside)
        if faults:
            return Facts(), faults
        origin = _origin(beside, dates)
    return Facts(
        address=beside.get(ADDRESS),
        has_address=ADDRESS in beside,
        number=beside.get(NUMBER),
        origin=origin,
        files=beside.get("files"),
        translations=beside.get(translations.MEMBER, []),
        adaptations=beside.get(adaptations.MEMBER, []),
        questions=beside.get(questions.MEMBER, []),
    ), []


def _fault(error: ValidationError) -> Fault:
    """Return the fault at a member, in our words where it should have been a number."""
    name = str(error.absolute_path[0])
    schema = MEMBERS[name].schema
    if schema["type"] != "integer":
        text = gettext("is not valid: %(why)s. Please correct it, or leave it out")
        return Fault(name, text % {"why": error.message})
    text = gettext(
        "“%(value)s” is not a whole number from %(least)s to %(most)s. Please correct it; for a new practice, leave it "
        "out"
    )
    limits = {"least": schema.get("minimum", 0), "most": schema.get("maximum", HIGHEST)}
    return Fault(name, text % {"value": str(error.instance)[:LONGEST_SHOWN], **limits})


def _too_many(beside: dict[str, Any]) -> list[Fault]:
    """Return a fault for each list that has more entries than an item may have, before any of them is looked at."""
    faults = []
    for name, values in beside.items():
        most = MEMBERS[name].schema.get("maxItems")
        if most is not None and isinstance(values, list) and len(values) > most:
            text = gettext("has %(count)s entries. An item can have at most %(most)s")
            faults.append(Fault(name, text % {"count": len(values), "most": most}))
    return faults


def _dates(beside: dict[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Return the instants and the day beside the document, with their faults."""
    found: dict[str, Any] = {}
    faults = []
    for name, read_as in (("published_at", instant_of), ("revised_at", instant_of), ("checked_on", day_of)):
        try:
            found[name] = read_as(beside[name]) if beside.get(name) else None
        except ValueError as error:
            faults.append(Fault(name, gettext("is not valid: %(why)s") % {"why": error}))
    published_at, revised_at = found.get("published_at"), found.get("revised_at")
    if published_at and revised_at and revised_at < published_at:
        why = gettext("it is later than the last revision")
        faults.append(Fault("published_at", gettext("is not valid: %(why)s") % {"why": why}))
    return found, faults


def _origin(beside: dict[str, Any], dates: dict[str, Any]) -> workflow.Origin:
    return workflow.Origin(
        pk=beside["id"],
        revision=beside["revision"],
        published_at=dates["published_at"],
        revised_at=dates["revised_at"],
        checked_on=dates["checked_on"],
        doi=beside.get("doi", ""),
    )
