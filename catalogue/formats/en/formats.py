"""Dates as the United Nations write them in English: 12 March 2026. A time of day names its zone: 10:30 CET."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i e"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i e"
TIME_FORMAT = "H:i"
