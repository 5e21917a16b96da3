"""Widgets of form fields: suggestions, rows of key figures, choices that keep what is none of them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from practices.core.plain_text import plain

LONGEST_SHOWN = 60
"""Characters of what was typed that a message or a choice repeats."""


class NamesArea(forms.Textarea):
    """A field for a list of names that wraps and grows. A script offers the names of `kind` while somebody types."""

    def __init__(self, kind: str):
        super().__init__({"rows": 2, "dir": "auto", "data-names": kind, "autocomplete": "off"})


class OfferedNames(forms.TextInput):
    """A line for a list of names, with suggestions."""

    names: Callable[[], Iterable[str]] = list
    """Function that returns the suggestions. Called by pages alone, as files need none."""

    def render(self, name, value, attrs=None, renderer=None):
        offered = f"{attrs['id']}_offered"
        line = super().render(name, value, {**attrs, "list": offered, "autocomplete": "off"}, renderer)
        options = format_html_join("", "<option>{}</option>", ((name,) for name in self.names()))
        return format_html('{}<datalist id="{}">{}</datalist>', line, offered, options)


class FigurePart(NamedTuple):
    label: Any
    max_length: int
    is_required: bool


FIGURE_PARTS = {
    "number": FigurePart(pgettext_lazy("key figure", "Number"), 20, True),
    "meaning": FigurePart(_("What it counts, and when"), 200, True),
    "source": FigurePart(_("Source: address or citation"), 500, False),
}
"""Parts of a key figure, in the order of its row in the form."""


def figure_rows(values: Sequence[str]) -> list[list[str]]:
    """Return the parts of each figure from the values of the inputs, row by row.

    A single value is the cell of a spreadsheet: a figure per line, its parts separated by “|”.
    """
    width = len(FIGURE_PARTS)
    if len(values) == 1:
        rows = [line.split("|", width - 1) for line in plain(str(values[0])).split("\n")]
    else:
        rows = [list(values[start : start + width]) for start in range(0, len(values), width)]
    return [[*row, *[""] * (width - len(row))] for row in rows]


class FigureRows(forms.Widget):
    """A row of inputs per figure. All have the name of the field, so that it is sent as one list of values."""

    template_name = "components/widgets/figure_rows.html"
    use_fieldset = True
    rows = 3

    def value_from_datadict(self, data, files, name):
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name)

    def value_omitted_from_data(self, data, files, name):
        return False

    def id_for_label(self, id_):
        return ""

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        prefix = context["widget"]["attrs"].get("id") or name
        typed = figure_rows(value or [])
        typed += [[""] * len(FIGURE_PARTS)] * (self.rows - len(typed))
        context["widget"]["rows"] = [
            [
                {"id": f"{prefix}_{number}_{part}", "value": typed_part, **FIGURE_PARTS[part]._asdict()}
                for part, typed_part in zip(FIGURE_PARTS, row, strict=True)
            ]
            for number, row in enumerate(typed, 1)
        ]
        return context


class KeepsUnknown(forms.widgets.ChoiceWidget):
    """Choices, and beside them any value that is none of them, chosen and marked.

    Without it, a browser would choose another value in its place.
    """

    unknown_group: Any = None
    """Name of the group of these values, if the choices are in named groups."""

    def optgroups(self, name, value, attrs=None):
        groups = super().optgroups(name, value, attrs)
        known = {str(option["value"]) for _name, options, _index in groups for option in options}
        unknown = [
            self.create_option(
                name,
                each,
                _("“%(value)s” (not one of the choices)") % {"value": start_of(each)},
                True,
                number,
            )
            for number, each in enumerate(value)
            if each and each not in known
        ]
        for option in unknown:
            option["attrs"]["data-unknown"] = True
        return [(self.unknown_group, unknown, 0), *groups] if unknown else groups


class Dropdown(KeepsUnknown, forms.Select):
    """A list of which one is chosen."""


class Checkboxes(KeepsUnknown, forms.CheckboxSelectMultiple):
    """Checkboxes in columns."""

    template_name = "components/widgets/checkboxes.html"


class Radios(KeepsUnknown, forms.RadioSelect):
    """Radio buttons in columns. Django's own template repeats the id of the field's group."""

    template_name = "components/widgets/checkboxes.html"


class GroupedCheckboxes(Checkboxes):
    """Checkboxes in collapsible groups. A group with a checked box is open."""

    template_name = "components/widgets/grouped_checkboxes.html"
    unknown_group = _("Not one of the choices")

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["groups_in_use"] = {
            group
            for group, options, _index in context["widget"]["optgroups"]
            if any(option["selected"] for option in options)
        }
        return context


def start_of(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
