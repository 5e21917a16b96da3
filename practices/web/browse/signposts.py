"""Signposts above the results of a search: the pages of objectives and countries that its words name."""

import dataclasses

from practices.discovery import PracticeFilter, Selection, Total, autocomplete, results
from practices.models import Country, Objective

MOST = 3
WORDS = 5
"""Words of a search that are looked up."""


@dataclasses.dataclass(frozen=True)
class Signpost:
    """A page that a search names, and the number of practices on it. `objective` is None for a country."""

    address: str
    name: str
    total: Total
    objective: Objective | None


def signposts(practice_filter: PracticeFilter) -> list[Signpost]:
    """Return the pages that the words of a search name, unless the listing is filtered by them already."""
    words = [term.text for term in practice_filter.terms if not term.excluded]
    rows = dict.fromkeys(row for word in words[:WORDS] for row in autocomplete.named(word))
    chosen = {(name, value) for name, pairs in practice_filter.values.items() for value, _label in pairs}
    counts = results.facet_counts(Selection())
    found = []
    for row in rows:
        facet, value = _facet_value(row)
        if (facet, value) not in chosen:
            total = Total(counts.get(f"{facet}:{value}", 0))
            found.append(_signpost(row, total))
    return found[:MOST]


def _facet_value(row: Objective | Country) -> tuple[str, str]:
    if isinstance(row, Objective):
        return "objective", str(row.number)
    return "country", row.code.lower()


def _signpost(row: Objective | Country, total: Total) -> Signpost:
    if isinstance(row, Objective):
        return Signpost(row.get_absolute_url(), row.short_label, total, row)
    return Signpost(row.get_absolute_url(), row.name, total, None)
