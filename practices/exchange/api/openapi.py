"""The description of the API (OpenAPI 3.1)."""

from typing import Any

from django.conf import settings
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from practices.core.cache import cached_per_version
from practices.exchange.api.taxonomies import FACETS
from practices.exchange.api.view import PublicView

CONTENT_TYPE = "application/vnd.oai.openapi+json;version=3.1"


class Description(PublicView):
    """This description."""

    @extend_schema(exclude=True)
    def get(self, request: Any) -> Response:
        return Response(description(), content_type=CONTENT_TYPE)


@cached_per_version(across_publications=True, in_process=True)
def description() -> dict[str, Any]:
    """Return the description, which is in English in every language of the site."""
    patterns = [path("api/v1/", include("practices.exchange.api.urls"))]
    found: dict[str, Any] = SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)
    found["info"]["title"] = settings.SITE_NAME
    found["servers"] = [{"url": settings.SITE_URL}]
    for parameter in found["paths"]["/api/v1/practices/"]["get"]["parameters"]:
        if facet := FACETS.get(parameter["name"]):
            parameter["schema"]["items"]["enum"] = [value.value for value in facet.values()]
    return found
