"""Logs without secrets: no private link and no e-mail address is in any line that this process logs.

Django logs the path of every answer from 400 on, of which the route is kept, and exceptions quote what they were about.
So records are redacted when they are made, for whatever handler they go to, those of gunicorn too, and once more as
they are formatted, with the fields that were added to them.
"""

import logging
import logging.config
import re
import sys
from pathlib import Path
from traceback import extract_tb
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from practices.core import trace

REDACTED = "…"
PROJECT = Path(__file__).parent.parent
OUR_CODE = ("practices", "catalogue")
"""Folders of the project whose code is our own."""
WRAPPERS = (
    "catalogue/", "practices/clock.py", "practices/core/cache.py", "practices/core/catalogue_version.py",
    "practices/core/deadlines.py",
)  # fmt: skip
"""Our code around the database, caches and requests: an error there is one of whoever called it."""
PROGRAM = sys.argv[1] if Path(sys.argv[0]).name == "manage.py" and len(sys.argv) > 1 else "web"
"""Name of the command that this process runs."""
BY_DJANGO = ("django.request", "django.security")
"""Loggers of requests, whose arguments hold the path."""
BY_SCANNERS = "django.security"
"""Logger of requests that no browser sends: forged hosts, cookies and forms. The request is answered 400."""

_SLASH = r"(?:/|%2[Ff])"
_PRIVATE_PATH = re.compile(
    rf"({_SLASH}(?:submissions|subscriptions|checks|questions|personal-data|invitation){_SLASH})([^\s\"'<>\\?#&]+)",
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
_NETWORK = re.compile(r"\bip=[0-9a-f.:]+")
"""The visitor's network address, as gunicorn names it."""


def redact(text: str) -> str:
    """Return `text` without tokens of private links, e-mail addresses and the addresses that gunicorn names."""
    if "ip=" in text:
        text = _NETWORK.sub(f"ip={REDACTED}", text)
    text = _PRIVATE_PATH.sub(_redacted_path, text)
    text = _TOKEN.sub(REDACTED, text)
    if "@" in text or "＠" in text or "%40" in text:  # looking for the signs alone is quicker by far
        text = _ADDRESS.sub(f"{REDACTED}@{REDACTED}", text)
    return text


def _redacted_path(found: re.Match[str]) -> str:
    parts = re.split(f"({_SLASH})", found[2])
    shown = [
        part if _OPEN_PART.fullmatch(part) or "/" in part or "%" in part[:1] else REDACTED for part in parts
    ]
    return found[1] + "".join(shown)


def _is_path(argument: object) -> bool:
    return isinstance(argument, str) and argument.startswith("/")


def _route_of(path: str) -> str:
    """Return the pattern of an address, as the request log has it: a path may tell what somebody reads or looks for."""
    from django.urls import resolve  # noqa: PLC0415 - the settings, which are not read yet, import this module

    try:
        return f"/{resolve(path).route}"
    except Exception:  # no such page; or what fails is the code of the pages, and this line is about it
        return REDACTED


class RedactedRecord(logging.LogRecord):
    """A log record whose message and traceback are redacted. It names the request or the run it is about."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request_id, self.program = trace.current().id, PROGRAM
        if self.name.startswith(BY_SCANNERS):
            self.levelno, self.levelname, self.exc_info = logging.WARNING, "WARNING", None
        if self.name.startswith(BY_DJANGO) and isinstance(self.args, tuple):
            self.args = tuple(_route_of(each) if _is_path(each) else each for each in self.args)
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
    """Formatter of one JSON object per line, with the fields added to a record. Times are UTC (RFC 3339)."""

    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s %(request_id)s %(program)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp=True,
            reserved_attrs=[*RESERVED_ATTRS, "request"],  # its path, which the request log leaves out
        )

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class WithTraceback(logging.Filter):
    """Filter of records about an exception. A line of the request log tells of any other answer with an error."""

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(record.exc_info)


class ErrorCounter(logging.Handler):
    """Handler that notes where errors occur, to be counted once the request or the run is over."""

    def emit(self, record: logging.LogRecord) -> None:
        trace.note_error(logged_error(record))


def logged_error(record: logging.LogRecord) -> trace.LoggedError:
    """Return the class of a record's exception, or its logger, and the last place in our code that it came by.

    Wrappers, through which every page goes, are such a place only where there is no other.
    """
    kind, _error, traceback = record.exc_info or (None, None, None)
    what = kind.__name__ if kind else record.name
    places = [
        (_name(frame.filename), frame.name, frame.lineno or 0)
        for frame in extract_tb(traceback)
        if _is_ours(frame.filename)
    ] or [(_name(record.pathname), record.funcName or "", record.lineno)]
    telling = [place for place in places if not _is_wrapper(place[0])]
    return trace.LoggedError(what, *(telling or places)[-1], is_in_wrapper=not telling)


def _name(filename: str) -> str:
    """Return the path of a file from the folder of the project on; of code that others wrote only its last part."""
    path = Path(filename)
    return str(path.relative_to(PROJECT)) if _is_ours(filename) else path.name


def _is_wrapper(name: str) -> bool:
    return name.startswith(WRAPPERS) or not name.startswith(OUR_CODE)


def _is_ours(filename: str) -> bool:
    return any(PROJECT / folder in Path(filename).parents for folder in OUR_CODE)


def configure(config: dict[str, Any]) -> None:
    """Configure logging (LOGGING_CONFIG of Django)."""
    logging.setLogRecordFactory(RedactedRecord)
    logging.config.dictConfig(config)
