"""What a subscription follows: a saved filter, its words, and whether it lets a practice pass.

A filter saved once keeps its meaning although facets change: a value the catalogue no longer knows is never
just left out, which would let more pass.
"""

from collections.abc import Iterable

from django.http import QueryDict
from django.utils.translation import gettext as _

from practices.discovery.filters import PracticeFilter
from practices.models import Practice

NOT_FOLLOWED = {"sort", "page"}
"""Parts of a listing's address that say how it looks, not what is in it."""


def canonical(params: QueryDict) -> str:
    """The valid filters of a listing's address, always in the same order. Empty: every practice."""
    kept = QueryDict(_filter(params).query, mutable=True)
    for name in NOT_FOLLOWED & set(kept):
        del kept[name]
    return kept.urlencode()


def words(query: str) -> str:
    """A saved filter in plain words, such as “Objective 21 · Philippines · programmes”."""
    params = QueryDict(query)
    practice_filter = _filter(params)
    values = practice_filter.values
    parts = []
    for name, pairs in values.items():
        for value, label in pairs:
            if name == "objective":
                title = label.partition(". ")[2]
                alone = len(params) == 1 and len(pairs) == 1
                objective = _("Objective %(number)s") % {"number": value}
                parts.append(f"{objective}: {title}" if alone and title else objective)
            elif name == "q":
                parts.append(f"“{value}”")
            else:
                parts.append(label)
    known = {(name, value) for name, pairs in values.items() for value, _label in pairs}
    # What the catalogue no longer knows is named by its key, so that its follower can tell which it was.
    parts += [
        value
        for name, several in params.lists()
        if name not in NOT_FOLLOWED
        for value in several
        if (name, value) not in known
    ]
    return " · ".join(parts) or _("all practices")


def is_valid(query: str) -> bool:
    """Whether the catalogue still knows everything the filter names."""
    params = QueryDict(query)
    practice_filter = _filter(params)
    return set(params) <= {*practice_filter.filters, *NOT_FOLLOWED} and practice_filter.is_valid()


def passes(query: str, practice: Practice) -> bool:
    """Whether a published practice is among those the saved filter lets pass."""
    params = _known(query)
    if params is None:
        return False
    return PracticeFilter(params, queryset=Practice.objects.published()).matches(practice)


def those_that_pass(queries: Iterable[str], practice: Practice) -> list[str]:
    """Which of these saved filters let the practice pass. Each costs a small query."""
    return [query for query in queries if passes(query, practice)]


def _known(query: str) -> QueryDict | None:
    """The filter without single values that are gone; None when all values of one kind are, so that none pass."""
    if is_valid(query):
        return QueryDict(query)
    params = QueryDict(query, mutable=True)
    for name, values in list(params.lists()):
        known = [value for value in values if is_valid(_one(name, value))]
        if not known:
            return None
        params.setlist(name, known)
    return params


def _one(name: str, value: str) -> str:
    one = QueryDict(mutable=True)
    one[name] = value
    return one.urlencode()


def _filter(params: QueryDict) -> PracticeFilter:
    return PracticeFilter(params, queryset=Practice.objects.none())
