"""Addresses in a text that people typed, as links."""

import re
from urllib.parse import urlsplit

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from practices.core.addresses import readable
from practices.core.web_addresses import without_sentence_end

register = template.Library()

_ADDRESS = re.compile(
    r"https?://[^\s<>\"'“”«»\u3000-\u3002\u3008-\u3011\uff01-\uff0f\uff1a-\uff20،؛؟۔।॥።፣፤]+", re.IGNORECASE
)
"""A whole web address, perhaps with the punctuation of its sentence. Other schemes and `www.` alone stay text."""


register.filter("readable_address", readable)


@register.filter
def linked(text, shown="address"):
    """Return `text`, escaped, with its web addresses as links. They show the address or, with "host", only its host."""
    pieces, end = [], 0
    for match in _ADDRESS.finditer(text):
        address = without_sentence_end(match[0])
        if not address.endswith("/") or address.count("/") > 2:  # "https://" has no host
            link = format_html(
                '<a href="{}" rel="nofollow noopener">{}</a>',
                address,
                _host(address) if shown == "host" else address,
            )
            pieces += [conditional_escape(text[end : match.start()]), link]
            end = match.start() + len(address)
    return mark_safe("".join([*pieces, conditional_escape(text[end:])]))  # noqa: S308 - each part is escaped


def _host(address):
    try:
        return urlsplit(address).hostname or address
    except ValueError:  # what people type may be no address, such as https://[
        return address
