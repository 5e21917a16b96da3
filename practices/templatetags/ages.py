"""Filter for the age of an instant."""

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def age(instant):
    """Such as “9 days”, which are never put together to weeks; “less than a minute” instead of “0 minutes”."""
    now = timezone.now()
    passed = now - instant
    if passed >= timedelta(days=1):
        return ngettext("%(count)d day", "%(count)d days", passed.days) % {"count": passed.days}
    return timesince(instant, now, depth=1) if passed >= timedelta(minutes=1) else _("less than a minute")
