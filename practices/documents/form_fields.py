"""Form fields: text, lists, key figures, keys of a taxonomy, web addresses. Their widgets are in `widgets`."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from itertools import chain
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.choices import flatten_choices
from django.utils.text import format_lazy
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from practices.core import languages
from practices.core.plain_text import has_words, plain
from practices.core.titles import folded, tag_key
from practices.core.web_addresses import clean_address, count_addresses, starts_like_address
from practices.documents import years_in_words
from practices.documents.lookup import names_of, offered_tags
from practices.documents.widgets import (
    FIGURE_PARTS,
    LONGEST_SHOWN,
    Checkboxes,
    Dropdown,
    FigureRows,
    OfferedNames,
    figure_rows,
    start_of,
)

NO_TEXT_OF_A_CELL = re.compile(
    r"#(?:[A-Z]+[!?]|N/A|DIV/0!)|=(?:[$A-Z]+\$?\d|[A-Z.]+\(|[('\"+-]|[\d.]+[-+*/^&]).*", re.DOTALL
)
"""An error such as “#REF!”, or a formula without its result, in the place of a text."""


class PlainTextField(forms.CharField):
    """Text without control characters. A line end is one character, as browsers count it."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("dir", "auto")  # Arabic typed into an English page reads right to left

    def to_python(self, value):
        return super().to_python(plain(str(value)) if value not in self.empty_values else value)

    def validate(self, value):
        super().validate(value)
        if NO_TEXT_OF_A_CELL.fullmatch(value.strip()):
            message = _(
                "“%(value)s” is an error or a formula of a spreadsheet. Please replace it with its text."
            )
            raise ValidationError(message % {"value": value.strip()[:LONGEST_SHOWN]})


class LineField(PlainTextField):
    """Text on one line, with white space collapsed. It has a letter or a digit."""

    def prepare_value(self, value):
        """Collapse white space: browsers leave out the line breaks of a cell, and its words would run together."""
        return " ".join(value.split()) if isinstance(value, str) else value

    def to_python(self, value):
        return " ".join(super().to_python(value).split())

    def validate(self, value):
        super().validate(value)
        if value and not has_words(value):
            message = (
                _("“%(value)s” has no letters or digits. Please correct it.")
                if self.required
                else _("“%(value)s” has no letters or digits. Please correct it, or leave this empty.")
            )
            raise ValidationError(message % {"value": value[:60]})


LIST_MARK = re.compile(r"^[-–—*·•‣◦▪●○] ")
"""Bullets and dashes that word processors and people put before each entry of a list."""


class LinesField(PlainTextField):
    """A list of short texts, one per line, or all on one between semicolons. Keeps the order, drops repeats and marks."""

    separator = re.compile(r"\n")
    separator_on_one_line = re.compile(r"[;؛；]")
    joint = "\n"

    def __init__(self, *, max_items, item_length, **kwargs):
        super().__init__(**kwargs)
        self.max_items, self.item_length = max_items, item_length

    def prepare_value(self, value):
        return self.joint.join(map(str, value)) if isinstance(value, list) else value

    def entries(self, value):
        """Return the entries of what was typed, or of the list of a file."""
        parts = map(str, value) if isinstance(value, list) else self._split(super().clean(value))
        return [LIST_MARK.sub("", " ".join(plain(part).split())) for part in parts]

    def _split(self, typed):
        parts = self.separator.split(typed)
        if len(parts) > 1:
            return [part.rstrip(" ;؛；") for part in parts]
        return self.separator_on_one_line.split(typed)

    @staticmethod
    def key(entry):
        """Return what entries that are repeats of each other have in common."""
        return entry.casefold()

    def clean(self, value):
        entries: dict[str, str] = {}
        for entry in filter(None, self.entries(value)):
            entries.setdefault(self.key(entry), entry)
        if len(entries) > self.max_items:
            raise ValidationError(
                _("Enter no more than %(most)s entries. You have entered %(count)s.")
                % {"most": self.max_items, "count": len(entries)}
            )
        for entry in entries.values():
            if not has_words(entry):
                raise ValidationError(
                    _("“%(entry)s” contains no letters or digits. Please correct or remove it.")
                    % {"entry": entry[:60]}
                )
            if len(entry) > self.item_length:
                raise ValidationError(
                    _("“%(start)s…” has %(count)s characters. Please shorten it to %(most)s or fewer.")
                    % {"most": self.item_length, "start": entry[:30], "count": len(entry)}
                )
        return list(entries.values())


class TagsField(LinesField):
    """Tags, separated by commas or semicolons of any script, which no tag contains; without “#” and full stop."""

    widget = OfferedNames
    separator = re.compile("[,;\n،؛、，；]")
    joint = ", "
    key = staticmethod(tag_key)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.widget.names = partial(offered_tags, self.item_length)

    def prepare_value(self, value):
        """Return the tags on one line, as browsers leave out line breaks."""
        if isinstance(value, str):
            value = [part.strip() for part in value.splitlines() if part.strip()]
        return super().prepare_value(value)

    def entries(self, value):
        parts = value if isinstance(value, list) else [value or ""]
        entries = [entry for part in parts for entry in super(TagsField, self).entries(part)]
        return [_without_stop(entry.lstrip("# ")) for entry in entries]


