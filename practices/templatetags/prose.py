"""Filter for texts of several lines that people typed."""

import re
from itertools import groupby

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import normalize_newlines

from practices.core.sources import named_address
from practices.templatetags.links import linked_line

register = template.Library()

_BULLET = re.compile(r"\s*(?:[-*•–−·●○■□▪▫◦‣⁃◻❑❖➢➔✓✗☐☑☒]\s+|o\t\s*)")
"""A bullet as people type it, or as office programs copy it: the hollow circle of Word is a letter o and a tab."""


@register.filter
def prose(text, how=""):
    """Return `text` as escaped paragraphs, and lists where lines begin with a bullet.

    "linked" makes addresses links, and lists of lines such as “Evaluation: https://…”.
    """
    is_linked = how == "linked"
    escape, is_item = (linked_line, _is_bullet_or_link) if is_linked else (conditional_escape, _BULLET.match)
    paragraphs = re.split(r"\n\s*\n", normalize_newlines(str(text)).strip())
    blocks = (_block(paragraph.split("\n"), escape, is_item) for paragraph in paragraphs)
    return mark_safe("".join(blocks))  # noqa: S308 - escaped


@register.filter
def with_code(text):
    """Return `text` escaped, with what stands in backticks as code, as descriptions in OpenAPI write it."""
    parts = str(text).split("`")
    marked = (format_html("<code>{}</code>" if index % 2 else "{}", part) for index, part in enumerate(parts))
    return format_html_join("", "{}", ((part,) for part in marked))


def _is_bullet_or_link(line):
    return _BULLET.match(line) or named_address(line)


def _block(lines, escape, is_item):
    """Return the HTML of the lines of a paragraph: runs of two or more items are lists."""
    parts = []
    for is_list, run in groupby(_runs(lines, is_item), key=lambda line: line[0]):
        if is_list:
            items = ((escape(_BULLET.sub("", line, count=1)),) for _is_list, line in run)
            parts.append(format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", items)))
        else:
            broken = mark_safe("<br>".join(escape(line) for _is_list, line in run))  # noqa: S308 - each is escaped
            parts.append(format_html("<p>{}</p>", broken))
    return "".join(parts)


def _runs(lines, is_item):
    """Yield (whether it is in a list, line) for each line."""
    for are_items, run in groupby(lines, key=lambda line: bool(is_item(line))):
        found = list(run)
        yield from ((are_items and len(found) > 1, line) for line in found)
