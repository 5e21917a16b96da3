"""A document for people to read: keys resolved, values in words."""

import dataclasses
from functools import cached_property
from typing import Any

from practices.core import catalogue_version
from practices.documents.fields import FIELDS, GROUP_OF, Group, parts
from practices.documents.kinds import Display, Field, Item, Layout, Text, Values
from practices.documents.lookup import rows_named
from practices.documents.schema import Document, for_readers
from practices.models import Country, Objective, text_direction

LEADING = ("objectives", "place", "years")
TRAILING = ("language", "licence")
"""Facts at the start and at the end of the list; all others stand between them, in document order."""

_PARTS = list(parts())


@dataclasses.dataclass(frozen=True)
class Fact:
    """A field or group of a document, in words."""

    part: Field | Group
    values: Values

    @property
    def name(self) -> str:
        return self.part.name

    @cached_property
    def label(self) -> str:
        return self.part.heading(self.values)

    @cached_property
    def items(self) -> list[Item]:
        return self.part.items(self.values)

    @cached_property
    def text(self) -> str:
        separator = ", " if self.part.layout is Layout.LINE else "; "
        return separator.join(self.part.texts(self.values))

    @property
    def layout(self) -> str:
        return self.part.layout.value

    @property
    def is_free_text(self) -> bool:
        return self.part.is_free_text

    @property
    def is_free_list(self) -> bool:
        """Return whether its items are a list of free texts."""
        return self.part.is_free_text and self.part.layout is Layout.LIST

    @property
    def has_links(self) -> bool:
        return isinstance(self.part, Text) and self.part.has_links


@dataclasses.dataclass(frozen=True)
class Reading:
    """A document ready to be shown: on a practice page, in a preview, as a revision. Made by `read`.

    Its attributes are the fields of the document, with keys resolved to rows.
    """

    document: Document
    values: Values

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None

    @cached_property
    def facts(self) -> list[Fact]:
        """Short values, in the order of a practice page; those that are not stated are left out."""
        facts = self._stated(Display.FACT)
        middle = [name for name in facts if name not in (*LEADING, *TRAILING)]
        return [facts[name] for name in (*LEADING, *middle, *TRAILING) if name in facts]

    @cached_property
    def long_texts(self) -> list[Fact]:
        """Texts under headings of their own; those that are empty are left out."""
        return list(self._stated(Display.TEXT).values())

    def _stated(self, display: Display) -> dict[str, Fact]:
        facts = (Fact(part, self.values) for part in _PARTS if part.display is display)
        return {fact.name: fact for fact in facts if fact.text}

    @cached_property
    def evidence(self) -> Fact | None:
        return next((fact for fact in self.facts if fact.name == "evidence"), None)

    @property
    def main_objective(self) -> Objective | None:
        return next(iter(self.values["objectives"]), None)

    @property
    def direction(self) -> str:
        return text_direction(self.values["language"])


@catalogue_version.reading()
def read(document: Document) -> Reading:
    """Resolve `document` for people to read.

    Costs the query for the version, and one for each kind of row that this process has not met.
    """
    document = for_readers(document)
    return Reading(document, {name: field.resolve(document[name]) for name, field in FIELDS.items()})


def countries_of(document: Document) -> list[Country]:
    """Return the countries of `document`, each with its regions."""
    return rows_named(Country, document["countries"])


def side_by_side(readings: list[Reading]) -> list[tuple[Any, list[list[Item]]]]:
    """Return the rows of a comparison: a label, and the items of each document. Rows that nobody fills are left out.

    Short values come first, then texts, those of groups last.
    """
    short = [part for part in parts(divide=True) if not (isinstance(part, Text) or part.not_compared)]
    texts = [field for field in FIELDS.values() if isinstance(field, Text)]
    texts.sort(key=lambda field: field.name in GROUP_OF)
    rows = [(part.label, [part.items(reading.values) for reading in readings]) for part in (*short, *texts)]
    return [(label, cells) for label, cells in rows if any(cells)]
