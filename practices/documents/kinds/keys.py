"""Kinds of field for rows of the reference data, by their keys."""

import dataclasses
from functools import partial
from operator import itemgetter
from typing import Any, ClassVar

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from practices.core.collation import sorted_by_name
from practices.documents.country_fields import CountryKeysField
from practices.documents.form_fields import (
    KeyField,
    KeysField,
)
from practices.documents.kinds.base import (
    Diff,
    Field,
    Item,
    Layout,
    RelationMixin,
    array,
    listing,
)
from practices.documents.lookup import names_of, rows_named
from practices.models import Country, Taxonomy


@dataclasses.dataclass(frozen=True, kw_only=True)
class Key(Field):
    """One row of a taxonomy by its slug."""

    model: type[Taxonomy]
    blank_label: Any
    parameter: str = ""
    """Parameter of the listing that filters by it."""

    def json_schema(self):
        return {"type": "string", "pattern": "^[a-z0-9-]*$"}

    def form_field(self):
        return KeyField(other_names=partial(names_of, self.model), **self._form_options())

    def choices(self):
        return {self.name: [("", self.blank_label), *_options(self.model)]}

    def column_value(self, value):
        return self.resolve(value)

    def resolve(self, value):
        return next(iter(rows_named(self.model, [value])), None)

    def items(self, values):
        row = values[self.name]
        if row is None or not self.parameter:
            return super().items(values)
        key = getattr(row, self.model.NATURAL_KEY)
        return [Item(str(row), listing(**{self.parameter: key}), is_filter=True)]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Keys(RelationMixin, Field):
    """Several rows of a taxonomy by their keys, in an order that is kept."""

    model: type[Taxonomy]
    max_items: int
    pattern: str = ""
    """Pattern of a key that is text."""
    last: int = 0
    """Highest key, where they are numbers from 1."""
    empty: Any = dataclasses.field(default_factory=list)

    diff: ClassVar = Diff.ITEMS
    layout: ClassVar = Layout.LIST

    def json_schema(self):
        if self.last:
            return array({"type": "integer", "minimum": 1, "maximum": self.last}, self.max_items)
        return array({"type": "string", "pattern": self.pattern}, self.max_items)

    def form_field(self):
        return KeysField(self.model, number=bool(self.last), **self._form_options())

    def choices(self):
        return {self.name: _options(self.model)}

    def to_form(self, value):
        return {self.name: [str(key) for key in value]}

    def from_cell(self, text, form_fields):
        return {self.name: form_fields[self.name].from_cell(text)}

    def related_rows(self, values):
        return [rows_named(self.model, keys) for keys in values]

    def resolve(self, value):
        return rows_named(self.model, value)

    def texts(self, values):
        return [str(row) for row in values[self.name]]

    def items(self, values):
        return [Item(str(row), getattr(row, "get_absolute_url", str)()) for row in values[self.name]]

    def note(self, values):
        is_ours = any(row.name_is_our_translation for row in values[self.name])
        return gettext("our translation") if is_ours else ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Countries(Keys):
    """Countries by code, offered by region."""

    def form_field(self):
        return CountryKeysField(**self._form_options())

    def choices(self):
        groups: dict[str, list] = {}
        for country in sorted_by_name(Country.objects.select_related("subregion__parent")):
            region = country.subregion.parent if country.subregion else None
            groups.setdefault(str(region or gettext("Other")), []).append((country.code, country.local.name))
        return {self.name: sorted_by_name(groups.items(), name=itemgetter(0))}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Objectives(Keys):
    """Objectives by number. The first is the main one, and the form asks for it by itself."""

    others_section: str
    """Slug of the section that asks for the other objectives."""
    others_help_text: Any

    def json_schema(self):
        return super().json_schema() | {"minItems": 1}

    def form_fields(self):
        return {
            "objective": KeyField(
                other_names=partial(names_of, self.model),
                **self._form_options() | {"label": _("Main objective")},
            ),
            "other_objectives": KeysField(
                self.model, number=True, label=_("Other objectives"), help_text=self.others_help_text
            ),
        }

    def form_sections(self):
        return {"objective": self.section, "other_objectives": self.others_section}

    def choices(self):
        options = _options(self.model)
        return {
            "objective": [("", _("Choose an objective")), *options],
            "other_objectives": options,
        }

    def to_form(self, value):
        numbers = [str(number) for number in value]
        return {"objective": numbers[0] if numbers else "", "other_objectives": numbers[1:]}

    def from_cell(self, text, form_fields):
        main, *others = form_fields["other_objectives"].from_cell(text) or [""]
        return {"objective": main, "other_objectives": others}

    def from_form(self, cleaned, base):
        if not cleaned.get("objective"):
            return []
        main = int(cleaned["objective"])
        others = cleaned.get("other_objectives", base[1:])
        return [main, *(number for number in others if number != main)]

    def heading(self, values):
        return ngettext("Objective", "Objectives", len(values[self.name]))

    def items(self, values):
        main, *others = super().items(values) or [None]
        if not others:
            return [main] if main else []
        return [dataclasses.replace(main, note=_("main")), *others]


def _options(model: type[Taxonomy]) -> list[tuple[str, str]]:
    rows: list[Any] = list(model.objects.all())
    return [(str(getattr(row, model.NATURAL_KEY)), str(row)) for row in rows]
