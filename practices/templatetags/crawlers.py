"""Tag for links to lists, some of which crawlers should not follow."""

from django import template
from django.utils.html import format_html

from practices.core.http.crawlers import link_relation

register = template.Library()


@register.simple_tag
def rel(address, relation=""):
    """The attribute `rel` of a link, with the space before it; empty if the link needs none.

    The address may be a query string alone.
    """
    found = link_relation(address, relation)
    return format_html(' rel="{}"', found) if found else ""
