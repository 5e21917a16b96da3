"""The request, or the run of a command, that this thread works on: its id, and the errors logged meanwhile.

The id stands in each log line, in the outbox messages queued meanwhile, and in comments of database statements.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

MOST_ERRORS = 20
"""Errors kept of one request or run."""


class LoggedError(NamedTuple):
    """An error that was logged: the class of the exception or the name of the logger, and the place in the code.

    What an exception says is left out, as it may quote personal data.
    """

    what: str
    file: str
    function: str
    line: int
    is_in_wrapper: bool = False
    """True if the place tells nothing, as errors of all pages go through it."""


class Trace(NamedTuple):
    id: str = ""
    in_statements: bool = False
    """True if statements to the database carry the id."""
    errors: list[LoggedError] | None = None
    """None where nobody asks for them later."""


NOTHING = Trace()
_current: ContextVar[Trace] = ContextVar("trace", default=NOTHING)


def current() -> Trace:
    """Return the trace of this thread, which has no id outside of requests and runs."""
    return _current.get()


def begin(*, in_statements: bool = True) -> str:
    """Begin to trace a request or a run under a new id, and return the id."""
    trace = Trace(secrets.token_hex(8), in_statements, [])
    _current.set(trace)
    return trace.id


def end() -> None:
    _current.set(NOTHING)


@contextmanager
def continued(request_id: str) -> Iterator[None]:
    """Go on with what was begun under an earlier id, such as a message of the outbox; without one, as before."""
    token = _current.set(current()._replace(id=request_id)) if request_id else None
    try:
        yield
    finally:
        if token:
            _current.reset(token)


def note_error(error: LoggedError) -> None:
    """Keep an error for `take_errors`, if anybody asks for it."""
    errors = current().errors
    if errors is not None and len(errors) < MOST_ERRORS:
        errors.append(error)


def take_errors() -> list[LoggedError]:
    """Return the errors noted since the last call."""
    errors = current().errors or []
    taken = list(errors)
    errors.clear()
    return taken
