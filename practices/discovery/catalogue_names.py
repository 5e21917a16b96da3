"""The catalogue's own words: names of what a practice is filed under, which a search of these words finds it by."""

from collections.abc import Sequence
from typing import Any

from practices.choices import EvidenceLevel
from practices.core import tokenizer
from practices.core.cache import cached_per_version
from practices.core.stop_words import STOP_WORDS
from practices.documents import Document
from practices.models import (
    Country,
    GuidingPrinciple,
    ImplementerKind,
    Objective,
    PracticeType,
    SustainableDevelopmentGoal,
)

MAX_NAME_WORDS = 12
"""Words of a name, stop words apart. Longer names are found as a whole only."""


def names_of(document: Document) -> list[str]:
    """Return the names of the objectives, goals, principles, type, organisations and evidence of a practice."""
    filed_under = [
        *(("objective", number) for number in document["objectives"]),
        *(("sdg", number) for number in document["sdgs"]),
        *(("principle", letter) for letter in document["principles"]),
        *(("implementer", slug) for slug in document["implementer_kinds"]),
        ("type", document["type"]),
        ("evidence", document["evidence_level"]),
    ]
    names = _names()
    return list(dict.fromkeys(name for each in filed_under for name in names.get(each, ())))


def named_by(text: str) -> list[tuple[str, Any]]:
    """Return (kind, key in a document) of what `text` names as a whole, stop words apart.

    A number alone names an objective.
    """
    return _by_name().get(_telling(text), [])


def mentions(words: Sequence[str]) -> list[tuple[str, Any]]:
    """Return (kind, key in a document) of what consecutive words, as typed, name: the longest names, in order.

    A single word names something only if there is no other.
    """
    typed, by_name = _telling(" ".join(words)), _by_name()
    found: list[tuple[str, Any]] = []
    start = 0
    while start < len(typed):
        stops = range(min(len(typed), start + MAX_NAME_WORDS), start, -1)
        named = (stop for stop in stops if typed[start:stop] in by_name)
        stop = next((stop for stop in named if stop - start > 1 or len(typed) == 1), None)
        found += by_name[typed[start:stop]] if stop else []
        start = stop or start + 1
    return list(dict.fromkeys(found))


def _telling(text: str) -> tuple[str, ...]:
    return tuple(token for token in tokenizer.tokens(text) if token not in STOP_WORDS)


@cached_per_version(across_publications=True, in_process=True)
def _by_name() -> dict[tuple[str, ...], list[tuple[str, Any]]]:
    found: dict[tuple[str, ...], list[tuple[str, Any]]] = {}
    for (kind, key), names in _names().items():
        alone = [str(key)] if kind == "objective" else []
        for words in dict.fromkeys(_telling(name) for name in [*names, *alone]):
            found.setdefault(words, []).append((kind, key))
    return found


def place_codes(countries: Sequence[Country]) -> list[str]:
    """Return the codes of countries and of the regions they lie in.

    Their names are read in a search text only: a practice of Guinea-Bissau is not one of Guinea.
    """
    subregions = [country.subregion for country in countries if country.subregion]
    regions = [*subregions, *(subregion.parent for subregion in subregions if subregion.parent)]
    return list(
        dict.fromkeys([*(country.code for country in countries), *(region.code for region in regions)])
    )


@cached_per_version(across_publications=True, in_process=True)
def _names() -> dict[tuple[str, Any], tuple[str, ...]]:
    """Return (kind, key in a document) → names."""
    names: dict[tuple[str, Any], tuple[str, ...]] = {}
    for objective in Objective.objects.all():
        number = objective.number
        numbered = (f"Objective {number}", f"GCM {number}", f"Objectif {number}", f"Objetivo {number}")
        names["objective", number] = (*numbered, objective.short_label, objective.title)
    for goal in SustainableDevelopmentGoal.objects.all():
        number = goal.number
        numbered = (f"SDG {number}", f"Goal {number}", f"ODD {number}", f"ODS {number}")
        names["sdg", number] = (*numbered, goal.short_title, goal.title)
    for principle in GuidingPrinciple.objects.all():
        names["principle", principle.letter] = (principle.title,)
    for kind in ImplementerKind.objects.all():
        names["implementer", kind.slug] = (kind.name,)
    for practice_type in PracticeType.objects.all():
        names["type", practice_type.slug] = (practice_type.name,)
    for level in EvidenceLevel:
        names["evidence", level.value] = () if level == EvidenceLevel.NONE_STATED else (str(level.label),)
    return names
