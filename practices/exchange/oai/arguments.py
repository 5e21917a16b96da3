"""Arguments of a request, and the errors that the protocol has for those it cannot serve (section 3.6)."""

import base64
import binascii
import dataclasses
import json
import re
from datetime import UTC, datetime, timedelta

from django.http import QueryDict

from practices.core.http.numbers import MAX_KEY

LISTS = ("ListIdentifiers", "ListRecords")
VERBS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset(["identifier"])),
    "ListSets": (frozenset(), frozenset(["resumptionToken"])),
    "GetRecord": (frozenset(["identifier", "metadataPrefix"]), frozenset()),
    **dict.fromkeys(LISTS, (frozenset(["metadataPrefix"]), frozenset(["from", "until", "set"]))),
}
"""Verb → names of the arguments that it needs, and that it may have."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SECOND = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may have (XML 1.0 §2.2), and so no answer that repeats the request."""


class OaiError(Exception):
    """An error or exception condition; `code` is one of the protocol."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@dataclasses.dataclass(frozen=True)
class ListArguments:
    """A selective harvest, and how far it has got."""

    prefix: str
    set_spec: str = ""
    since: str = ""
    until: str = ""
    after: int = 0
    """Key of the last practice that was given."""
    given: int = 0
    """Number of records given so far."""
    total: int = 0
    """Number of records when the harvest began."""

    @property
    def begins_at(self) -> datetime | None:
        return _instant(self.since) if self.since else None

    @property
    def ends_before(self) -> datetime | None:
        """The instant after the last one that `until` includes: it names a whole second, or a whole day."""
        if not self.until or self.until.startswith("9999"):  # no instant follows the last second of that year
            return None
        return _instant(self.until) + (timedelta(days=1) if len(self.until) == 10 else timedelta(seconds=1))

    @property
    def token(self) -> str:
        text = json.dumps(dataclasses.astuple(self), separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def from_token(cls, token: str) -> "ListArguments":
        """Return what a token stands for. Raises OaiError for one that we have not made."""
        try:
            values = json.loads(base64.urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4)))
            found = cls(*values)
            if not _is_sound(found):
                raise ValueError("values of other types")
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise OaiError("badResumptionToken", "This resumptionToken is not one of ours.") from error
        return found


def _is_sound(found: ListArguments) -> bool:
    texts = (found.prefix, found.set_spec, found.since, found.until)
    numbers = (found.after, found.given, found.total)
    return (
        all(isinstance(text, str) for text in texts)
        and all(type(number) is int and 0 <= number <= MAX_KEY for number in numbers)
        and all(_has_granularity(text) for text in (found.since, found.until) if text)
    )


def read(query: QueryDict) -> tuple[str, dict[str, str]]:
    """Return the verb and its arguments. Raises OaiError: badVerb, badArgument."""
    verbs = query.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise OaiError("badVerb", f"The argument verb must be there once, and be one of {', '.join(VERBS)}.")
    [verb] = verbs
    given = {name: query.getlist(name) for name in query if name != "verb"}
    if repeated := [name for name, values in given.items() if len(values) > 1]:
        raise OaiError("badArgument", f"The argument {_shown(repeated[0])} is repeated.")
    arguments = {name: values[0] for name, values in given.items()}
    if faulty := [name for name, value in arguments.items() if _NOT_XML.search(value)]:
        raise OaiError(
            "badArgument", f"The argument {_shown(faulty[0])} has a character that XML does not allow."
        )
    if verb in LISTS and "resumptionToken" in arguments:
        if len(arguments) > 1:
            raise OaiError(
                "badArgument", "resumptionToken is exclusive: no other argument may stand beside it."
            )
        return verb, arguments
    needed, others = VERBS[verb]
    if unknown := sorted(set(arguments) - needed - others):
        raise OaiError("badArgument", f"{verb} has no argument {_shown(unknown[0])}.")
    if missing := sorted(needed - set(arguments)):
        raise OaiError("badArgument", f"{verb} needs the argument {missing[0]}.")
    return verb, arguments


def list_arguments(arguments: dict[str, str]) -> ListArguments:
    """Return the harvest that a list asks for, or goes on with. Raises OaiError: badArgument, badResumptionToken."""
    if "resumptionToken" in arguments:
        return ListArguments.from_token(arguments["resumptionToken"])
    since, until = arguments.get("from", ""), arguments.get("until", "")
    for name in ("from", "until"):
        if name in arguments and not _has_granularity(arguments[name]):
            raise OaiError(
                "badArgument", f"{name} must be a day or a second in UTC: 2026-11-02 or 2026-11-02T09:30:00Z."
            )
    if since and until and len(since) != len(until):
        raise OaiError("badArgument", "from and until must have the same granularity.")
    if since and until and since > until:
        raise OaiError("badArgument", "from is later than until.")
    return ListArguments(arguments["metadataPrefix"], arguments.get("set", ""), since, until)


def _has_granularity(text: str) -> bool:
    if not (_DAY.fullmatch(text) or _SECOND.fullmatch(text)):
        return False
    try:
        _instant(text)
    except ValueError:
        return False
    return True


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _shown(name: str) -> str:
    return repr(name[:60])
