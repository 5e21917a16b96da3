"""Errors to Sentry (SENTRY_DSN, the extra `sentry`): where they occur, and nothing of visitors or of what they typed."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from catalogue.logs import redact

KEPT = frozenset(
    ["event_id", "timestamp", "platform", "level", "logger", "transaction", "release", "environment", "exception",
     "logentry", "sdk", "type"]
)  # fmt: skip
"""Parts of an event that are sent. Left out are the request, the user, breadcrumbs, and the name of the machine."""


def start(dsn: str, *, release: str) -> None:
    """Send errors from now on. Raises ImproperlyConfigured if the extra is not installed."""
    try:
        import sentry_sdk  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise ImproperlyConfigured(
            "SENTRY_DSN needs the extra “sentry”: uv sync --locked --no-dev --extra sentry."
        ) from error
    sentry_sdk.init(
        dsn,
        release=release,
        before_send=stripped,
        send_default_pii=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        traces_sample_rate=None,
    )


def stripped(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """Return an event with the parts in KEPT, without private links and e-mail addresses."""
    return {name: _redacted(part) for name, part in event.items() if name in KEPT}


def _redacted(part: Any) -> Any:
    match part:
        case str():
            return redact(part)
        case dict():
            return {name: _redacted(value) for name, value in part.items()}
        case list():
            return [_redacted(value) for value in part]
    return part
