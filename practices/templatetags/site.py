"""Tags for what each catalogue has of its own: its name, tagline, logo and colours, and the mark of a trial copy."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import mark_safe

from practices.core import colours, site

register = template.Library()

MARK = "img/marks.svg"


@register.simple_tag
def site_name() -> str:
    """Return the name of the catalogue in the active language."""
    return site.name()


@register.simple_tag
def tagline() -> str:
    """Return what the catalogue says of itself in one line; empty if it has not been given any."""
    return site.tagline()


@register.simple_tag
def logo() -> str:
    """Return the address of the logo; empty if the catalogue has none, and shows its mark."""
    return static(settings.LOGO) if settings.LOGO else ""


@register.simple_tag
def icon() -> str:
    """Return the address of the picture that browsers show beside the title."""
    return static(settings.LOGO or MARK)


@register.simple_tag
def colour(name: str, scheme: str = "light") -> str:
    return colours.colour(name, scheme)


@register.simple_tag
def own_colours() -> str:
    """Return the element with the colours of COLOURS; empty without any. Its hash is in the CSP."""
    rules = settings.COLOUR_RULES
    return mark_safe(f"<style>{rules}</style>") if rules else ""  # noqa: S308 - names and #rrggbb only


@register.simple_tag
def is_staging() -> bool:
    return settings.STAGING
