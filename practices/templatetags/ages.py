"""Filter for the age of an instant."""

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def age(instant):
    """Such as “9 days”, which are never put together to weeks; “less than a minute” instead of “0 minutes”.

    Not Django's `timesince`, whose Russian words are in the nominative: “1 минута назад”.
    """
    passed = timezone.now() - instant
    hours, minutes = passed // timedelta(hours=1), passed // timedelta(minutes=1)
    if passed.days > 0:
        return ngettext("%(count)d day", "%(count)d days", passed.days) % {"count": passed.days}
    if hours > 0:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    if minutes > 0:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return _("less than a minute")
