"""The result of one check of an installation, in plain words, with what to do about it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

_log = logging.getLogger(__name__)


class Severity(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    name: str
    state: Severity
    sentence: str
    remedy: str = ""
    """Advice; empty if all is well."""


type Check = Callable[[], Finding]


def ok(name: str, sentence: str) -> Finding:
    return Finding(name, Severity.OK, sentence)


def warning(name: str, sentence: str, remedy: str) -> Finding:
    """Build a finding that somebody should look at, although the catalogue works."""
    return Finding(name, Severity.WARNING, sentence, remedy)


def fault(name: str, sentence: str, remedy: str) -> Finding:
    """Build a finding that keeps the catalogue, or a part of it, from working."""
    return Finding(name, Severity.FAULT, sentence, remedy)


def run(check: Check) -> Finding:
    """Return what a check finds. A check that fails itself is a fault, so that it keeps no other from running."""
    try:
        return check()
    except Exception as error:
        _log.debug("The check %s failed", check.__name__, exc_info=True)
        return fault(
            check.__name__.replace("_", " ").capitalize(),
            _("The check itself failed: %(error)s") % {"error": f"{type(error).__name__}: {error}"},
            _("The log at level DEBUG has the details."),
        )
