"""JSON Schema of a practice, as exports write and import reads it."""

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.core.http.open_data import open_data
from practices.exchange.exports import SCHEMA


@public
@open_data
@require_safe
def document_schema(request):
    return JsonResponse(SCHEMA, content_type="application/schema+json")
