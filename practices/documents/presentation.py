"""A document for people to read: keys resolved, values in words."""

import dataclasses
from functools import cached_property
from typing import Any

from django.utils.translation import gettext

from practices.core import catalogue_version
from practices.core.sources import names_of_pages
from practices.documents.fields import FIELDS, GROUP_OF, Group, label, parts
from practices.documents.kinds import TRANSLATED, Display, Field, Item, Layout, Text, Values, language_of
from practices.documents.lookup import rows_named
from practices.documents.schema import Document, for_readers
from practices.documents.translations import languages_of_texts, translated
from practices.models import Country, Objective, Region, Translation, in_brief, text_direction

LEADING = ("place", "years", "type", "evidence")
TRAILING = ("source_url", "language", "licence")
"""Facts at the start and at the end of the list; all others stand between them, in document order."""
FEWEST_FOLDED = 3
"""Minor facts that are worth folding away."""
FEWEST_IN_CONTENTS = 4
"""Sections of a page that has a list of them."""
MOST_REGIONS = 2
"""Sub-regions that are named beside the countries."""
MANY_ITEMS, LONG_TEXT = 8, 160
"""A fact with more items or characters is given the whole width of the page."""

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
        separator = gettext(", ") if self.part.layout is Layout.LINE else gettext("; ")
        return separator.join(self.part.texts(self.values))

    @cached_property
    def note(self) -> str:
        return self.part.note(self.values)

    @property
    def is_minor(self) -> bool:
        return self.part.is_minor

    @property
    def is_wide(self) -> bool:
        return len(self.items) > MANY_ITEMS or len(self.text) > LONG_TEXT

    @property
    def layout(self) -> str:
        return self.part.layout.value

    @property
    def is_free_text(self) -> bool:
        return self.part.is_free_text

    @cached_property
    def language(self) -> str:
        """Code of the language of its text; of a group, that of the first field which is a text."""
        texts = [name for name in self.part.names if FIELDS[name].is_translatable]
        return language_of(texts[0] if texts else self.name, self.values)

    @property
    def direction(self) -> str:
        return text_direction(self.language)


@dataclasses.dataclass(frozen=True)
class Reading:
    """A document ready to be shown: on a practice page, in a preview, as a revision. Made by `read`.

    Its attributes are the fields of the document, with keys resolved to rows. Its texts are those of the translation,
    as far as that has them; `language` is the language of the title and the summary.
    """

    document: Document
    values: Values
    translation: Translation | None = None

    @property
    def language(self) -> str:
        return language_of("title", self.values)

    @cached_property
    def languages(self) -> dict[str, str]:
        """Field → code of the language of its text."""
        return {
            name: language_of(name, self.values) for name, field in FIELDS.items() if field.is_translatable
        }

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
    def key_facts(self) -> list[Fact]:
        """Facts that every screen shows; those that need the whole width come last."""
        folded = {fact.name for fact in self.more_facts}
        return sorted((fact for fact in self.facts if fact.name not in folded), key=lambda fact: fact.is_wide)

    @cached_property
    def more_facts(self) -> list[Fact]:
        """Facts that a phone folds away."""
        minor = [fact for fact in self.facts if fact.is_minor]
        return minor if len(minor) >= FEWEST_FOLDED else []

    @cached_property
    def long_texts(self) -> list[Fact]:
        """Texts under headings of their own, results first; those that are empty are left out."""
        return sorted(self._stated(Display.TEXT).values(), key=lambda text: not text.part.is_result)

    @cached_property
    def results_parts(self) -> list[Fact]:
        """Parts of the results. Empty where only a level of evidence is stated, which the facts show."""
        parts = [fact for fact in (Fact(part, self.values) for part in _PARTS if part.is_result) if fact.text]
        if [fact.name for fact in parts] == ["evidence"] and not (self.evidence_reason or self.evidence_url):
            return []
        return sorted(parts, key=lambda fact: fact.part.layout is not Layout.FIGURES)

    @cached_property
    def sections(self) -> list[Fact]:
        """Texts besides the results."""
        return [text for text in self.long_texts if not text.part.is_result]

    @cached_property
    def outline(self) -> list[tuple[str, str]]:
        """The name and the heading of each section, results first."""
        of_results = str(label("evidence_level" if self._has_only_evidence else "results"))
        results = [("results", of_results)] if self.results_parts else []
        return results + [(text.name, text.label) for text in self.sections]

    @property
    def has_contents(self) -> bool:
        """Return whether there are so many sections that a list of them helps."""
        return len(self.outline) >= FEWEST_IN_CONTENTS

    @property
    def _has_only_evidence(self) -> bool:
        return [part.name for part in self.results_parts] == ["evidence"]

    @cached_property
    def page_names(self) -> dict[str, str]:
        """Names that its own text gives to pages it links to."""
        return names_of_pages(self.resources)

    @property
    def countries_in_brief(self) -> str:
        return in_brief([country.local.name for country in self.countries])

    @cached_property
    def subregions(self) -> list[Region]:
        """The sub-regions of its countries, where there are only one or two."""
        found = list(dict.fromkeys(country.subregion for country in self.countries if country.subregion))
        return found if len(found) <= MOST_REGIONS else []

    def _stated(self, display: Display) -> dict[str, Fact]:
        facts = (Fact(part, self.values) for part in _PARTS if part.display is display)
        return {fact.name: fact for fact in facts if fact.text}

    @property
    def main_objective(self) -> Objective | None:
        return next(iter(self.values["objectives"]), None)

    @property
    def direction(self) -> str:
        return text_direction(self.language)


@catalogue_version.reading()
def read(document: Document, translation: Translation | None = None) -> Reading:
    """Resolve `document` for people to read, with the texts of a translation where that has them.

    Costs the query for the version, and one for each kind of row that this process has not met.
    """
    document = for_readers(translated(document, translation) if translation else document)
    values = {name: field.resolve(document[name]) for name, field in FIELDS.items()}
    if translation:
        values[TRANSLATED] = languages_of_texts(document, translation)
    return Reading(document, values, translation)


def countries_of(document: Document) -> list[Country]:
    """Return the countries of `document`, each with its regions."""
    return rows_named(Country, document["countries"])


def _is_about_results(field: Field) -> bool:
    return GROUP_OF.get(field.name, field).is_result


def side_by_side(readings: list[Reading]) -> list[tuple[Any, list[list[Item]]]]:
    """Return the rows of a comparison: a label, and the items of each document. Rows that nobody fills are left out.

    Short values come first, then the summary, the results, and the other texts.
    """
    short = [part for part in parts(divide=True) if not (isinstance(part, Text) or part.not_compared)]
    texts = [field for field in FIELDS.values() if isinstance(field, Text)]
    texts.sort(key=lambda field: (field.name != "summary", not _is_about_results(field)))
    rows = [(part.label, [part.items(reading.values) for reading in readings]) for part in (*short, *texts)]
    return [(label, cells) for label, cells in rows if any(cells)]
