"""Dates as sites write them, in the six languages of the United Nations."""

import re
from datetime import UTC, date, datetime
from functools import cache

from django.utils import dates
from django.utils.translation import override

from practices.choices import UN_LANGUAGES
from practices.core.titles import folded

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_BY_MONTH = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
"""The default format of Drupal is “Tue, 05/14/2019 - 10:22”, with the month first."""
_BY_DAY = re.compile(r"\b(\d{1,2})[.-](\d{1,2})[.-](\d{4})\b")
_CHINESE = re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日")


def day_in(text: str) -> str:
    """Return the first date in a text as ISO 8601; empty if there is none."""
    orders = ((_ISO, "ymd"), (_CHINESE, "ymd"), (_BY_MONTH, "mdy"), (_BY_DAY, "dmy"))
    for pattern, order in orders:
        if found := pattern.search(text):
            numbers = dict(zip(order, map(int, found.groups()), strict=True))
            if order == "mdy" and numbers["m"] > 12:
                numbers["m"], numbers["d"] = numbers["d"], numbers["m"]
            return _day(numbers["y"], numbers["m"], numbers["d"])
    month = next((number for word in folded(text).split() if (number := _months().get(word))), 0)
    if month and (year := re.search(r"\b(?:19|20)\d{2}\b", text)):
        days = re.findall(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.|º)?(?!\d)", text.replace(year[0], " "))
        return _day(int(year[0]), month, int(days[0])) if days else ""
    return ""


def day_of(instant: object) -> str:
    """Return the day of an instant in ISO 8601 or seconds since 1970, as Drupal exports either."""
    text = str(instant or "")
    if text.isdecimal() and len(text) > 8:
        return datetime.fromtimestamp(int(text), tz=UTC).date().isoformat()
    return day_in(text)


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


@cache
def _months() -> dict[str, int]:
    """Return the number of each month by its folded names."""
    found: dict[str, int] = {}
    for language in UN_LANGUAGES:
        with override("zh-hans" if language == "zh" else language):
            for names in (dates.MONTHS, dates.MONTHS_3, dates.MONTHS_ALT):
                for number, name in names.items():
                    found.setdefault(folded(str(name)), number)
    found.pop("", None)
    return found
