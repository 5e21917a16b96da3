"""The codebook: an explanation of each column of the exports, made of its declaration."""

import dataclasses
import json
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from practices.core.punctuation import listed
from practices.documents.kinds import Choice, Countries, Key, Keys, WebAddress, Year
from practices.exchange.exports import FORMATS, MEMBERS, Column

MOST_VALUES = 40
"""Values of a vocabulary that the page lists itself."""
LONGEST_EXAMPLE = 160
"""Characters of an example; lists of objects are cut after them."""
_ITEMS = {
    "string": _("List of texts"),
    "integer": _("List of whole numbers"),
    "object": _("List of objects with %(parts)s"),
}


@dataclasses.dataclass(frozen=True)
class Entry:
    """A column in words."""

    column: Column

    @property
    def type(self) -> str:
        """Return the type of the value in JSON."""
        schema = self.column.schema
        match schema.get("format"):
            case "date-time":
                return gettext("Date and time (ISO 8601)")
            case "date":
                return gettext("Date (YYYY-MM-DD)")
        if isinstance(self.column.field, WebAddress) or self.column.name == "url":
            return gettext("Web address")
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        if "array" in kinds:
            parts = listed(self.column.parts)
            return _ITEMS[schema["items"]["type"]] % {"parts": parts}
        return gettext("Whole number") if "integer" in kinds else gettext("Text")

    @property
    def limits(self) -> list[str]:
        """Return what the value keeps to."""
        field, schema = self.column.field, self.column.schema
        limits = []
        if field.required if field else not self.column.may_be_empty:
            limits.append(gettext("never empty"))
        if isinstance(field, Year):
            limits.append(f"{schema['minimum']}–{schema['maximum']}")
        if "maxLength" in schema:
            limits.append(
                gettext("at most %(count)s characters")
                % {"count": number_format(schema["maxLength"], force_grouping=True)}
            )
        if "maxItems" in schema:
            most = schema["maxItems"]
            limits.append(
                ngettext("at most %(count)s item", "at most %(count)s items", most) % {"count": most}
            )
        return limits

    @cached_property
    def values(self) -> list[tuple[str, str]]:
        """Return the values of a fixed vocabulary, each with its meaning. At most one query."""
        match self.column.field:
            case Choice() as choice:
                return [(value, str(label)) for value, label in choice.options]
            case (Key() | Keys()) as named:
                rows: Any = named.model.objects.all()
                return [(str(getattr(row, named.model.NATURAL_KEY)), _name(row)) for row in rows]
        return []

    @property
    def listed_at(self) -> str:
        """Return the path of the list of a vocabulary that is long; empty for others."""
        if len(self.values) <= MOST_VALUES:
            return ""
        is_place = isinstance(self.column.field, Countries)
        return reverse("practices:country-list" if is_place else "practices:document-schema")

    @property
    def example(self) -> str:
        """Return a value as JSON has it."""
        text = json.dumps(self.column.example, ensure_ascii=False)
        return text if len(text) <= LONGEST_EXAMPLE else f"{text[:LONGEST_EXAMPLE]} …"

    @property
    def formats(self) -> list[str]:
        return [str(each.label) for each in FORMATS.values() if self.column.name in each.columns]

    @property
    def is_everywhere(self) -> bool:
        return len(self.formats) == len(FORMATS)


def _name(row: Any) -> str:
    return str(getattr(row.local, "title", "") or getattr(row.local, "name", "") or row)


def entries() -> list[Entry]:
    return [Entry(column) for column in MEMBERS.values()]
