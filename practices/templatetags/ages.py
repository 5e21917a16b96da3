"""Filter for the age of an instant."""

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def age(instant):
    """Such as “3 days, 2 hours”; “less than a minute” instead of “0 minutes”."""
    now = timezone.now()
    return timesince(instant, now) if now - instant >= timedelta(minutes=1) else _("less than a minute")