def _without_stop(tag):
    """Return a tag without the punctuation of a sentence at its end; an abbreviation such as “U.S.” keeps its own."""
    bare = tag.rstrip(".!?:… ")
    return tag if "." in bare else bare


class FiguresField(forms.Field):
    """Key figures. Cleaned, a list of objects with the parts of FIGURE_PARTS; empty rows are left out."""

    widget = FigureRows
    cell_help = _("One per line: number | what it counts, and when | source.")
    """Help text for the cell of a spreadsheet."""

    def __init__(self, *, max_items, **kwargs):
        super().__init__(**kwargs)
        self.max_items = max_items
        self.is_address = URLValidator(schemes=["http", "https"])

    def clean(self, value):
        figures = self._figures(value)
        if len(figures) > self.max_items:
            raise ValidationError(
                _("Enter no more than %(most)s entries. You have entered %(count)s.")
                % {"most": self.max_items, "count": len(figures)}
            )
        faults = [fault for number, figure in figures.items() for fault in self._faults(number, figure)]
        if faults:
            raise ValidationError(faults)
        given = list(figures.values())
        return [figure for place, figure in enumerate(given) if figure not in given[:place]]

    def in_words(self, value):
        """Return what was typed, a line for each row that is not empty."""
        return "\n".join(" | ".join(figure.values()) for figure in self._figures(value).values())

    def has_changed(self, initial, data):
        return list(self._figures(initial).values()) != list(self._figures(data).values())

    def _figures(self, value):
        """Return the figures in rows that are not empty, by the place of the row, from 1."""
        values = value if isinstance(value, list | tuple) else [value or ""]
        rows = [[" ".join(plain(str(part)).split()) for part in row] for row in figure_rows(values)]
        figures = [dict(zip(FIGURE_PARTS, row, strict=True)) for row in rows]
        for figure in figures:
            if starts_like_address(figure["source"]):
                figure["source"] = clean_address(figure["source"])
        return {number: figure for number, figure in enumerate(figures, 1) if any(figure.values())}

    def _faults(self, number, figure):
        if not figure["number"]:
            yield _("Figure %(row)s has no number. Please add it, or clear the row.") % {"row": number}
        if not figure["meaning"]:
            yield _("Figure %(row)s does not say what it counts. Please add it, or clear the row.") % {
                "row": number
            }
        for name, (_label, most, _is_required) in FIGURE_PARTS.items():
            if len(figure[name]) > most:
                yield _(
                    "Figure %(row)s: “%(start)s…” has %(count)s characters. Please shorten it to %(most)s or fewer."
                ) % {
                    "row": number,
                    "start": figure[name][:30],
                    "most": most,
                    "count": len(figure[name]),
                }
        if figure["source"].lower().startswith(("http:", "https:")):
            try:
                self.is_address(figure["source"])
            except ValidationError:
                yield _("Figure %(row)s: the web address of the source is not valid. Please correct it.") % {
                    "row": number
                }


_SPAN = re.compile(r"\D*(\d{4})\D+(\d{4}|(?<=[-–/])\d\d)\D*")
_MONTH, _WORD = r"(?:0?[1-9]|1[0-2])", r"[^\W\d_]+\.?"
_DATES = [
    rf"(\d{{4}})[-/]{_MONTH}",  # 2019-05
    rf"(\d{{4}})[-./]{_MONTH}[-./]\d{{1,2}}(?:[T ].*)?",  # 2019-05-01, also with a time
    r"\d{1,2}[-./]\d{1,2}[-./](\d{4})(?: .*)?",  # 1.5.2019
    rf"\d{{1,2}}\.?[- ]?{_WORD}[- ]?(\d{{4}})",  # 1 May 2019
    rf"{_WORD} \d{{1,2}}, (\d{{4}})",  # May 1, 2019
    r"(\d{4}) ?[年년](?: ?\d{1,2} ?[月월](?: ?\d{1,2} ?[日일])?)?",  # 2019年, 2019年5月1日
]
_DATE = re.compile("|".join(_DATES))


