"""Home page.

What the context holds as a function, a lazy object or a QuerySet costs nothing while the template has its fragments.
"""

import dataclasses
from functools import cache as once

from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from taggit.models import Tag

from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.discovery import Selection, gap_map, results, thesaurus
from practices.documents.lookup import rows_named
from practices.models import Country, Objective
from practices.web.browse.cards import cards
from practices.web.browse.objectives import all_objectives

NEWEST_ON_HOME = 3
IMPRESSIVE = 10
"""Practices and countries from which the page names their numbers."""
WORDS, LONGEST_WORD = 4, 20
"""Words to try: their number, and the characters of the longest."""


@public
@require_safe
def home(request):
    counted, countries = once(_counted_objectives), once(_countries)
    context = {
        "address": site_address(reverse("practices:home")),
        "practice_count": _practice_count,
        "country_count": lambda: len(countries()),
        "has_many": lambda: min(_practice_count(), len(countries())) >= IMPRESSIVE,
        "words": once(_words_to_try),
        "objectives": counted,
        "chart": once(lambda: Chart(counted())),
        "newest": lambda: cards(results.page(Selection(), sort="newest", size=NEWEST_ON_HOME)),
        "countries": countries,
        "gaps": once(lambda: gap_map.build_gap_map(Selection(), "region")),
    }
    return TemplateResponse(request, "web/browse/home.html", context)


def _practice_count():
    return results.total(Selection()).number


def _counted_objectives():
    """Return (objective, number of its practices) of every objective."""
    counts = results.facet_counts(Selection())
    return [(objective, counts.get(f"objective:{objective.number}", 0)) for objective in all_objectives()]


@dataclasses.dataclass(frozen=True)
class CountryCount:
    """A country that has practices: its code in lower case, and their number."""

    value: str
    count: int


def _countries():
    """Return the countries that have practices, most practices first."""
    counts = results.of_facet("country", results.facet_counts(Selection()))
    return sorted(
        (CountryCount(value, count) for value, count in counts.items()),
        key=lambda country: (-country.count, country.value),
    )


@dataclasses.dataclass(frozen=True)
class Chart:
    """The practices of each objective as a column of dots. `columns`: (objective, number of practices) of each."""

    columns: list[tuple[Objective, int]]
    room = 20
    """Dots for which a column has room."""

    @property
    def numbers(self):
        return [count for _objective, count in self.columns]

    @property
    def highest(self):
        return max(self.numbers)

    @property
    def most(self):
        """The three highest columns, the highest first."""
        return sorted(self.columns, key=lambda column: -column[1])[:3]


def _words_to_try():
    """Return searches that find something: the most used topics, and the country with most practices."""
    counts = results.of_facet("tag", results.facet_counts(Selection()))
    slugs = sorted(counts, key=lambda slug: (-counts[slug], slug))[: 3 * WORDS]
    names = dict(Tag.objects.filter(slug__in=slugs).values_list("slug", "name"))
    topics = [topic for slug in slugs if slug in names and _is_word(topic := _local(names[slug]))]
    most = [country.value.upper() for country in _countries()[:WORDS]]
    places = [name for country in rows_named(Country, most) if _is_word(name := country.local.name)]
    return [*topics[: WORDS - 1], *places[:1]]


def _local(topic):
    """Return the name of a topic in the language of the page, which finds the same; `topic` if the thesaurus has none."""
    language = (get_language() or "en").partition("-")[0]
    concept = thesaurus.concept_named(topic) if language != "en" else None
    return next(iter(thesaurus.names(concept).get(language, [topic]))) if concept else topic


def _is_word(text):
    """Return whether a text is short, and means itself when it is searched for: no minus, no quotation marks."""
    return len(text) <= LONGEST_WORD and text.replace(" ", "").isalpha()
