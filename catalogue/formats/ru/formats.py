"""Dates in Russian, as in Django, with the zone after a time of day: 12.03.2026, 10:30 CET."""

DATETIME_FORMAT = "j E Y г., H:i e"
MONTH_DAY_FORMAT = "j E"
SHORT_DATETIME_FORMAT = "d.m.Y, H:i e"
TIME_FORMAT = "H:i"
