"""The result of one check of an installation."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    name: str
    state: State
    sentence: str
    remedy: str = ""
    """What to do about it; empty if all is well."""


def ok(name: str, sentence: str) -> Finding:
    return Finding(name, State.OK, sentence)


def warning(name: str, sentence: str, remedy: str) -> Finding:
    """Build a finding that somebody should look at, although the catalogue works."""
    return Finding(name, State.WARNING, sentence, remedy)


def fault(name: str, sentence: str, remedy: str) -> Finding:
    """Build a finding that keeps the catalogue, or a part of it, from working."""
    return Finding(name, State.FAULT, sentence, remedy)
