"""Punctuation of the active language, for text that is put together from parts."""

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext

from practices.core import punctuation

register = template.Library()

register.filter("listed", punctuation.listed)
register.filter("listed_apart", punctuation.listed_apart)


@register.simple_tag
def comma():
    """Comma between the items of a list that have markup."""
    return gettext(", ")


@register.simple_tag
def colon():
    """Colon between a label and what follows."""
    return gettext(": ")


@register.simple_tag
def bracketed(text):
    """Text in brackets."""
    return format_html(punctuation.bracketed("{}"), text)


@register.filter
def sentence(text):
    """Text with a full stop."""
    return format_html(punctuation.sentence("{}"), text)
