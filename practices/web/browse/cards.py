"""Cards: practices as lists show them."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.template.loader import get_template
from django.utils.translation import get_language, gettext

from practices.choices import LANGUAGES
from practices.core.cache import cached_each_per_version, cached_per_version
from practices.discovery import Hit, Result, search
from practices.documents import FIELDS
from practices.documents.kinds import RelationMixin, Text
from practices.models import Country, Practice

SUMMARY_SHOWN = 180
"""Characters of a summary that a card has room for. A hit beyond them is shown in an excerpt."""
COUNTRIES_SHOWN = 3
"""Countries that a card names; it says how many others there are."""
PARTS = ("mark", "body", "serves")
"""Parts of components/practice_card.html."""

EXCERPTED = sorted(
    (
        field
        for field in FIELDS.values()
        if field.is_free_text and field.name != "title" and not isinstance(field, RelationMixin)
    ),
    key=lambda field: not isinstance(field, Text),
)
"""Fields from which an excerpt is taken, long texts first."""


@dataclasses.dataclass(frozen=True)
class Card:
    """A practice in a list: its title, whose link depends on the list, and the HTML of all else.

    Twenty cards with ready parts render in a tenth of the time that twenty take without.
    """

    path: str
    title: str
    """Marked up where words of a search are highlighted."""
    language: str
    direction: str
    mark: str
    body: str
    serves: str
    """Objectives, the reason why it is in the list."""
    missing: tuple[str, ...] = ()
    """Words of a search that the practice lacks."""
    by_meaning: bool = False
    """True for a practice that a search found by its meaning alone."""


def cards(found: Sequence[Result], *, objective: int | None = None) -> list[Card]:
    """Return the cards of practices, in the same order. At most three queries, none for cards made before.

    In the list of one `objective`, a card says whether this is its main objective.
    """
    keys = [(result.practice, result.revision, objective) for result in found]
    made = _cards(keys)
    return [made[key] for key in keys if key in made]


@cached_each_per_version(across_publications=True)
def _cards(keys: list[tuple[int, int, int | None]]) -> dict[tuple[int, int, int | None], Card]:
    """Make the cards of (practice, revision number, objective of the list); the revision must be the latest."""
    practices = Practice.objects.for_listing().in_bulk([practice for practice, _revision, _objective in keys])
    return {
        key: _card(practices[practice], objective=objective)
        for key in keys
        for practice, _revision, objective in [key]
        if practice in practices
    }


def highlighted_cards(
    found: Sequence[Hit], terms: tuple[search.Term, ...], *, objective: int | None = None
) -> list[Card]:
    """Return the cards of practices that were searched for, with the words of the search highlighted."""
    return _highlighted_cards(tuple(found), terms, objective)


@cached_per_version(lasts_if=bool)
def _highlighted_cards(
    hits: tuple[Hit, ...], terms: tuple[search.Term, ...], objective: int | None
) -> list[Card]:
    practices = Practice.objects.for_listing(*(field.name for field in EXCERPTED)).in_bulk(
        [hit.practice for hit in hits]
    )
    return [
        dataclasses.replace(
            _highlighted_card(practices[hit.practice], terms, objective),
            missing=hit.missing,
            by_meaning=hit.by_meaning,
        )
        for hit in hits
        if hit.practice in practices
    ]


def _highlighted_card(practice: Practice, terms: tuple[search.Term, ...], objective: int | None) -> Card:
    highlighter = search.Highlighter(terms, practice.language)
    title, summary = highlighter.highlight(practice.title), highlighter.highlight(practice.summary)
    first = next(iter(highlighter.hits(practice.summary)), None)
    excerpt = ""
    if "<mark>" not in title and (first is None or first[0] > SUMMARY_SHOWN):
        values = {field.name: getattr(practice, field.name) for field in EXCERPTED}
        excerpt = highlighter.excerpt([", ".join(field.searchable(values)) for field in EXCERPTED])
    return _card(practice, title=title, summary=summary, excerpt=excerpt, objective=objective)


def _card(practice: Practice, *, title: str = "", objective: int | None, **highlighted: Any) -> Card:
    countries = list(practice.countries.all())
    context = {
        "practice": practice,
        "countries": countries[:COUNTRIES_SHOWN],
        "rest_of_place": _rest_of_place(countries, practice.area),
        "objective": objective,
        "further": [each.objective.number for each in practice.loaded_placements if each.position],
        "language": _named_language(practice.language),
        **highlighted,
    }
    template = "components/practice_card.html"
    return Card(
        path=practice.get_absolute_url(),
        title=title or practice.title,
        language=practice.language,
        direction=practice.direction,
        **{part: get_template(f"{template}#{part}").render(context) for part in PARTS},
    )


def _rest_of_place(countries: list[Country], area: str) -> str:
    """Return what follows the names of the first countries, such as “ and 4 more, Sahel”."""
    more = len(countries) - COUNTRIES_SHOWN
    others = " " + gettext("and %(more)s more") % {"more": more} if more > 0 else ""
    return f"{others}, {area}" if countries and area else others + area


def _named_language(language: str) -> str:
    """Return the name of a practice's language where it is not that of the page, otherwise nothing."""
    return "" if language == get_language() else dict(LANGUAGES)[language]
