"""Downloads of a list in every export format."""

from itertools import chain

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.core.http.open_data import open_data
from practices.discovery import PracticeFilter
from practices.exchange.exports import FORMATS
from practices.web.browse.lazy_filter import has_known_query

MAX_BUFFERED = 1_000
"""Practices of an export that is sent in one piece. Longer ones are streamed."""


@public(has_known_query=has_known_query)
@open_data
@require_safe
def practice_export(request, extension):
    """The practices of a filter as a file. 404 for an unknown format, 400 for a filter that is not valid."""
    if extension not in FORMATS:
        raise Http404
    practice_filter = PracticeFilter(request.GET)
    if not practice_filter.is_valid():
        return HttpResponse(
            "\n".join(practice_filter.error_messages), status=400, content_type="text/plain; charset=utf-8"
        )
    export = FORMATS[extension]
    pieces = export.write(practice_filter.practices)
    if practice_filter.total.number > MAX_BUFFERED:
        # The first piece is made here, as a failure can still be answered with a page.
        pieces = chain([next(pieces)], pieces)
        response = StreamingHttpResponse(pieces, content_type=export.content_type)
    else:
        response = HttpResponse(pieces, content_type=export.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="practices.{extension}"'
    return response
