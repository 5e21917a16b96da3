"""Kinds of field for what people type: texts, lists, tags, web addresses, key figures."""

import dataclasses
import re
from itertools import chain
from typing import Any, ClassVar

from django import forms

from practices.core.sources import name_of_page, names_of_pages
from practices.documents.form_fields import (
    FiguresField,
    LineField,
    LinesField,
    PlainTextField,
    TagsField,
    WebAddressField,
)
from practices.documents.kinds.base import (
    LINE_LENGTH,
    TEXT_LENGTH,
    URL_LENGTH,
    Diff,
    Display,
    Field,
    Item,
    Layout,
    RelationMixin,
    array,
    language_of,
    listing,
)
from practices.documents.lookup import tags_for, tags_named
from practices.documents.widgets import FIGURE_PARTS

_BETWEEN_ENTRIES = re.compile("[\n;؛；]")
"""Separators of the entries of a list in the cell of a table, with or without a space after them."""
_TRAILING = " ;؛；"
"""Separators that people leave after the last entry of a line or a cell."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class TypedText(Field):
    max_length: int = LINE_LENGTH

    diff: ClassVar = Diff.WORDS
    is_free_text: ClassVar = True
    is_translatable: ClassVar = True

    def json_schema(self):
        shortest = {"minLength": 1} if self.required else {}
        return {"type": "string", **shortest, "maxLength": self.max_length}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Line(TypedText):
    """Text on one line."""

    def form_field(self):
        return LineField(max_length=self.max_length, **self._form_options())


@dataclasses.dataclass(frozen=True, kw_only=True)
class Text(TypedText):
    """Text on several lines."""

    max_length: int = TEXT_LENGTH
    rows: int = 5
    """Height of its box on the form."""
    display: Display = Display.TEXT
    has_links: bool = False
    """True if pages turn addresses in it into links."""

    def form_field(self):
        widget = forms.Textarea(attrs={"rows": self.rows})
        return PlainTextField(max_length=self.max_length, widget=widget, **self._form_options())

    def items(self, values):
        prose = "linked" if self.has_links else "plain"
        language = language_of(self.name, values)
        return [Item(text, prose=prose, language=language) for text in self.texts(values)]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Lines(Field):
    """List of short texts."""

    max_items: int
    max_length: int = LINE_LENGTH
    empty: Any = dataclasses.field(default_factory=list)

    diff: ClassVar = Diff.ITEMS
    layout: ClassVar = Layout.LIST
    is_free_text: ClassVar = True

    def json_schema(self):
        return array({"type": "string", "maxLength": self.max_length}, self.max_items)

    def form_field(self):
        return LinesField(
            max_items=self.max_items,
            item_length=self.max_length,
            widget=forms.Textarea(attrs={"rows": 3}),
            **self._form_options(),
        )

    def from_cell(self, text, form_fields):
        return {self.name: _BETWEEN_ENTRIES.split(text)}

    def texts(self, values):
        return list(values[self.name])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Tags(RelationMixin, Lines):
    """Tags by name. New ones are created."""

    layout: ClassVar = Layout.WORDS

    def json_schema(self):
        tag = {"type": "string", "maxLength": self.max_length, "pattern": "^[^,;،؛、，；]*$"}
        return array(tag, self.max_items)

    def form_field(self):
        return TagsField(max_items=self.max_items, item_length=self.max_length, **self._form_options())

    def related_rows(self, values):
        tags = tags_for(list(dict.fromkeys(chain.from_iterable(values))))
        return [list(dict.fromkeys(tags[name] for name in names)) for names in values]

    def items(self, values):
        """One query."""
        names = values[self.name]
        tags = tags_named(names)
        return [
            Item(name, listing(tag=tags[name].slug), is_filter=True) if name in tags else Item(name)
            for name in names
        ]


@dataclasses.dataclass(frozen=True, kw_only=True)
class WebAddress(Field):
    named_in: str
    """Field whose lines may name the page: see `names_of_pages`."""

    layout: ClassVar = Layout.ADDRESS

    def json_schema(self):
        return {"type": "string", "maxLength": URL_LENGTH, "pattern": "^(https?://.+)?$"}

    def form_field(self):
        return WebAddressField(max_length=URL_LENGTH, **self._form_options())

    def items(self, values):
        names = names_of_pages(values[self.named_in])
        return [Item(name_of_page(url, names), url) for url in self.texts(values)]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Figures(Field):
    """Numbers, each with what it counts and the source that says so: an address or a citation."""

    max_items: int
    empty: Any = dataclasses.field(default_factory=list)
    display: Display = Display.TEMPLATE

    diff: ClassVar = Diff.ITEMS
    layout: ClassVar = Layout.FIGURES
    is_free_text: ClassVar = True
    is_translatable: ClassVar = True

    def is_whole(self, translated, original):
        return len(translated) == len(original)

    def json_schema(self):
        number, meaning, source = (
            {"type": "string", "minLength": int(is_required), "maxLength": length}
            for _label, length, is_required in FIGURE_PARTS.values()
        )
        figure = {
            "type": "object",
            "properties": {"number": number, "meaning": meaning, "source": source},
            "required": ["number", "meaning"],
            "additionalProperties": False,
        }
        return array(figure, self.max_items)

    def form_field(self):
        return FiguresField(max_items=self.max_items, **self._form_options())

    def to_form(self, value):
        return {self.name: [figure.get(part, "") for figure in value for part in FIGURE_PARTS]}

    def from_cell(self, text, form_fields):
        """A figure per line, as in the template, or figures with all their parts between semicolons, as in exports."""
        text = "\n".join(line.rstrip(_TRAILING) for line in text.split("\n"))
        if "\n" in text or text.count("|") < len(FIGURE_PARTS):
            return {self.name: [text]}
        parts = [part.strip() for part in text.split("|")]
        last = len(FIGURE_PARTS) - 1
        values: list[str] = []
        for place, part in enumerate(parts):
            is_boundary = 0 < place < len(parts) - 1 and place % last == 0
            values += [each.strip() for each in part.rsplit(";", 1)] if is_boundary else [part]
        return {self.name: values}

    def texts(self, values):
        sources = [figure["source"] for figure in values[self.name]]
        return [
            f"{text} ({source})" if source else text
            for text, source in zip(self.searchable(values), sources, strict=True)
        ]

    def items(self, values):
        """Link figures whose source is an address to it; others name their source in the text."""
        language = language_of(self.name, values)
        return [
            Item(f"{figure['number']} {figure['meaning']}", figure["source"], language=language)
            if figure["source"].startswith(("http://", "https://"))
            else Item(text, language=language)
            for figure, text in zip(values[self.name], self.texts(values), strict=True)
        ]

    def searchable(self, values):
        return [f"{figure['number']} {figure['meaning']}" for figure in values[self.name]]
