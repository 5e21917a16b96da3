"""Lists that crawlers are asked to leave out: those narrowed down by many filters, of which there are millions."""

from urllib.parse import parse_qsl

MOST_FILTERS = 2
"""Values of filters in the address of a list that crawlers are welcome to."""
NO_FILTERS = frozenset(["after", "before", "by", "page", "sort"])
"""Parameters that say how a list is shown, not what is in it."""


def has_many_filters(address: str) -> bool:
    """Return whether an address, or a query string alone, has more than MOST_FILTERS values of filters."""
    query = address.rpartition("?")[2]
    return sum(name not in NO_FILTERS for name, _value in parse_qsl(query)) > MOST_FILTERS


def link_relation(address: str, relation: str = "") -> str:
    """Return the value of `rel` for a link to an address, such as “next nofollow”. Empty if it needs none."""
    return f"{relation} nofollow".strip() if has_many_filters(address) else relation
