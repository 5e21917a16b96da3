"""Base of the API's views."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from practices.core.http.caching import public
from practices.core.http.open_data import open_data
from practices.exchange.api import throttle
from practices.exchange.api.problems import InvalidParameters, problem_details


class AlwaysJson(BaseContentNegotiation):
    """Answer in JSON whatever a client says it accepts, so that an address can be opened in a browser."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return None

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class PublicView(APIView):
    """A view of public data that scripts of any site may read, and any cache may keep."""

    http_method_names = ["get", "head"]
    authentication_classes = ()
    permission_classes = ()
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = AlwaysJson
    throttle_classes = (throttle.VisitorThrottle,)
    parameters: frozenset[str] = frozenset()
    """Names of the parameters that the query string may have."""

    def get_exception_handler(self) -> Callable[..., Response | None]:
        return problem_details

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if unknown := [name for name in request.GET if name not in self.parameters]:
            known = ", ".join(sorted(self.parameters)) or gettext("none")
            fault = gettext("is no parameter here; known: %(known)s") % {"known": known}
            raise InvalidParameters({name: [fault] for name in unknown})

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["RateLimit-Policy"] = throttle.policy()
        if wait := response.headers.get("Retry-After"):
            response.headers["RateLimit"] = f'"visitor";r=0;t={wait}'
        return response

    @classmethod
    def as_public_view(cls, **options: Any) -> Callable[..., HttpResponseBase]:
        return public(open_data(cls.as_view()), **options)
