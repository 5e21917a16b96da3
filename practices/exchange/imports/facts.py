"""Facts beside the document of an item, as exports write them: number, dates, revision and files."""

import dataclasses
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext
from jsonschema import Draft202012Validator

from practices import workflow
from practices.documents import FIELDS, Fault
from practices.exchange.exports import COLUMNS, MEMBERS
from practices.exchange.imports import adaptations, questions, translations

NAMES = [name for name in MEMBERS if name not in FIELDS]
ADDRESS = "url"
"""Name of the address of a practice, by which an item can name the one that it revises."""
NUMBER = "id"
MOST_DIGITS = 18
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
    faults = [
        Fault(str(error.absolute_path[0]), gettext("is not valid: %(why)s") % {"why": error.message})
        for error in _VALIDATOR.iter_errors(beside)
    ]
    if faults:
        return Facts(), faults
    origin = None
    if all(name in beside for name in _IDENTITY):
        try:
            origin = _origin(beside)
        except ValueError as error:
            return Facts(), [Fault("published_at", gettext("is not valid: %(why)s") % {"why": error})]
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


def _origin(beside: dict[str, Any]) -> workflow.Origin:
    """Raises ValueError."""
    published_at, revised_at = (
        adaptations.instant_of(beside[name]) for name in ("published_at", "revised_at")
    )
    if revised_at < published_at:
        raise ValueError(gettext("it is later than the last revision"))
    checked_on = beside.get("checked_on")
    return workflow.Origin(
        pk=beside["id"],
        revision=beside["revision"],
        published_at=published_at,
        revised_at=revised_at,
        checked_on=date.fromisoformat(checked_on) if checked_on else None,
        doi=beside.get("doi", ""),
    )
