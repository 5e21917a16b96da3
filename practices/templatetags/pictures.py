"""Tag for the address of a page's share image."""

from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()


@register.simple_tag
def picture_address(name="picture", *args):
    """The whole address of a picture: messengers do not resolve relative ones."""
    return settings.SITE_URL + reverse(f"practices:{name}", args=args)
