"""Links of a list to its other pages (RFC 8288), in its body and in the header `Link`."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from rest_framework.response import Response

from practices.core.http.guards import site_address


def list_response(
    body: dict[str, Any], asked: QueryDict, view: str, cursor: object | None, **arguments: Any
) -> Response:
    """Return the answer of a list: `body`, and links to its first page and to the one after `cursor`, if any."""
    path = site_address(reverse(f"practices:api:{view}", kwargs=arguments))
    first, then = asked.copy(), asked.copy()
    first.pop("cursor", None)
    links = {"first": f"{path}?{first.urlencode()}".rstrip("?")}
    if cursor is not None:
        then["cursor"] = str(cursor)
        links["next"] = f"{path}?{then.urlencode()}"
    header = ", ".join(f'<{address}>; rel="{relation}"' for relation, address in links.items())
    return Response({**body, "next": links.get("next")}, headers={"Link": header})
