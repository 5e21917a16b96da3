"""Dates in French, as in Django, with the zone after a time of day: 12 mars 2026, 10:30 CET."""

DATETIME_FORMAT = "j F Y, H:i e"
SHORT_DATETIME_FORMAT = "d/m/Y, H:i e"
