"""Dates in Chinese, as in Django, with the zone after a time of day: 2026年3月12日 10:30 CET."""

DATETIME_FORMAT = "Y年n月j日 H:i e"
MONTH_DAY_FORMAT = "n月j日"
SHORT_DATETIME_FORMAT = "Y年n月j日 H:i e"
