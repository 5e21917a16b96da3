"""Filter for the names of members of staff."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def said_to(person, reader):
    """Return “you” for the reader, and the name of anybody else."""
    return _("you") if person == reader else str(person)
