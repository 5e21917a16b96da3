"""The filter of a request, validated only where a page needs more of it than its canonical query string.

Validating a filter takes longer than all else that a page with kept fragments does.
"""

from django.http import QueryDict
from django.utils.functional import SimpleLazyObject

from practices.core.cache import cached_per_version
from practices.discovery import PracticeFilter


def lazy_filter(request):
    """Return the filter of a request's query string, made when it is first used."""
    return SimpleLazyObject(lambda: PracticeFilter(request.GET))


def fragment_key(request):
    """Return a key for fragments about the filter of a request; None where it has errors, which quote what was typed."""
    query, has_errors = _canonical(request.META["QUERY_STRING"])
    return None if has_errors else query


def listing_query(request):
    """Return the canonical query string of the listing that a request names."""
    return _canonical(request.META["QUERY_STRING"])[0] if request.GET else ""


@cached_per_version
def _canonical(query_string):
    """Return (canonical query string, whether the filter has errors)."""
    # WSGI hands on the bytes of a query string as ISO 8859-1 (PEP 3333). Django decodes them as this does.
    practice_filter = PracticeFilter(QueryDict(query_string.encode("iso-8859-1")))
    return practice_filter.listing_query, bool(practice_filter.error_messages)
