"""Addresses in a text that people typed, as links."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from practices.core.addresses import readable
from practices.core.sources import host_of, name_of_page, named_address
from practices.core.web_addresses import pieces

register = template.Library()


register.filter("readable_address", readable)


@register.filter
def linked(text, names=None):
    """Return `text`, escaped, with its web addresses as links. With `names` of pages, they show what they lead to."""
    parts = (
        _link(address, names) if address else conditional_escape(piece) for piece, address in pieces(text)
    )
    return mark_safe("".join(parts))  # noqa: S308 - each part is escaped


def _link(address, names):
    name = address if names is None else name_of_page(address, names)
    return format_html('<a href="{}" rel="nofollow noopener">{}</a>', address, name)


def linked_line(line):
    """Return a line of text, escaped, with links. “Name: address” becomes a link of that name beside its host."""
    if named := named_address(line):
        name, address = named
        link = '<a href="{}" rel="nofollow noopener">{}</a> <small>{}</small>'
        return format_html(link, address, name, host_of(address))
    return linked(line)
