"""HTTP client for WebSub hubs."""

import urllib.parse
import urllib.request
from collections.abc import Sequence

from django.conf import settings

from practices.core.http import outgoing
from practices.notifications.channels import PermanentFailure, TemporaryFailure


def seconds_for_a_ping() -> float:
    """Seconds within which a hub is told, whatever it does: well within the lease of the sender."""
    return min(settings.WEBSUB_TIMEOUT_SECONDS, settings.OUTBOX_LEASE_SECONDS / 2)


def ping(hub: str, topics: Sequence[str]) -> None:
    """Ask `hub` to fetch `topics` again, within WEBSUB_TIMEOUT_SECONDS altogether. Idempotent.

    Raises TemporaryFailure or PermanentFailure.
    """
    body = urllib.parse.urlencode([("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)])
    request = urllib.request.Request(hub, data=body.encode(), method="POST")  # noqa: S310 - checked in settings
    try:
        outgoing.send(request, within=seconds_for_a_ping())
    except outgoing.Refused as refusal:
        raise (PermanentFailure if refusal.is_final else TemporaryFailure)(str(refusal)) from refusal
    except outgoing.NoAnswer as error:
        raise TemporaryFailure(str(error)) from error
