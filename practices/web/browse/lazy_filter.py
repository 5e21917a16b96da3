"""The filter of a request, validated only where a page needs more of it than its canonical query string.

Validating a filter takes longer than all else that a page with kept fragments does.
"""

import dataclasses
from functools import lru_cache

from django.http import QueryDict
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from practices.core import catalogue_version
from practices.core.cache import cached_per_version
from practices.discovery import PracticeFilter

NAMES = frozenset([*PracticeFilter.base_filters, "sort"])
"""Parameters of a query string that say which practices a list has, and in which order."""


def lazy_filter(request):
    """Return the filter of a request's query string, made when it is first used. Without one, nothing is validated."""
    return SimpleLazyObject(lambda: _filter(_asked(request)))


def fragment_key(request):
    """Return a key for fragments about the filter of a request; None if it has errors, which quote what was typed."""
    canonical = _canonical(_asked(request))
    return canonical.query if canonical.is_valid else None


def finds_practices(request):
    """Return whether fragments about the filter of a request may last: what visitors make up finds nothing."""
    return _canonical(_asked(request)).finds_practices


def listing_query(request):
    """Return the canonical query string of the listing that a request names."""
    return _canonical(_asked(request)).query


def has_known_query(request, *others):
    """Return whether a query string is one that links and forms of ours make, and whose page may be kept.

    It then has no parameters but those of a filter that finds practices, each value once and spelled as we spell it,
    and those named in `others`. Every other query string is made up, has a twin, or finds nothing; and of searches
    there are as many as there are words.
    """
    asked = _asked(request)
    given = [pair for pair in _pairs(request.GET) if pair[0] not in others]
    return len(asked) == len(given) and "q" not in dict(asked) and _canonical(asked).is_ours


@dataclasses.dataclass(frozen=True)
class _Canonical:
    """The canonical query string of a filter, whether it finds practices, and whether it was asked for in our words."""

    query: str
    is_valid: bool = True
    finds_practices: bool = True
    is_ours: bool = True


def _asked(request):
    """Return the pairs of a query string that say something about a list, in one order."""
    return tuple(sorted((name, value) for name, value in _pairs(request.GET) if name in NAMES and value))


def _pairs(query):
    return [(name, value) for name, values in query.lists() for value in values]


def _filter(asked):
    return _filter_at(catalogue_version.current(), get_language(), asked)


@lru_cache(maxsize=16)  # for the request that asks first, which needs it in several places
def _filter_at(version, language, asked):
    data = QueryDict(mutable=True)
    for name, value in asked:
        data.appendlist(name, value)
    return PracticeFilter(data or None)


def _canonical(asked):
    return _checked(asked) if asked else _Canonical("")


@cached_per_version(lasts_if=lambda canonical: canonical.is_ours)
def _checked(asked):
    practice_filter = _filter(asked)
    is_valid = not practice_filter.error_messages
    finds_practices = is_valid and practice_filter.ranked_total.number > 0
    sort = [value for name, value in asked if name == "sort"]
    is_ours = (
        finds_practices
        and sorted(practice_filter.pairs) == [pair for pair in asked if pair[0] != "sort"]
        and sort in ([], [practice_filter.sort])
    )
    return _Canonical(practice_filter.listing_query, is_valid, finds_practices, is_ours)
