"""Cells of the admin's lists that carry the heading of their column, for screens too narrow for a table."""

from django import template
from django.utils.html import escape, strip_tags
from django.utils.safestring import mark_safe
from django.utils.text import capfirst

register = template.Library()

EMPTY = {"", "-", "–", "&nbsp;"}
"""Texts of cells that say nothing, which cards leave out."""


@register.filter
def labelled(results, headers):
    """Return the rows of a list, each cell with its column's heading in an attribute.

    Django makes each cell as a whole; only the start of its tag is changed.
    """
    labels = ["" if "checkbox" in header["class_attrib"] else header["text"] for header in headers]
    return [[_labelled(str(cell), label) for cell, label in zip(row, labels, strict=True)] for row in results]


def _labelled(cell, label):
    if not label:
        return mark_safe(cell)  # noqa: S308 (Django's own, as it came)
    is_empty = strip_tags(cell).strip() in EMPTY and "<img" not in cell
    attributes = f'data-label="{escape(capfirst(label))}"{" data-empty" if is_empty else ""}'
    return mark_safe(cell.replace("<td ", f"<td {attributes} ", 1))  # noqa: S308 (the label is escaped)
