"""Tag for the canonical address of a page that has no other parameters than those in its path."""

from django import template
from django.urls import reverse
from django.utils.html import format_html

from practices.core.http.guards import site_address

register = template.Library()


@register.simple_tag(takes_context=True)
def canonical_link(context):
    """The link to the path of the page as we write it, without a query string. Empty where a page is not public."""
    request = context.get("request")
    match = request and request.resolver_match
    if not (match and getattr(match.func, "is_public", False)):
        return ""
    path = reverse(match.view_name, args=match.args, kwargs=match.captured_kwargs)
    return format_html('<link rel="canonical" href="{}">', site_address(path))