class YearField(forms.IntegerField):
    """A year of a range, or a date, which stands for its year, as spreadsheets make dates of what is typed.

    Whatever else is entered gets one message, which names the range. It stays in the box, which is one for text, as
    browsers leave out of a box for numbers what is none.
    """

    widget = forms.TextInput

    def __init__(self, *, min_value, max_value, is_end=False, **kwargs):
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)
        self.is_end = is_end
        message = format_lazy(
            _("Enter a year from {first} to {last}, such as 2019."), first=min_value, last=max_value
        )
        self.error_messages["invalid"] = message
        limits: Iterable[Any] = self.validators
        for limit in limits:
            limit.message = message
        self.widget.attrs |= {"inputmode": "numeric", "data-year": True}

    def prepare_value(self, value):
        return self._year_of(value)

    def to_python(self, value):
        year = self._year_of(value)
        if isinstance(year, str) and (span := _SPAN.fullmatch(year.strip())):
            first, last = span[1], f"{span[1][: -len(span[2])]}{span[2]}"
            message = _("Enter one year here. For %(first)s to %(last)s, write %(one)s.")
            raise forms.ValidationError(
                message % {"first": first, "last": last, "one": last if self.is_end else first}
            )
        return super().to_python(year)

    def _year_of(self, value):
        """Return the year of a date that was typed, also in words; any other value as it is."""
        text = str(value).strip()
        if date := _DATE.fullmatch(text):
            return next(filter(None, date.groups()))
        if self.is_end and years_in_words.is_still_running(text):
            return ""
        return years_in_words.year_in(text, is_end=self.is_end) or value


class NamedChoices(forms.ChoiceField):
    """Choices that may be given by their keys, their labels or other names, whatever the case, accents and punctuation.

    Labels are known in all languages, because a spreadsheet may be uploaded on the page of another one than it was made
    on. Anything else stays as it was typed.
    """

    default_error_messages = {
        "invalid_choice": _("“%(value)s” is not one of the choices. Please choose from the list.")
    }

    def __init__(self, *, other_names: Callable[[], Mapping[str, str]] = dict, **kwargs):
        """Take `other_names`, a function that returns keys by further names, which are folded."""
        super().__init__(**kwargs)
        self.other_names = other_names

    def __deepcopy__(self, memo):
        copied = forms.Field.__deepcopy__(self, memo)  # choices are set as a whole, so copies may share them
        copied.__dict__.pop("_names", None)  # each form sets choices of its own
        return copied

    def key_of(self, text: Any) -> str:
        """Return the key of the choice that `text` names; `text` itself if it names none."""
        text = str(text).strip()
        if not text or self.valid_value(text):
            return text
        name = folded(text)
        if name.isdecimal() and text.strip(" .:()#") != name:  # such as “²” and “-1”
            return text
        return self._names.get(name, self._names.get(_ABOUT_NUMBERS.sub("", name), text))

    def validate(self, value):
        """Name each value that is none of the choices."""
        forms.Field.validate(self, value)
        for key in value if isinstance(value, list) else [value]:
            if key and not self.valid_value(key):
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": start_of(key)},
                )

    @cached_property
    def _names(self) -> dict[str, str]:
        """The keys of the choices by each folded name that only one of them has.

        What a name means in English or the active language goes before what it means in others.
        """
        offered: Any = self.choices
        flat: Iterable[tuple[Any, Any]] = flatten_choices(offered)
        choices = [(str(key), label) for key, label in flat]
        named = {code: [*_labels_in(code, choices)] for code, _name in settings.LANGUAGES}
        first = [*named.pop("en", ()), *named.pop(get_language() or "", ())]
        first += [(folded(name), key) for key, label in choices for name in (key, str(label))]
        own = _unique((*first, *self.other_names().items()))
        return _unique(chain.from_iterable(named.values())) | own


def _labels_in(language: str, choices: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, str]]:
    with override(language):
        return [(folded(str(label)), key) for key, label in choices]


