"""The version of the catalogue."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def version() -> str:
    """Return the version in pyproject.toml."""
    return settings.VERSION
