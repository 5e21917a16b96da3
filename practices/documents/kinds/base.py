"""The base of all kinds of field."""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.db.models import Model
from django.urls import reverse

from practices.core.sources import host_of
from practices.models import text_direction

LINE_LENGTH = 200
TEXT_LENGTH = 20_000
URL_LENGTH = 500

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


def listing(**filters: str) -> str:
    """Return the address of the practices that pass these filters."""
    return f"{reverse('practices:practice-list')}?{urlencode(filters)}"


def array(items: dict[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "maxItems": most, "uniqueItems": True}
