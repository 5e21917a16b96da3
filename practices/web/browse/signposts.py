"""Signposts above the results of a search: the pages of objectives, topics and places that its words name."""

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from practices.choices import UN_LANGUAGES
from practices.core.stop_words import STOP_WORDS
from practices.core.tokenizer import tokens
from practices.discovery import PracticeFilter, Selection, Total, autocomplete, results, search, thesaurus
from practices.models import Country, Objective, Region

MOST = 3
NAMES_SHOWN = 3


@dataclasses.dataclass(frozen=True)
class Signpost:
    """A page that a search names."""

    address: str
    kind: str
    name: str
    total: Total | None = None
    """The number of practices on it; None for a topic, whose practices are those of the search."""
    objective: Objective | None = None
    also_searched: tuple[str, ...] = ()
    """Other names of a topic."""


def signposts(practice_filter: PracticeFilter) -> list[Signpost]:
    """Return the pages that the words of a search name, unless the listing is filtered by them already.

    One of each kind comes before a second of any.
    """
    words = [word for term in practice_filter.terms if not term.excluded for word in term.typed.split()]
    chosen = {(name, value) for name, pairs in practice_filter.values.items() for value, _label in pairs}
    counts = results.facet_counts(Selection())
    objectives, places = [], []
    for row in autocomplete.named(words):
        facet, value = _facet_value(row)
        if (facet, value) not in chosen:
            total = Total(counts.get(f"{facet}:{value}", 0))
            (objectives if facet == "objective" else places).append(_signpost(row, total))
    one_of_each = zip_longest(objectives, _topics(practice_filter.terms), places)
    return [signpost for found in one_of_each for signpost in found if signpost][:MOST]


def _facet_value(row: Objective | Country | Region) -> tuple[str, str]:
    match row:
        case Objective():
            return "objective", str(row.number)
        case Region():
            return "region", row.slug
    return "country", row.code.lower()


def _signpost(row: Objective | Country | Region, total: Total) -> Signpost:
    match row:
        case Objective():
            kind = gettext("Objective %(number)s") % {"number": row.number}
            return Signpost(row.get_absolute_url(), kind, row.short_label, total, row)
        case Region():
            return Signpost(row.get_absolute_url(), gettext("Region"), row.name, total)
    return Signpost(row.get_absolute_url(), gettext("Country"), row.name, total)


def _topics(terms: Sequence[search.Term]) -> Iterator[Signpost]:
    """Return a signpost to each concept that the terms mention, with a few other names that were searched."""
    typed = {token for term in terms for token in term.tokens} | STOP_WORDS
    for concept in dict.fromkeys(concept for term in terms for concept in term.concepts):
        names = thesaurus.names(concept)
        preferred = [names[language][0] for language in _languages() if language in names]
        others = tuple(name for name in preferred if not typed.issuperset(tokens(name)))[:NAMES_SHOWN]
        address = reverse("practices:topic-detail", args=[concept])
        yield Signpost(address, gettext("Topic"), capfirst(preferred[0]), also_searched=others)


def _languages() -> list[str]:
    """Return the codes of the languages of concepts, that of the page first."""
    active = (get_language() or "en").partition("-")[0]
    return sorted(UN_LANGUAGES, key=lambda code: code != active)
