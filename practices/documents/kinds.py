"""Kinds of field of a practice document, and how each is validated, asked for, stored, shown and compared.

A field itself is declared in `fields.py`. A kind implements the abstract methods of `Field` and overrides those in
which it differs.
"""

import dataclasses
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import Enum, auto
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from practices.core.collation import sorted_by_name
from practices.core.sources import host_of, name_of_page, names_of_pages
from practices.documents.country_fields import CountryKeysField
from practices.documents.form_fields import (
    FiguresField,
    KeyField,
    KeysField,
    LanguageField,
    LineField,
    LinesField,
    PlainTextField,
    TagsField,
    WebAddressField,
    YearField,
)
from practices.documents.lookup import names_of, rows_named, tags_for, tags_named
from practices.documents.widgets import FIGURE_PARTS
from practices.models import Country, Taxonomy, text_direction

_BETWEEN_ENTRIES = re.compile("\n|; ")
"""Separator of the entries of a list in the cell of a table."""
LINE_LENGTH = 200
TEXT_LENGTH = 20_000
URL_LENGTH = 500
FIRST_YEAR, LAST_YEAR = 1000, 2100

type Values = Mapping[str, Any]
"""Values of a document by field, with keys resolved to rows and dates parsed: see `Field.resolve`."""


TRANSLATED = "translated into"
"""Key among values, beside the fields: field → language of its text, where that is not the language of the practice."""


def language_of(name: str, values: Values) -> str:
    """Return the code of the language in which a field is written."""
    return values.get(TRANSLATED, {}).get(name, values["language"])


class Display(Enum):
    """The part of a practice page that shows a field."""

    FACT = auto()
    """The grid of facts."""
    TEXT = auto()
    """The text, under a heading of its own."""
    TEMPLATE = auto()
    """A place of its own, which the template gives it: the title, the objectives, the credit line."""


class Diff(Enum):
    """Units in which two values are compared."""

    WORDS = auto()
    ITEMS = auto()
    WHOLE = auto()


class Layout(Enum):
    """Arrangement of the items of a fact."""

    LINE = "line"
    LIST = "list"
    WORDS = "words"
    """Short words, each of which may lead to the practices that share it."""
    ADDRESS = "address"
    FIGURES = "figures"
    """Numbers in large print, each with its meaning."""
    LEVEL = "level"
    """A level of evidence: dots, its name and what it means."""


@dataclasses.dataclass(frozen=True)
class Item:
    """One value in words, with where it leads."""

    text: str
    url: str = ""
    """Address of its own page, here or on another site, or of the practices that share it."""
    is_filter: bool = False
    """True if the address is the listing of the practices that share the value."""
    note: Any = ""
    prose: str = ""
    """The look that the `prose` filter gives a text of several lines, "plain" or "linked"; empty for any other value."""
    language: str = dataclasses.field(default="", compare=False)
    """Code of the language of what its author wrote; empty for other values."""

    @property
    def direction(self) -> str:
        return text_direction(self.language)

    @property
    def host(self) -> str:
        """Host name of an address on another site; empty for a page of this one."""
        return host_of(self.url)


@dataclasses.dataclass(frozen=True)
class Field(ABC):
    """A field of the document, and the column or relation of `Practice` of the same name."""

    name: str
    label: Any
    _: dataclasses.KW_ONLY
    help_text: Any = ""
    meaning: Any = ""
    """Content of the field in one sentence, for people who use the data."""
    example: Any = None
    """A value as a document has it."""
    empty: Any = ""
    required_message: Any = ""
    """Error message where the value is missing; empty for an optional field."""
    section: str = ""
    """Slug of the section of the submission form that asks for it; see `sections.py`."""
    not_asked: str = ""
    """Reason why the submission form does not ask for it."""
    short_label: Any = ""
    """Label among the facts of a practice page, where it differs."""
    display: Display = Display.FACT
    """Its group decides where it is in one."""
    is_result: bool = False
    """True if a practice page shows it among the results, which it sets apart."""
    is_minor: bool = False
    """True for a fact that a phone folds under “More facts”."""
    not_compared: str = ""
    """Reason why the comparison of practices has no row for it."""
    updatable: bool = True
    """True if an update may change it; otherwise the published value stays."""

    diff: ClassVar = Diff.WHOLE
    layout: ClassVar = Layout.LINE
    is_free_text: ClassVar[bool] = False
    """True if people type it, so that its script and direction may differ from the page's."""
    is_translatable: ClassVar[bool] = False
    """True if it is written in a language, so that a translation of the practice has a text of its own for it."""

    def is_whole(self, translated: Any, original: Any) -> bool:
        """Return whether a translation has all of an original, so that readers of it miss nothing."""
        return True

    def __post_init__(self) -> None:
        if bool(self.section) == bool(self.not_asked):
            raise ValueError(f"{self.name}: give the section that asks for it, or the reason why none does")

    @property
    def names(self) -> list[str]:
        return [self.name]

    @property
    def unsaid(self) -> Any:
        """Value that `fingerprint` leaves out, as it says nothing."""
        return self.empty

    @property
    def required(self) -> bool:
        return bool(self.required_message)

    # Validation and form

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the value."""

    @abstractmethod
    def form_field(self) -> forms.Field:
        """Build the form field that asks for the value."""

    def form_fields(self) -> dict[str, forms.Field]:
        """Return the form fields that ask for the value, by name."""
        return {self.name: self.form_field()}

    def form_sections(self) -> dict[str, str]:
        """Return the slug of the section of each form field."""
        return {self.name: self.section}

    def choices(self) -> dict[str, list]:
        """Return the options that form fields take from the reference data."""
        return {}

    def to_form(self, value: Any) -> dict[str, Any]:
        """Return the values of the form fields that stand for `value`."""
        return {self.name: value}

    def from_form(self, cleaned: Mapping[str, Any], base: Any) -> Any:
        """Return the value that the cleaned form fields stand for; `base` is the value so far."""
        return cleaned.get(self.name, self.empty)

    def from_cell(self, text: str, form_fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of the form fields that the cell of a table stands for, unchecked.

        `form_fields`: fields of a form that has its choices, by name.
        """
        return {self.name: text}

    def _form_options(self) -> dict[str, Any]:
        messages = {"required": self.required_message} if self.required else {}
        return {
            "label": self.label,
            "help_text": self.help_text,
            "required": self.required,
            "error_messages": messages,
        }

    # Storage

    def column_value(self, value: Any) -> Any:
        """Return the value of the column of `Practice`."""
        return value

    # Display

    def resolve(self, value: Any) -> Any:
        """Return `value` as objects: rows for keys, a date for a day."""
        return value

    def heading(self, values: Values) -> str:
        return str(self.short_label or self.label)

    def texts(self, values: Values) -> list[str]:
        """Return the value in words, an entry for each item; empty when nothing is stated."""
        value = values[self.name]
        return [] if value in (None, "", []) else [str(value)]

    def note(self, values: Values) -> str:
        """Return what stands in small print below the value among the facts."""
        return ""

    def searchable(self, values: Values) -> list[str]:
        """Return the words by which search finds the value."""
        return self.texts(values)

    def items(self, values: Values) -> list[Item]:
        """Return the value in words, with links."""
        language = language_of(self.name, values) if self.is_free_text else ""
        return [Item(text, language=language) for text in self.texts(values)]


