"""Filter for text where markup cannot keep apart what runs the other way: titles, attributes, plain text."""

from django import template
from django.template.defaultfilters import stringfilter

from practices.core import plain_text

register = template.Library()


@register.filter(is_safe=True)
@stringfilter
def plain(text):
    """Leave out invisible characters, as `practices.core.plain_text.plain` does."""
    return plain_text.plain(text)
