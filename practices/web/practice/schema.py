"""JSON Schema of a practice document."""

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from practices import documents
from practices.core.http.caching import public
from practices.core.http.open_data import open_data


@public
@open_data
@require_safe
def document_schema(request):
    """The JSON Schema of a practice document."""
    return JsonResponse(documents.SCHEMA, content_type="application/schema+json")
