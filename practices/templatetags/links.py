"""Addresses in a text that people typed, as links."""

import re

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from practices.core.addresses import readable
from practices.core.sources import host_of, name_of_page, named_address
from practices.core.web_addresses import without_sentence_end

register = template.Library()

_ADDRESS = re.compile(
    r"https?://[^\s<>\"'“”«»\u3000-\u3002\u3008-\u3011\uff01-\uff0f\uff1a-\uff20،؛؟۔।॥።፣፤]+", re.IGNORECASE
)
"""A whole web address, perhaps with the punctuation of its sentence. Other schemes and `www.` alone stay text."""


register.filter("readable_address", readable)


@register.filter
def linked(text, names=None):
    """Return `text`, escaped, with its web addresses as links. With `names` of pages, they show what they lead to."""
    pieces, end = [], 0
    for match in _ADDRESS.finditer(text):
        address = without_sentence_end(match[0])
        if not address.endswith("/") or address.count("/") > 2:  # "https://" has no host
            link = format_html(
                '<a href="{}" rel="nofollow noopener">{}</a>',
                address,
                address if names is None else name_of_page(address, names),
            )
            pieces += [conditional_escape(text[end : match.start()]), link]
            end = match.start() + len(address)
    return mark_safe("".join([*pieces, conditional_escape(text[end:])]))  # noqa: S308 - each part is escaped


def linked_line(line):
    """Return a line of text, escaped, with links. “Name: address” becomes a link of that name beside its host."""
    if named := named_address(line):
        name, address = named
        link = '<a href="{}" rel="nofollow noopener">{}</a> <small>{}</small>'
        return format_html(link, address, name, host_of(address))
    return linked(line)
