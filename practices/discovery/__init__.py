"""Discovery: facets and filters, the index that publication maintains, lists and counts, search, related practices.

`PracticeFilter` turns a query string into a `Selection`; `results` lists and counts the practices of a selection;
`indexing` maintains what both read. Other rooms use what is exported here.
"""

from practices.discovery import (
    autocomplete,
    catalogue_names,
    duplicates,
    gap_map,
    health,
    indexing,
    related,
    results,
    search,
    semantic,
    statistics,
    thesaurus,
    topics,
    uses,
)
from practices.discovery.facets import ANYWHERE, COLLAPSED_AFTER, MAX_VALUES, Facet, FacetValue
from practices.discovery.filters import (
    MAIN_VALUES,
    MAX_SEARCH_LENGTH,
    SORTS,
    FeedFilter,
    FilterValues,
    PracticeFilter,
    any_of,
    some_of,
)
from practices.discovery.results import Counts, Hits, Result, Selection, Total
from practices.discovery.search import Hit

__all__ = [
    "ANYWHERE",
    "COLLAPSED_AFTER",
    "MAIN_VALUES",
    "MAX_SEARCH_LENGTH",
    "MAX_VALUES",
    "SORTS",
    "Counts",
    "Facet",
    "FacetValue",
    "FeedFilter",
    "FilterValues",
    "Hit",
    "Hits",
    "PracticeFilter",
    "Result",
    "Selection",
    "Total",
    "any_of",
    "autocomplete",
    "catalogue_names",
    "duplicates",
    "gap_map",
    "health",
    "indexing",
    "related",
    "results",
    "search",
    "semantic",
    "some_of",
    "statistics",
    "thesaurus",
    "topics",
    "uses",
]
