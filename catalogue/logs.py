"""Logs without secrets: no private link and no e-mail address is in any line that this process logs.

Django logs the path of every answer from 400 on, and exceptions quote what they were about. So records are redacted
when they are made, for whatever handler they go to, those of gunicorn too, and once more as they are formatted, with
the fields that were added to them.
"""

import logging
import logging.config
import re
from typing import Any

from pythonjsonlogger.json import JsonFormatter

REDACTED = "…"

_SLASH = r"(?:/|%2[Ff])"
_PRIVATE_PATH = re.compile(
    rf"({_SLASH}(?:submissions|subscriptions|checks|personal-data|invitation){_SLASH})([^\s\"'<>\\?#&]+)",
    re.IGNORECASE,
)
"""An address behind a private link, and what follows its first part."""
_OPEN_PART = re.compile(r"[a-z]{1,12}(?:\.json)?|[0-9]{1,9}|")
"""Parts of a private address that tell the page, as `edit` or `export.json`. Tokens are longer."""
_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*[0-9])[\w-]{32,}")
"""Random bits or a signature, wherever it stands."""
_LOCAL = r"[^\s@＠<>()\[\]{},;:\"'\\/=|&?]"
_ADDRESS = re.compile(rf"(?<!{_LOCAL})(?:(?!%40){_LOCAL})++(?:@|＠|%40){_LOCAL}{{1,255}}", re.IGNORECASE)
"""An address. It is tried only where a local part starts, and never goes back: a long text takes no long time."""


def redact(text: str) -> str:
    """Return `text` without tokens of private links and without e-mail addresses."""
    text = _PRIVATE_PATH.sub(_redacted_path, text)
    text = _TOKEN.sub(REDACTED, text)
    return _ADDRESS.sub(f"{REDACTED}@{REDACTED}", text)


def _redacted_path(found: re.Match[str]) -> str:
    parts = re.split(f"({_SLASH})", found[2])
    shown = [
        part if _OPEN_PART.fullmatch(part) or "/" in part or "%" in part[:1] else REDACTED for part in parts
    ]
    return found[1] + "".join(shown)


class RedactedRecord(logging.LogRecord):
    """A log record whose message and traceback are redacted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        try:
            message = self.getMessage()
        except Exception:  # arguments that do not fit; logging would print them to standard error
            message = f"{self.msg} {self.args!r}"
        self.msg, self.args = redact(message), ()
        if self.exc_info and self.exc_info[0]:
            self.exc_text = redact(logging.Formatter().formatException(self.exc_info))


class RedactedFormatter(logging.Formatter):
    """Formatter of lines for people."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class RedactedJsonFormatter(JsonFormatter):
    """Formatter of one JSON object per line, with the fields added to a record."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def configure(config: dict[str, Any]) -> None:
    """Configure logging (LOGGING_CONFIG of Django)."""
    logging.setLogRecordFactory(RedactedRecord)
    logging.config.dictConfig(config)
