"""Kinds of field for years, days, and choices from a fixed vocabulary."""

import dataclasses
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from practices.documents.form_fields import (
    KeyField,
    LanguageField,
    YearField,
)
from practices.documents.kinds.base import (
    Field,
)

FIRST_YEAR, LAST_YEAR = 1000, 2100


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
