"""The page that explains the API, made from its description."""

from django.conf import settings
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices.core.http.caching import public
from practices.core.http.guards import site_address
from practices.exchange.api.examples import EXAMPLES
from practices.exchange.api.openapi import description


@public
@require_safe
def api(request):
    context = {
        "address": site_address(reverse("practices:api-page")),
        "base": site_address(reverse("practices:api:root")),
        "examples": EXAMPLES,
        "operations": _operations,
        "most_requests": settings.API_REQUESTS_PER_MINUTE,
    }
    return TemplateResponse(request, "web/partners/api.html", context)


def _operations():
    """Return (path, what it answers with, parameters of its query string) of each address in the description."""
    return [
        (
            path,
            operation["description"],
            [each for each in operation.get("parameters", []) if each["in"] == "query"],
        )
        for path, item in description()["paths"].items()
        for operation in [item["get"]]
    ]