class RelationMixin(ABC):
    """Kind of field for which `Practice` has a many-to-many relation instead of a column."""

    @abstractmethod
    def related_rows(self, values: Sequence[Any]) -> Sequence[Sequence[Model]]:
        """Return for each value the rows to relate, in order."""


# Text -------------------------------------------------------------------------------------


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
        return _array({"type": "string", "maxLength": self.max_length}, self.max_items)

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
        return _array(tag, self.max_items)

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
            Item(name, _listing(tag=tags[name].slug), is_filter=True) if name in tags else Item(name)
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
        return _array(figure, self.max_items)

    def form_field(self):
        return FiguresField(max_items=self.max_items, **self._form_options())

    def to_form(self, value):
        return {self.name: [figure.get(part, "") for figure in value for part in FIGURE_PARTS]}

    def from_cell(self, text, form_fields):
        """A figure per line, as in the template, or figures with all their parts between semicolons, as in exports."""
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


# Numbers and dates ------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, kw_only=True)
class Year(Field):
    empty: Any = None
    is_end: bool = False
    """True for the year in which something ended, where “ongoing” means that there is none."""

    def json_schema(self):
        return {"type": ["integer", "null"], "minimum": FIRST_YEAR, "maximum": LAST_YEAR}

    def form_field(self):
        return YearField(
            min_value=FIRST_YEAR, max_value=LAST_YEAR, is_end=self.is_end, **self._form_options()
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Day(Field):
    """A date, as ISO 8601 text."""

    empty: Any = None

    def json_schema(self):
        return {"type": ["string", "null"], "format": "date"}

    def form_field(self):
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **self._form_options())

    def from_form(self, cleaned, base):
        day = cleaned.get(self.name)
        return day.isoformat() if day else None

    def column_value(self, value):
        return self.resolve(value)

    def resolve(self, value):
        return date.fromisoformat(value) if value else None


# Choices ----------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One value of a fixed vocabulary. Where `empty` is one of them, it cannot be left blank."""

    options: Sequence[tuple[str, Any]]
    blank_is_valid: bool = True
    """True if the schema accepts empty text."""

    def json_schema(self):
        blank = [""] if self.blank_is_valid else []
        return {"type": "string", "enum": [*blank, *(value for value, _label in self.options)]}

    def form_field(self):
        blank = [] if self.empty else [("", _("Not stated"))]
        options = self._form_options()
        return KeyField(choices=[*blank, *self.options], initial=self.empty or None, **options)

    def from_form(self, cleaned, base):
        value = cleaned.get(self.name, self.empty)
        return base if self.empty and not value else value

    def texts(self, values):
        value = values[self.name]
        return [str(dict(self.options).get(value, value))] if value else []


@dataclasses.dataclass(frozen=True, kw_only=True)
class WrittenIn(Choice):
    """The language of the text. The form reads it from the text where nobody chose one."""

    offered: Sequence[tuple[Any, Sequence[tuple[str, Any]]]]
    """Choices of the form, in groups. `options` also has languages that could be chosen once."""
    blank_is_valid: bool = False

    @property
    def unsaid(self):
        """English, which every text was in before forms and files were asked."""
        return "en"

    def form_field(self):
        return LanguageField(choices=self.offered, known=dict(self.options), **self._form_options())

    def from_form(self, cleaned, base):
        return cleaned.get(self.name) or base


# Keys of the reference data ---------------------------------------------------------------


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
        return [Item(str(row), _listing(**{self.parameter: key}), is_filter=True)]


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
            return _array({"type": "integer", "minimum": 1, "maximum": self.last}, self.max_items)
        return _array({"type": "string", "pattern": self.pattern}, self.max_items)

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


def _listing(**filters: str) -> str:
    """Return the address of the practices that pass these filters."""
    return f"{reverse('practices:practice-list')}?{urlencode(filters)}"


def _array(items: dict[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "maxItems": most, "uniqueItems": True}


def _options(model: type[Taxonomy]) -> list[tuple[str, str]]:
    rows: Iterable[Any] = model.objects.all()
    return [(str(getattr(row, model.NATURAL_KEY)), str(row)) for row in rows]
