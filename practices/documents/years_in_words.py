"""Words that people type beside a year, such as “since 2019” or “janvier 2019”, in the languages that many write in."""

import re
from functools import cache

from django.utils import dates
from django.utils.translation import override

from practices.core.titles import folded

LANGUAGES = ("en", "fr", "es", "ar", "ru", "pt", "de", "it")
"""Languages whose names of months Django knows."""
SINCE = """
    since from start end started starting in as of the early late mid beginning around about approximately circa ca c
    depuis dès début fin de du d le l en à partir environ vers
    desde inicio principios finales del el a partir
    منذ من بداية سنة عام
    с от года год г начало
    seit ab anfang ende im
    dal dalla inizio
    ano año anno année jahr year ad
    自 从 自从 年 年起 年開始 年开始 年以来 年以來 年至今 年初 年底
"""
UNTIL = """
    until till to ended ending in the end of early late mid around about approximately circa ca c
    jusque jusqu au à en fin début de du d le l environ vers
    hasta fin finales principios del el a
    حتى إلى نهاية سنة عام
    до по года год г конец
    até ao fim
    bis ende anfang im
    fino al fine
    ano año anno année jahr year ad
    至 到 年 年止 年底 年末
"""
STILL_RUNNING = (
    "current", "currently", "current year", "ongoing", "on going", "present", "to present", "to the present",
    "until present", "until now", "now", "today", "to date", "till date", "still running", "still ongoing", "running",
    "continuing", "in progress", "no end", "no end date", "none", "n/a",
    "en cours", "actuel", "actuellement", "aujourd’hui", "à ce jour", "jusqu’à présent", "présent",
    "en curso", "actual", "actualmente", "actualidad", "hasta la actualidad", "presente", "hasta la fecha", "hoy",
    "em curso", "atual", "laufend", "heute", "in corso",
    "по настоящее время", "настоящее время", "в настоящее время", "сейчас",
    "حتى الآن", "الآن", "مستمر", "至今", "现在", "進行中", "进行中",
)  # fmt: skip
"""Words that, in place of an end year, say that the practice has not ended."""


DASHES = {"-", "–", "—"}


def is_still_running(text: str) -> bool:
    """Return whether a text in place of an end year says that the practice has not ended."""
    return text in DASHES or folded(text) in _still_running()


def year_in(text: str, *, is_end: bool) -> str | None:
    """Return the year of a text that says nothing else, such as “since May 2019”; None for any other text."""
    text = folded(text)
    if not is_end:  # "2019 to present"
        text = next(
            (text.removesuffix(f" {end}") for end in _still_running() if text.endswith(f" {end}")), text
        )
    numbers, words = re.findall(r"\d+", text), set(re.findall(r"[^\W\d_]+", text))
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(years) != 1 or len(days) > 1 or len(numbers) > len(years + days) or (days and not words):
        return None
    return years[0] if words <= _words_beside(is_end=is_end) else None


@cache
def _still_running() -> tuple[str, ...]:
    return tuple(sorted(map(folded, STILL_RUNNING), key=len, reverse=True))


@cache
def _words_beside(*, is_end: bool) -> frozenset[str]:
    return _months() | frozenset(folded(UNTIL if is_end else SINCE).split())


@cache
def _months() -> frozenset[str]:
    words: set[str] = set()
    for language in LANGUAGES:
        with override(language):
            for names in (dates.MONTHS, dates.MONTHS_3, dates.MONTHS_AP, dates.MONTHS_ALT):
                words.update(*(folded(str(name)).split() for name in names.values()))
    return frozenset(words)
