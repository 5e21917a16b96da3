"""Dates in Spanish, as in Django, with the zone after a time of day: 12 de marzo de 2026, 10:30 CET."""

DATETIME_FORMAT = r"j \d\e F \d\e Y, H:i e"
SHORT_DATETIME_FORMAT = "d/m/Y, H:i e"
