"""Addresses in a text that people typed, as links."""

import re
from urllib.parse import urlsplit

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from practices.core.addresses import readable

register = template.Library()

_ADDRESS = re.compile(r"(https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]}»”’])")
"""Whole web addresses alone: what merely looks like one, or has another scheme, stays text."""


register.filter("readable_address", readable)


@register.filter
def linked(text, shown="address"):
    """Return `text`, escaped, with its web addresses as links. They show the address or, with "host", only its host."""
    parts = _ADDRESS.split(text)
    return mark_safe(  # noqa: S308 - each part is escaped
        "".join(
            format_html(
                '<a href="{}" rel="nofollow noopener">{}</a>',
                part,
                _host(part) if shown == "host" else part,
            )
            if place % 2
            else conditional_escape(part)
            for place, part in enumerate(parts)
        )
    )


def _host(address):
    try:
        return urlsplit(address).hostname or address
    except ValueError:  # what people type may be no address, such as https://[
        return address
