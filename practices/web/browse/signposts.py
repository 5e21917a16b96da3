"""Signposts above the results of a search: the pages of objectives, topics and places that its words name."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext

from practices.choices import UN_LANGUAGES
from practices.core import places
from practices.core.stop_words import STOP_WORDS
from practices.core.tokenizer import forms, tokens
from practices.discovery import (
    Counts,
    PracticeFilter,
    Selection,
    Total,
    catalogue_names,
    results,
    search,
    thesaurus,
)
from practices.documents.lookup import rows_named
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
    """The number of practices on it."""
    query: str = ""
    """The query string of the search for a topic, by which its practices are counted."""
    objective: Objective | None = None
    also_searched: tuple[str, ...] = ()
    """Other names of a topic in the language of the page, and in how many others it has some."""
    is_place: bool = False


def signposts(practice_filter: PracticeFilter) -> list[Signpost]:
    """Return the pages that the words of a search name, unless the listing is filtered by them already.

    One of each kind comes before a second of any.
    """
    typed = [
        (word, term.concepts)
        for term in practice_filter.terms
        if not term.excluded
        for word in term.typed.split()
    ]
    words, concepts = [word for word, _its in typed], [its for _word, its in typed]
    chosen = {(name, value) for name, pairs in practice_filter.values.items() for value, _label in pairs}
    counts = results.facet_counts(Selection())
    named: dict[tuple[str, str], Signpost] = {}
    for facet, key in catalogue_names.mentions(words):
        if signpost := _filed_under(facet, str(key).lower(), counts):
            named[facet, str(key).lower()] = signpost
    for row in catalogue_names.meant_by(words, concepts):
        facet, value = _facet_value(row)
        if facet != "objective" or not any(name == "objective" for name, _value in named):
            named[facet, value] = _signpost(row, Total(counts.get(f"{facet}:{value}", 0)))
    offered = [signpost for key, signpost in named.items() if key not in chosen]
    areas = [] if "country" in practice_filter.values else _areas(words, counts)
    one_of_each = zip_longest(
        (signpost for signpost in offered if not signpost.is_place),
        _topics(practice_filter.terms),
        [*(signpost for signpost in offered if signpost.is_place), *areas],
    )
    shown = [signpost for found in one_of_each for signpost in found if signpost][:MOST]
    return [_counted(signpost) for signpost in shown]


def _counted(signpost: Signpost) -> Signpost:
    """Return a signpost with its total, which for a topic takes a search."""
    if signpost.total is not None:
        return signpost
    return dataclasses.replace(signpost, total=PracticeFilter(QueryDict(signpost.query)).total)


def _filed_under(facet: str, value: str, counts: Counts) -> Signpost | None:
    """Return a signpost to the practices with a value of a facet; None if there are none."""
    number = counts.get(f"{facet}:{value}", 0)
    if facet == "objective":
        [row] = rows_named(Objective, [int(value)])
        return _signpost(row, Total(number))
    filter_ = PracticeFilter.base_filters[facet]
    label = next((each.label for each in filter_.values() if each.value.lower() == value), None)
    if not number or label is None:
        return None
    return Signpost(_listing({facet: value}), str(filter_.label), label, Total(number))


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
            return Signpost(row.get_absolute_url(), kind, row.local.short_label, total, objective=row)
        case Region():
            return Signpost(row.get_absolute_url(), gettext("Region"), row.local.name, total, is_place=True)
    return Signpost(row.get_absolute_url(), gettext("Country"), row.local.name, total, is_place=True)


def _areas(words: Sequence[str], counts: Counts) -> list[Signpost]:
    """Return a signpost to the practices of each area or organisation that words name by a list of countries."""
    meanings = [mention.meaning for mention in places.mentions(words)]
    areas = {
        meaning.name: [code.lower() for code in meaning.codes if f"country:{code.lower()}" in counts]
        for meaning in meanings
        if isinstance(meaning, places.Area)
    }
    areas = {name: codes for name, codes in areas.items() if codes}
    totals = results.totals(
        [Selection((tuple(f"country:{code}" for code in areas[name]),)) for name in areas]
    )
    return [
        Signpost(_listing({"country": codes}), gettext("Area"), name, total, is_place=True)
        for (name, codes), total in zip(areas.items(), totals, strict=True)
    ]


def _listing(query: Mapping[str, str | Sequence[str]]) -> str:
    return f"{reverse('practices:practice-list')}?{urlencode(query, doseq=True)}"


def _topics(terms: Sequence[search.Term]) -> Iterator[Signpost]:
    """Return a signpost to each concept that the terms mention, with a few other names that were searched."""
    typed = [token for term in terms for token in term.tokens]
    for concept in dict.fromkeys(concept for term in terms for concept in term.concepts):
        names = thesaurus.names(concept)
        [first, *others] = [names[language] for language in _languages() if language in names]
        address = reverse("practices:topic-detail", args=[concept])
        query = urlencode({"q": names.get("en", [concept])[0]})
        also = tuple(_also_searched(first, others, typed))
        yield Signpost(address, gettext("Topic"), capfirst(first[0]), query=query, also_searched=also)


def _also_searched(
    names: Sequence[str], translations: Sequence[Sequence[str]], typed: Sequence[str]
) -> Iterator[str]:
    """Yield a few further names that readers understand, and the number of languages with others."""
    known = {form for token in typed for form in forms(token)}
    further = [name for name in _other_names(names, known) if name != names[0]]
    yield from further[:NAMES_SHOWN]
    if languages := sum(any(list(_other_names(each, known))) for each in translations):
        text = ngettext("names in %(count)s other language", "names in %(count)s other languages", languages)
        yield text % {"count": languages}


def _other_names(names: Sequence[str], known: set[str]) -> Iterator[str]:
    """Yield the names that are no other form of what is known or of a name before, and add their forms to these."""
    for name in names:
        words = [forms(token) for token in tokens(name) if token not in STOP_WORDS]
        if any(known.isdisjoint(each) for each in words):
            known.update(form for each in words for form in each)
            yield name


def _languages() -> list[str]:
    """Return the codes of the languages of concepts, that of the page first."""
    active = (get_language() or "en").partition("-")[0]
    return sorted(UN_LANGUAGES, key=lambda code: code != active)
