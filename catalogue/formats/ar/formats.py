"""Dates and numbers as the United Nations write them in Arabic: 12 مارس 2026. A time of day names its zone: 10:30 CET."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y، H:i e"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "j F Y"
SHORT_DATETIME_FORMAT = "j F Y، H:i e"
TIME_FORMAT = "H:i"

# This space, unlike others, keeps the groups of a number in their order from left to right.
THOUSAND_SEPARATOR = "\N{NO-BREAK SPACE}"
NUMBER_GROUPING = 3
