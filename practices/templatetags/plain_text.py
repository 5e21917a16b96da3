"""Filters for characters: invisible ones in titles, attributes and plain text, and hyphens at which no line breaks."""

from django import template
from django.template.defaultfilters import stringfilter

from practices.core import plain_text
from practices.core import unbroken as hyphens

register = template.Library()


@register.filter(is_safe=True)
@stringfilter
def plain(text):
    """Leave out invisible characters, as `practices.core.plain_text.plain` does."""
    return plain_text.plain(text)


@register.filter(is_safe=True)
@stringfilter
def unbroken(html):
    """Keep “e-mail” in one line, as `practices.core.unbroken` does."""
    return hyphens.unbroken(html)
