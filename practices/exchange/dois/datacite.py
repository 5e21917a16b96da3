"""HTTP client for the REST API of DataCite (https://support.datacite.org/docs/api-create-dois)."""

import base64
import json
import urllib.request
from typing import Any
from urllib.parse import quote

from django.conf import settings

from practices.core.http import outgoing

IN_A_LEASE = 10
"""Requests that are sent within one lease of the sender."""


def put(doi: str, attributes: dict[str, Any]) -> None:
    """Create a DOI or change it. Idempotent. Raises outgoing.Refused or NoAnswer."""
    body = {"data": {"id": doi, "type": "dois", "attributes": {"doi": doi, **attributes}}}
    request = urllib.request.Request(  # noqa: S310 - checked in settings
        f"{settings.DATACITE_URL}/dois/{quote(doi, safe='/')}",
        data=json.dumps(body).encode(),
        method="PUT",
        headers={
            "Content-Type": "application/vnd.api+json",
            "Accept": "application/vnd.api+json",
            "Authorization": f"Basic {_credentials()}",
            "User-Agent": f"migration-good-practices (mailto:{settings.CONTACT_ADDRESS})",
        },
    )
    within = min(settings.DATACITE_TIMEOUT_SECONDS, settings.OUTBOX_LEASE_SECONDS / 2 / IN_A_LEASE)
    outgoing.send(request, within=within)


def _credentials() -> str:
    pair = f"{settings.DATACITE_REPOSITORY}:{settings.DATACITE_PASSWORD}"
    return base64.b64encode(pair.encode()).decode()


def reason_of(refusal: outgoing.Refused) -> str:
    """Return why DataCite refused a request, in its words if it says so (https://jsonapi.org/format/#errors)."""
    try:
        errors = json.loads(refusal.content)["errors"]
        words = "; ".join(str(error["title"]) for error in errors)
    except (ValueError, KeyError, TypeError):
        words = ""
    return f"{refusal}: {words}" if words else str(refusal)
