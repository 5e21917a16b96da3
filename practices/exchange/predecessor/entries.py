"""Entries of a predecessor, whatever files they come from, and the items of an import that they become."""

import dataclasses
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from practices.core import places
from practices.core.places import OneCountry
from practices.core.plain_text import plain
from practices.core.titles import folded
from practices.documents import SUMMARY_LENGTH, TEXT_LENGTH, TITLE_LENGTH
from practices.documents.lookup import names_of
from practices.models import Objective

_OBJECTIVE = re.compile(
    r"\b(?:objective|objectif|objetivo|цель|الهدف|目标)\s*(?:no\.?|n°|#)?\s*(\d{1,2})\b", re.IGNORECASE
)
_GOAL = re.compile(r"\b(?:sdg|goal|odd|ods)\s*(\d{1,2})\b", re.IGNORECASE)
_NOBODY = frozenset(["anonymous", "system admin", "admin", "administrator", "anonyme", "anonimo", "guest"])
_NOT_VERIFIED = re.compile(r"\s*\((?:not verified|non vérifié|no verificado)\)\s*$", re.IGNORECASE)
LONGEST_TAG = 60


@dataclasses.dataclass
class Entry:
    """A practice as a predecessor shows it."""

    title: str
    credit: str = ""
    """Person or organisation that it was submitted by; empty for accounts that are none."""
    day: str = ""
    """ISO 8601."""
    body: str = ""
    terms: list[str] = dataclasses.field(default_factory=list)
    addresses: list[str] = dataclasses.field(default_factory=list)
    """Addresses of its page, the one that is shown first."""

    def add_address(self, address: str) -> None:
        address = address.strip().partition("#")[0].partition("?")[0]
        if address.strip("/") and address not in self.addresses:
            self.addresses.append(address)

    @property
    def paths(self) -> list[str]:
        """Paths of its addresses, without those that every site has."""
        found = [unquote(urlsplit(address).path) for address in self.addresses]
        return [path for path in dict.fromkeys(found) if path.strip("/")]


def clean_credit(text: str) -> str:
    """Return whom a line credits; empty for accounts of nobody, which say nothing (see decision 5)."""
    name = _NOT_VERIFIED.sub("", " ".join(plain(text).split())).strip(" ,:")
    return "" if folded(name) in _NOBODY or _NOT_VERIFIED.search(text.strip()) else name


def has_objective(text: str) -> bool:
    return bool(_OBJECTIVE.search(text))


def items(entries: Iterable[Entry], *, objectives: list[int] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the item of an import that each entry becomes. `objectives`: of those that name none."""
    for entry in entries:
        yield item(entry, objectives=objectives or [])


def item(entry: Entry, *, objectives: list[int]) -> dict[str, Any]:
    named, countries, goals, tags = [], [], [], []
    for term in entry.terms:
        goal = _GOAL.search(term)
        if numbers := _objectives_in(term):
            named += numbers
        elif goal and 1 <= int(goal[1]) <= 17:
            goals.append(int(goal[1]))
        elif isinstance(place := places.resolve(term), OneCountry):
            countries.append(place.code)
        elif len(term) <= LONGEST_TAG:
            tags.append(re.sub("[,;،؛、，；]", " ", term))
    summary, rest = _divided(plain(entry.body))
    source = next((each for each in entry.addresses if each.startswith(("http://", "https://"))), "")
    stated: dict[str, Any] = {
        "title": entry.title[:TITLE_LENGTH],
        "summary": summary or entry.title,
        "objectives": list(dict.fromkeys(named)) or objectives,
        "countries": list(dict.fromkeys(countries)),
        "activities": rest[:TEXT_LENGTH],
        "sdgs": list(dict.fromkeys(goals)),
        "tags": tags[:20],
        "source_url": source,
        "credit": entry.credit[:200],
        "submitted_on": entry.day or None,
    }
    return {
        name: value for name, value in stated.items() if value or name in ("title", "summary", "objectives")
    }


def _objectives_in(term: str) -> list[int]:
    numbers = [int(number) for number in _OBJECTIVE.findall(term) if 1 <= int(number) <= 23]
    if not numbers and (key := names_of(Objective).get(folded(term))):
        numbers = [int(key)]
    return numbers


def _divided(body: str) -> tuple[str, str]:
    """Return the paragraphs that fit into the summary, and the rest."""
    paragraphs = body.split("\n\n")
    summary = paragraphs.pop(0)
    if len(summary) > SUMMARY_LENGTH:
        cut = summary.rfind(". ", 0, SUMMARY_LENGTH) + 1 or summary.rfind(" ", 0, SUMMARY_LENGTH)
        return summary[:cut].strip(), "\n\n".join([summary[cut:].strip(), *paragraphs])
    return summary, "\n\n".join(paragraphs).strip()
