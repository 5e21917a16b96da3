"""The root of the API, and the answer to addresses below it that do not exist."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from practices.core.http.guards import site_address
from practices.exchange.api import schemas
from practices.exchange.api.view import PublicView

LISTS = {
    "practices": "practice-list",
    "objectives": "objective-list",
    "taxonomies": "taxonomy-list",
    "tags": "tag-list",
    "topics": "topic-list",
    "statistics": "statistics",
    "description": "openapi",
}


class Root(PublicView):
    """The addresses at which the API begins."""

    @extend_schema(responses=schemas.answers(schemas.Root))
    def get(self, request: Any) -> Response:
        return Response(
            {name: site_address(reverse(f"practices:api:{view}")) for name, view in LISTS.items()}
        )


class NotFound(PublicView):
    """Any other address below the API."""

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        raise Http404

    @extend_schema(exclude=True)
    def get(self, request: Any) -> Response:
        raise Http404
