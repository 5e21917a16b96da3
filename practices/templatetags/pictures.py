"""Tag for the address of a page's share image."""

from django import template
from django.urls import reverse

from practices.core.http.guards import site_address

register = template.Library()


@register.simple_tag
def picture_address(name="picture", *args):
    """The whole address of a picture: messengers do not resolve relative ones."""
    return site_address(reverse(f"practices:{name}", args=args))