def _unique(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return name → key, without names of several keys."""
    keys: dict[str, set[str]] = {}
    for name, key in named:
        keys.setdefault(name, set()).add(key)
    return {name: min(found) for name, found in keys.items() if name and len(found) == 1}


_ABOUT_NUMBERS = re.compile(
    r"^(?:(?:un|gcm|sdg|odd|ods|global compact|objective|objectif|objetivo|goal|principle|number|no)s? ?"
    r"|(?:цель|цели|цур|目标|هدف|الهدف) ?)+(?=\w)"
)
"""Words before a number or title, as in “GCM objective 21” and “SDG 8”, in a folded name."""


class KeyField(NamedChoices):
    """One of the choices, by its key."""

    widget = Dropdown

    def prepare_value(self, value):
        return value if value in self.empty_values else self.key_of(value)

    def to_python(self, value):
        return self.key_of(super().to_python(value))

    def from_cell(self, text: str) -> list[str]:
        """Return what a browser would send for the cell of a spreadsheet."""
        return [self.key_of(text)]


class KeysField(NamedChoices, forms.MultipleChoiceField):
    """Rows of a taxonomy by their keys, in the order given."""

    widget = Checkboxes

    def __init__(self, model, *, number=False, **kwargs):
        kwargs.setdefault("required", False)
        super().__init__(other_names=partial(names_of, model), **kwargs)
        self.model, self.number = model, number

    def prepare_value(self, value):
        if isinstance(value, list | tuple):
            return [self.key_of(key) for key in value]
        return value if value in self.empty_values else self.key_of(value)

    def clean(self, value):
        keys = super().clean(list(map(self.key_of, value)) if isinstance(value, list | tuple) else value)
        unique = list(dict.fromkeys(filter(None, keys)))
        return [int(key) for key in unique] if self.number else unique

    def from_cell(self, text: str) -> list[str]:
        """Return what a browser would send for the cell of a spreadsheet.

        Choices are separated by semicolons, line breaks, or commas, which some of their names contain too.
        """
        keys = [key.strip() for part in _BETWEEN_CHOICES.split(text) for key in self._keys_in(part)]
        return list(dict.fromkeys(filter(None, keys)))

    def _keys_in(self, text: str) -> Iterable[str]:
        """Yield the longest names that there are in `text`, and what stands between them."""
        pieces = re.split("[,،、，]", text, maxsplit=MOST_PIECES)
        unknown: list[str] = []
        start = 0
        while start < len(pieces):
            ends = range(min(len(pieces), start + MOST_COMMAS), start, -1)
            keys = ((self.key_of(",".join(pieces[start:end])), end) for end in ends)
            key, end = next(((key, end) for key, end in keys if self.valid_value(key)), ("", start + 1))
            if key:
                yield from (",".join(unknown), key)
            unknown = [] if key else [*unknown, pieces[start]]
            start = end
        yield ",".join(unknown)


_BETWEEN_CHOICES = re.compile("[;\n؛；]")
MOST_COMMAS = 6
"""Commas in a name of a choice, and one more."""
MOST_PIECES = 100
"""Commas by which a cell is divided, as each costs time."""


class LanguageField(KeyField):
    """A language by code or name, and one that could be chosen once. The form reads it from the text if left blank."""

    detected = ""
    """Code that the form has read from its texts, if nobody chose one."""

    def __init__(self, *, choices, known, **kwargs):
        """Take the `choices` in groups, and `known`, the label of each valid code."""
        super().__init__(choices=[("", _("Detect it from the text")), *choices], **kwargs)
        self.known = known
        self.offered = {code for _group, members in choices for code, _label in members}

    def key_of(self, text):
        code = languages.code_of(str(text).strip())
        return code if code in self.known else super().key_of(text)

    def offer_first_group(self):
        """Offer fewer languages: those of the first group, and the one that is chosen. All stay valid."""
        choices: Any = self.choices
        blank, (group, members), *_others = choices
        self.choices = [blank, (group, members)]
        self.offered = {code for code, _label in members}

    def valid_value(self, value):
        return value in self.known

    def bound_data(self, data, initial):
        return data or self.detected

    def get_bound_field(self, form, field_name):
        """Add a language that is not offered any more to the choices where it is chosen."""
        bound = super().get_bound_field(form, field_name)
        code = bound.value()
        if code in self.known.keys() - self.offered:
            offered: Any = self.choices
            self.choices = [*offered, (code, self.known[code])]
        return bound


class WebAddressField(LineField):
    """An http or https address, as `core.web_addresses.clean_address` reads it."""

    default_error_messages = {
        "invalid": _("Enter one web address, such as https://example.org/report."),
        "several": _("Enter one web address here, and the others under “Resources and links”."),
    }

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.validators.append(
            URLValidator(schemes=["http", "https"], message=self.error_messages["invalid"])
        )
        self.widget.input_type = "url"

    def to_python(self, value):
        return clean_address(super().to_python(value))

    def validate(self, value):
        super().validate(value)
        if count_addresses(value) > 1:
            raise ValidationError(self.error_messages["several"], code="several")
