"""Maintenance: pages are for staff only, and nothing is sent or published on schedule."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

REMEDY = _("Remove the file “maintenance” in DATA_DIR, or MAINTENANCE=true, when it is over.")

UNAVAILABLE = "X-Unavailable"
"""Header of our own pages with 503, which tells them from a proxy's: `maintenance`, `database` or `space`."""


def is_on() -> bool:
    """Return whether this machine is under maintenance. Asks neither the database nor the cache."""
    return settings.MAINTENANCE or settings.MAINTENANCE_FILE.exists()
