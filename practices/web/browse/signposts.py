"""Signposts above the results of a search: the pages of objectives, countries and regions that its words name."""

import dataclasses

from django.utils.translation import gettext

from practices.discovery import PracticeFilter, Selection, Total, autocomplete, results
from practices.models import Country, Objective, Region

MOST = 3


@dataclasses.dataclass(frozen=True)
class Signpost:
    """A page that a search names, and the number of practices on it. `objective` is None for a place."""

    address: str
    kind: str
    name: str
    total: Total
    objective: Objective | None


def signposts(practice_filter: PracticeFilter) -> list[Signpost]:
    """Return the pages that the words of a search name, unless the listing is filtered by them already."""
    words = [word for term in practice_filter.terms if not term.excluded for word in term.typed.split()]
    chosen = {(name, value) for name, pairs in practice_filter.values.items() for value, _label in pairs}
    counts = results.facet_counts(Selection())
    found = []
    for row in autocomplete.named(words):
        facet, value = _facet_value(row)
        if (facet, value) not in chosen:
            total = Total(counts.get(f"{facet}:{value}", 0))
            found.append(_signpost(row, total))
    return found[:MOST]


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
            return Signpost(row.get_absolute_url(), gettext("Region"), row.name, total, None)
    return Signpost(row.get_absolute_url(), gettext("Country"), row.name, total, None)
