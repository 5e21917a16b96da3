"""Faults told to programs: problem details (RFC 9457) below /api/, and a line of text to harvesters (OAI-PMH)."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from practices.core.http.languages import without_prefix

CONTENT_TYPE = "application/problem+json"
_API = re.compile(r"/api/.", re.DOTALL)
"""Not /api/ itself, which is a page about it."""
_OAI = re.compile(r"/oai(?:/|\Z)")


def details(status: int, detail: str) -> dict[str, str | int]:
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def for_programs(
    request: HttpRequest, status: int, detail: str, *, headers: Mapping[str, str] | None = None
) -> HttpResponse | None:
    """Return the answer to a request that a program has made, which no page helps; None for one that gets a page.

    OAI-PMH has no words of its own for a fault of the server, but for a status and Retry-After (section 3.1.2.2), so
    the answer is a line of text, which nobody takes for a page of records.
    """
    path = without_prefix(request.path_info)
    if _API.match(path):
        content, content_type = json.dumps(details(status, detail)), CONTENT_TYPE
    elif _OAI.match(path):
        content, content_type = f"{detail}\n", "text/plain; charset=utf-8"
    else:
        return None
    request.is_open_data = True  # type: ignore[attr-defined] # scripts of other sites read what is wrong too
    return HttpResponse(
        content,
        status=status,
        content_type=content_type,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )
