"""Report of an import: faults and notices of its items, summed up by kind."""

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext

from practices.core.http.guards import site_address
from practices.documents import Fault
from practices.exchange.imports.importer import ONLY_OF_NEW, Outcome

_QUOTED = re.compile("“[^”]*”")
_NUMBER = re.compile(r"\d+")
MOST_KINDS = 200
MOST_VALUES = 8
"""Different values that a kind names; each is counted, but the rarest are forgotten once there are many more."""
MOST_COUNTED = 500
MOST_POSITIONS = 10
MOST_FAULTS = 1_000


@dataclasses.dataclass
class Kind:
    """Faults that are the same but for the value."""

    field: str
    message: str
    """The message of the first of them."""
    is_refused: bool
    """False for a notice about an item that is imported all the same."""
    count: int = 0
    item_count: int = 0
    """Number of items that have it, of which one may have it more than once."""
    last: int = 0
    """Place of the last of them."""
    positions: list[int] = dataclasses.field(default_factory=list)
    """Places of the first items that have it."""
    values: Counter[str] = dataclasses.field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        values = self.values.most_common(MOST_VALUES)
        return {
            "field": self.field,
            "is_refused": self.is_refused,
            "message": self.message,
            "count": self.count,
            "positions": self.positions,
            "item_count": self.item_count,
            "values": [list(pair) for pair in values] if len(self.values) > 1 else [],
        }


class Report:
    """Faults of an import by kind, and the first of them one by one."""

    def __init__(self) -> None:
        self.kinds: dict[tuple[str, str], Kind] = {}
        self.faults: list[dict[str, Any]] = []

    def add(self, position: int, title: str, faults: Iterable[Fault], *, is_refused: bool) -> None:
        for fault in faults:
            key = fault.field, _NUMBER.sub("0", _QUOTED.sub("“…”", fault.message))
            if key not in self.kinds and len(self.kinds) == MOST_KINDS:
                key = "", ""  # hardly two alike: the list of items tells more
            kind = self.kinds.setdefault(key, Kind(fault.field, fault.message, is_refused))
            kind.count += 1
            if position != kind.last:
                kind.last = position
                kind.item_count += 1
                if len(kind.positions) < MOST_POSITIONS:
                    kind.positions.append(position)
            if value := _QUOTED.search(fault.message):
                kind.values[value[0].strip("“”")] += 1
                if len(kind.values) > MOST_COUNTED:
                    kind.values = Counter(dict(kind.values.most_common(MOST_COUNTED // 2)))
            if len(self.faults) < MOST_FAULTS:
                self.faults.append(
                    {
                        "position": position,
                        "title": title,
                        "field": fault.field,
                        "message": fault.message,
                        "is_refused": is_refused,
                    }
                )

    def by_kind(self) -> list[Kind]:
        """Return the kinds, faults before notices, the most frequent first."""
        return sorted(self.kinds.values(), key=lambda kind: (not kind.is_refused, -kind.count))

    def as_json(self) -> dict[str, Any]:
        return {"kinds": [kind.as_json() for kind in self.by_kind()], "faults": self.faults}


def notices(outcome: Outcome) -> Iterator[Fault]:
    """Yield what should be known of an item that is imported all the same."""
    for name in outcome.unknown:
        yield Fault(
            name,
            gettext(
                "is imported with new practices only. It is left out of this practice and of all others that the "
                "catalogue has already"
            )
            if name in ONLY_OF_NEW
            else gettext(
                "is a column that the catalogue does not have. It is left out, here and in all other items"
            ),
        )
    if outcome.lacks_support:
        yield Fault(
            "evidence_level",
            gettext("has neither a reason nor a link. Please add “evidence_reason” or “evidence_url”"),
        )
    if outcome.namesake:
        address = site_address(outcome.namesake.get_absolute_url())
        yield Fault(
            "title",
            gettext(
                "is the title of another practice too: %(address)s. If they are the same, give its address as “url” and "
                "merge the two"
            )
            % {"address": address},
        )
