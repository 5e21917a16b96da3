"""Maintenance: pages are for staff only, and nothing is sent or published on schedule."""

from django.conf import settings


def is_on() -> bool:
    """Return whether this machine is under maintenance. Asks neither the database nor the cache."""
    return settings.MAINTENANCE or settings.MAINTENANCE_FILE.exists()
