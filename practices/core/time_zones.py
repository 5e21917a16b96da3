"""Time zones as people know them: by country and city, each once.

practices/core/time_zones.json is made by fixtures/make_time_zones.py from the IANA database, whose other names for a
zone (“Asia/Calcutta”, which browsers report) it lists as aliases. Cities are named in all languages there; countries and
regions have the names that they have on all pages.
"""

import dataclasses
import json
import logging
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from practices.core import tokenizer
from practices.core.collation import sorted_by_name
from practices.core.punctuation import labelled, listed
from practices.models.reference_texts import active_language, shipped

UNDECLINED = frozenset(["fr", "es"])
"""Languages in which names of cities have no cases. Stems of theirs are those of other words: “cat” of “Catar”."""

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class TimeZone:
    """A zone by its IANA name, with the region it is listed under."""

    name: str
    region: str
    country: str
    """Name of its country in English; empty for a zone of none, or where its city is enough."""
    code: str
    """Code of that country."""
    cities: tuple[str, ...]
    """Names in English."""

    def label(self, at: datetime) -> str:
        """Return the name in a list, such as “Philippines: Manila (UTC+8)”."""
        return f"{self.place} ({offset(self.name, at)})"

    @property
    def place(self) -> str:
        """Its country and cities in the active language."""
        language = active_language()
        local = _tables()["cities"].get(language, {})
        cities = listed(local.get(city, city) for city in self.cities)
        country = shipped(language, "country", self.code, "name") or self.country
        return labelled(country, cities) if country not in ("", cities) else cities


def grouped(at: datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return region → (name, label) of its zones, with UTC first. `at`: the instant whose offsets the labels say."""
    return _grouped(at.replace(minute=0, second=0, microsecond=0), active_language())


@lru_cache(maxsize=12)  # two hours in six languages
def _grouped(at: datetime, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    regions: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted_by_name(_zones().values(), lambda zone: zone.place):
        regions.setdefault(_region(zone, language), []).append((zone.name, zone.label(at)))
    return [("UTC", [("UTC", "UTC")]), *sorted_by_name(regions.items(), lambda item: item[0])]


def _region(zone: TimeZone, language: str) -> str:
    """Return the name of the region of a zone."""
    return shipped(language, "region", _tables()["regions"][zone.region], "name") or zone.region


def canonical(name: str) -> str:
    """Return the name under which a zone is offered; the name itself if it is not; empty if there is no such zone."""
    if name in ("Etc/UTC", "Etc/GMT", "GMT"):
        return "UTC"
    name = _tables()["aliases"].get(name, name)
    return name if name in _known() else ""


def label(name: str, at: datetime) -> str:
    """Return how a zone is called, also one that is not offered."""
    name = canonical(name) or "UTC"
    if zone := _zones().get(name):
        return zone.label(at)
    if name == "UTC":
        return name
    if name.startswith("Etc/"):  # the sign in “Etc/GMT+5” is that of POSIX: it is west of Greenwich
        return offset(name, at)
    return f"{name.rpartition('/')[2].replace('_', ' ')} ({offset(name, at)})"


def city_named(text: str) -> str:
    """Return the English name of a city that `text` names in another language, in any case; "" if it names none."""
    found = {_cities_by_form().get(form) for form in (*tokenizer.forms(text), tokenizer.fold(text))} - {None}
    return found.pop() or "" if len(found) == 1 else ""


@cache
def _cities_by_form() -> dict[str, str]:
    """Return English name by lexeme, or by folded name where it has several words; empty for what several have."""
    found: dict[str, str] = {}
    for language, names in _tables()["cities"].items():
        for english, local in names.items():
            if tokenizer.fold(local) == tokenizer.fold(english):
                continue
            words = list(tokenizer.each_word(local))
            is_declined = len(words) == 1 and language not in UNDECLINED
            forms = tokenizer.lexemes(words[0], language) if is_declined else (tokenizer.fold(local),)
            for form in forms:
                found[form] = english if found.get(form, english) == english else ""
    return found


def zone_of(name: str) -> tzinfo:
    """Return the zone of that name; UTC if this machine does not know it, so that nobody's e-mails wait for it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        _log.warning("A time zone is not known here: %s", name)
        return UTC


def offset(name: str, at: datetime) -> str:
    """Return the difference from UTC at an instant, such as “UTC+5:30”."""
    seconds = (at.astimezone(ZoneInfo(name)).utcoffset() or timedelta()).total_seconds()
    hours, minutes = divmod(abs(int(seconds)) // 60, 60)
    sign = "−" if seconds < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


@cache
def _zones() -> dict[str, TimeZone]:
    known = _known()
    return {
        name: TimeZone(name, row["region"], row["country"], row["code"], tuple(row["cities"]))
        for name, row in _tables()["zones"].items()
        if name in known
    }


@cache
def _known() -> set[str]:
    """Names of all zones of this machine; to find them it reads its directories. Its own setting is none of them."""
    return available_timezones() - {"localtime", "Factory"}


@cache
def _tables() -> dict[str, dict]:
    return json.loads((Path(__file__).parent / "time_zones.json").read_text(encoding="utf-8"))
