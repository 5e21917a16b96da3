"""Reading a document: its keys resolved and its values in words, for people."""

import dataclasses
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from practices.choices import LANGUAGES, CostBand, EvidenceLevel, Licence
from practices.core import catalogue_version
from practices.documents.lookup import rows_named, tags_named
from practices.documents.schema import FIELDS, SECTIONS, Document, complete
from practices.models import (
    Country,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    PracticeType,
    SustainableDevelopmentGoal,
    text_direction,
    year_span,
)


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
        tags = tags_named(names)
        return [(name, tags[name].slug if name in tags else "") for name in names]

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


@catalogue_version.reading()
def read(document: Document) -> Reading:
    """`document` with its keys resolved, for people to read."""
    document = complete(document)
    return Reading(
        document=document,
        objectives=rows_named(Objective, document["objectives"]),
        countries=rows_named(Country, document["countries"]),
        type=next(iter(rows_named(PracticeType, [document["type"]])), None),
        implementer_kinds=rows_named(ImplementerKind, document["implementer_kinds"]),
        principles=rows_named(GuidingPrinciple, document["principles"]),
        sdgs=rows_named(SustainableDevelopmentGoal, document["sdgs"]),
    )
